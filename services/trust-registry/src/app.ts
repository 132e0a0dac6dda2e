import { requireAccess } from '#kit/auth';
import { observeRequests } from '#kit/health';
import { createServer, type Server } from '#kit/server';
import type { Deps } from './deps.ts';
import { getContexts } from './routes/get-contexts.ts';
import { getCredentialSchema } from './routes/get-credential-schema.ts';
import { getDidDocuments } from './routes/get-did-documents.ts';
import { getGenesis } from './routes/get-genesis.ts';
import { getOrganisation } from './routes/get-organisation.ts';
import { getProblem } from './routes/get-problem.ts';
import { getSnapshot } from './routes/get-snapshot.ts';
import { listOrganisations } from './routes/list-organisations.ts';
import { allowBrowsers } from './routes/public-document.ts';
import { queryRegistry } from './routes/query-registry.ts';

/** The service as tests and main.ts call it: not listening yet. */
export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'trust-registry',
    description:
      'Which organisation may issue or ask for which credential, and when; its keys; DID documents, contexts, schemas',
    tags: {
      Organisations: 'The record of each organisation: its status, keys and accreditations.',
      Administration: 'Changes by an administrator of the cell.',
      'DID documents':
        'The public keys of the cell and of its trusts, where did:web looks for them.',
      'Trust registry query (TRQP)':
        'One question: may this organisation issue, or ask for, this type of credential; or, is this a cell of ours.',
      Snapshots:
        'What this registry knows, signed, for whoever must decide while it cannot be asked; and who takes part.',
      'Contexts, schemas and problems':
        'What the URLs in credentials and in problem details lead to.',
    },
    logger: deps.logger,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);
  allowBrowsers(app);
  listOrganisations(app, deps);
  getOrganisation(app, deps);
  getDidDocuments(app, deps);
  queryRegistry(app, deps);
  getSnapshot(app, deps);
  getGenesis(app, deps);
  getContexts(app, deps);
  getCredentialSchema(app);
  getProblem(app);
  return app;
}
