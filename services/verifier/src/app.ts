import { requireAccess, type TokenVerifier } from '#kit/auth';
import { observeRequests } from '#kit/health';
import { createServer, type Server, type ServerOptions } from '#kit/server';
import type { Registry } from 'prom-client';
import type { VerifierPorts } from './domain/ports.ts';
import { createChallenge } from './routes/create-challenge.ts';
import { createVerification } from './routes/create-verification.ts';
import { verifyCredential } from './routes/verify-credential.ts';
import { verifyPresentation } from './routes/verify-presentation.ts';

export interface AppDeps extends VerifierPorts {
  logger: ServerOptions['logger'];
  metrics: Registry;
  verifyToken: TokenVerifier;
  randomChallenge: () => string;
}

/** The verifier's public HTTP interface. */
export async function buildApp(deps: AppDeps): Promise<Server> {
  const app = await createServer({
    name: 'verifier',
    description: 'Verifies credentials and presentations, and says of each check what it found.',
    tags: {
      Verifications: 'One call for a credential or a presentation, answered with every check.',
      VCALM:
        "The W3C's API for the life cycle of credentials: challenges, credentials, presentations.",
    },
    logger: deps.logger,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);
  createChallenge(app, deps);
  verifyCredential(app, deps);
  verifyPresentation(app, deps);
  createVerification(app, deps);
  return app;
}
