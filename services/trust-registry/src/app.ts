import { REGISTRY_CHANGE_OPERATIONS } from '#api/examples/registry-changes';
import { TRUST_REGISTRY_OPERATIONS } from '#api/examples/trust-registry';
import { requireAccess } from '#kit/auth';
import { observeRequests } from '#kit/metrics';
import { auditRefusals } from '#kit/refused-access';
import { createServer, type Server } from '#kit/server';
import type { Deps } from './deps.ts';
import { createKeyChallenge } from './routes/create-key-challenge.ts';
import { decideChangeRoutes } from './routes/decide-change.ts';
import { emergencyRoutes } from './routes/emergency.ts';
import { getChange } from './routes/get-change.ts';
import { getChecklist } from './routes/get-checklist.ts';
import { getContacts } from './routes/get-contacts.ts';
import { getContexts } from './routes/get-contexts.ts';
import { getCredentialSchema } from './routes/get-credential-schema.ts';
import { getDidDocuments } from './routes/get-did-documents.ts';
import { getGenesis } from './routes/get-genesis.ts';
import { getJwtVcIssuer } from './routes/get-jwt-vc-issuer.ts';
import { getOrganisation } from './routes/get-organisation.ts';
import { getProblem } from './routes/get-problem.ts';
import { getSnapshot } from './routes/get-snapshot.ts';
import { getVct } from './routes/get-vct.ts';
import { listChanges } from './routes/list-changes.ts';
import { listOrganisations } from './routes/list-organisations.ts';
import { proposeChangeRoute } from './routes/propose-change.ts';
import { allowBrowsers } from '#kit/public-document';
import { queryRegistry } from './routes/query-registry.ts';
import { submitTestIssue } from './routes/submit-test-issue.ts';

/** The service as tests and main.ts call it: not listening yet. */
export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'trust-registry',
    description:
      'Which organisation may issue or ask for which credential, and when; its keys; DID documents, contexts, schemas',
    tags: {
      Organisations: 'The record of each organisation: its status, keys and accreditations.',
      Changes:
        'What one person proposes and another approves; the checklist before an organisation is registered.',
      Emergencies: 'What one caller may do at once, because it only takes trust away.',
      'DID documents':
        'The public keys of the cell and of its trusts, where did:web looks for them.',
      'Trust registry query (TRQP)':
        'One question: may this organisation issue, or ask for, this type of credential; or, is this a cell of ours.',
      Snapshots:
        'What this registry knows, signed, for whoever must decide while it cannot be asked; and who takes part.',
      'Contexts, schemas and problems':
        'What the URLs in credentials and in problem details lead to.',
    },
    operations: { ...REGISTRY_CHANGE_OPERATIONS, ...TRUST_REGISTRY_OPERATIONS },
    logger: deps.logger,
    traffic: deps.traffic,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);
  auditRefusals(app, deps.recordRefusal, deps.clock);
  allowBrowsers(app);
  listOrganisations(app, deps);
  getOrganisation(app, deps);
  getContacts(app, deps);
  getDidDocuments(app, deps);
  getJwtVcIssuer(app, deps);
  queryRegistry(app, deps);
  getSnapshot(app, deps);
  getGenesis(app, deps);
  getContexts(app, deps);
  getCredentialSchema(app);
  getVct(app);
  getProblem(app);
  proposeChangeRoute(app, deps);
  decideChangeRoutes(app, deps);
  getChange(app, deps);
  listChanges(app, deps);
  createKeyChallenge(app, deps);
  getChecklist(app, deps);
  submitTestIssue(app, deps);
  emergencyRoutes(app, deps);
  return app;
}
