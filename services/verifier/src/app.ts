import { VERIFIER_OPERATIONS } from '#api/examples/verifier';
import { requireAccess, type TokenVerifier } from '#kit/auth';
import { admitSuites, type TrustWatch } from '#kit/conformance';
import { observeRequests } from '#kit/metrics';
import type { Traffic } from '#kit/rate-limit';
import { auditRefusals, type RecordRefusal } from '#kit/refused-access';
import { createServer, type Server, type ServerOptions } from '#kit/server';
import type { Registry } from 'prom-client';
import type { ConformancePorts } from './domain/conformance/ports.ts';
import type { VerifierPorts } from './domain/ports.ts';
import type { Events, Webhooks } from './domain/watching/ports.ts';
import { createVerificationCounter } from './metrics.ts';
import { createChallenge } from './routes/create-challenge.ts';
import { createVerification } from './routes/create-verification.ts';
import { createWebhook } from './routes/create-webhook.ts';
import { endWebhook } from './routes/end-webhook.ts';
import { getWebhookKeys } from './routes/get-webhook-keys.ts';
import { listDeliveries } from './routes/list-deliveries.ts';
import { listEvents } from './routes/list-events.ts';
import { listWebhooks } from './routes/list-webhooks.ts';
import { replayWebhook } from './routes/replay-webhook.ts';
import { verifyCredential } from './routes/verify-credential.ts';
import { verifyPresentation } from './routes/verify-presentation.ts';

export interface AppDeps extends VerifierPorts {
  logger: ServerOptions['logger'];
  metrics: Registry;
  traffic?: Traffic | undefined;
  recordRefusal: RecordRefusal;
  verifyToken: TokenVerifier;
  randomChallenge: () => string;
  randomUUID: () => string;
  events: Events;
  webhooks: Webhooks;
  webhookKeys: readonly Record<string, unknown>[];
  /** there only under the profile for public test suites */
  conformance?: (ConformancePorts & { trusts: TrustWatch }) | undefined;
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
      Events: 'What changed of that on which the trust relied.',
      Webhooks: 'Where those events are sent, and what became of each.',
    },
    operations: VERIFIER_OPERATIONS,
    logger: deps.logger,
    traffic: deps.traffic,
  });
  observeRequests(app, deps.metrics);
  const scopes = ['verifications:write'];
  const { conformance, verifyToken } = deps;
  requireAccess(
    app,
    conformance
      ? admitSuites(app, verifyToken, { scopes, trusts: conformance.trusts })
      : verifyToken,
  );
  auditRefusals(app, deps.recordRefusal, deps.clock);
  createChallenge(app, deps);
  const counting = { ...deps, countVerification: createVerificationCounter(deps.metrics) };
  verifyCredential(app, counting);
  verifyPresentation(app, counting);
  createVerification(app, counting);
  listEvents(app, deps);
  createWebhook(app, deps);
  listWebhooks(app, deps);
  endWebhook(app, deps);
  listDeliveries(app, deps);
  replayWebhook(app, deps);
  getWebhookKeys(app, deps);
  return app;
}
