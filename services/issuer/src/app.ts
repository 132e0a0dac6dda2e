import type { FastifyServerOptions } from 'fastify';
import type { Registry } from 'prom-client';
import type { Catalogue } from '#catalogue/catalogue';
import { CREDENTIAL_OPERATIONS } from '#api/examples/credentials';
import { ISSUER_OPERATIONS } from '#api/examples/issuer';
import { STATUS_BATCH_OPERATIONS } from '#api/examples/status-batches';
import { requireAccess, type TokenVerifier } from '#kit/auth';
import { admitSuites, type TrustWatch } from '#kit/conformance';
import { observeRequests } from '#kit/metrics';
import { allowBrowsers } from '#kit/public-document';
import type { Traffic } from '#kit/rate-limit';
import { auditRefusals, type RecordRefusal } from '#kit/refused-access';
import { createServer, type Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { AnyIssuer } from './domain/conformance/issue-any-credential.ts';
import type { HolderBinder } from './domain/bind-holder.ts';
import type { StatusChanger } from './domain/change-status.ts';
import type { CredentialIssuer } from './domain/issue-credential.ts';
import type { LifecycleChanger } from './domain/lifecycle.ts';
import type { StatusBatches } from './domain/propose-status-batch.ts';
import type { Reissuer } from './domain/reissue-credential.ts';
import type { StatusListSigner } from './domain/sign-status-list.ts';
import type { Superseder } from './domain/superseding.ts';
import { bindHolder } from './routes/bind-holder.ts';
import { changeCredentialStatus } from './routes/change-credential-status.ts';
import { changeLifecycle } from './routes/change-lifecycle.ts';
import { createHolderChallenge } from './routes/create-holder-challenge.ts';
import { createKey } from './routes/create-key.ts';
import { decideStatusBatch } from './routes/decide-status-batch.ts';
import { formDefaultRoutes } from './routes/form-defaults.ts';
import { getCatalogueEntry } from './routes/get-catalogue-entry.ts';
import { getCataloguePage } from './routes/get-catalogue-page.ts';
import { getCredential } from './routes/get-credential.ts';
import { getCredentialRecord } from './routes/get-credential-record.ts';
import { getCredentialForm } from './routes/get-credential-form.ts';
import { getWorkforceRecords } from './routes/get-workforce-records.ts';
import { issueCredential } from './routes/issue-credential.ts';
import { listCatalogue } from './routes/list-catalogue.ts';
import { listLifecycleEvents } from './routes/list-lifecycle-events.ts';
import { listStatusChanges } from './routes/list-status-changes.ts';
import { mintCredential } from './routes/mint-credential.ts';
import { proposeStatusBatch } from './routes/propose-status-batch.ts';
import { readStatusBatches } from './routes/read-status-batches.ts';
import { reissueCredential } from './routes/reissue-credential.ts';
import { searchCredentials } from './routes/search-credentials.ts';
import { signStatusList } from './routes/sign-status-list.ts';
import { signStatusListToken } from './routes/sign-status-list-token.ts';
import { testIssuers } from './routes/test-issuers.ts';
import { updateCredentialStatus } from './routes/update-credential-status.ts';
import type { CredentialStore } from './store/credential-store.ts';
import type { DetailsStore } from './store/details-store.ts';
import type { FormDefaultStore } from './store/form-default-store.ts';
import type { KeyStore } from './store/key-store.ts';
import type { LifecycleStore } from './store/lifecycle-store.ts';
import type { StatusBatchStore } from './store/status-batch-store.ts';
import type { StatusStore } from './store/status-store.ts';

/** What the routes need. */
export interface Deps {
  logger: FastifyServerOptions['logger'];
  metrics: Registry;
  traffic?: Traffic | undefined;
  verifyToken: TokenVerifier;
  recordRefusal: RecordRefusal;
  issuer: CredentialIssuer;
  holderBinder: HolderBinder;
  statusChanger: StatusChanger;
  lifecycleChanger: LifecycleChanger;
  superseder: Superseder;
  reissuer: Reissuer;
  statusListSigner: StatusListSigner;
  statusBatches: StatusBatches;
  clock: Clock;
  credentials: Pick<CredentialStore, 'findAnswerBody' | 'findFormBody'>;
  formDefaults: FormDefaultStore;
  catalogue: Pick<Catalogue, 'editionToIssue' | 'editions' | 'findCredentialType'>;
  records: Pick<StatusStore, 'search' | 'listChanges'>;
  details: Pick<DetailsStore, 'load' | 'loadStored'>;
  lifecycles: Pick<LifecycleStore, 'listEvents'>;
  batches: Pick<StatusBatchStore, 'load' | 'list' | 'listItems'>;
  keys: Pick<KeyStore, 'createOnce'>;
  /** there only under the profile for public test suites */
  conformance?: (AnyIssuer & { trusts: TrustWatch }) | undefined;
}

export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'issuer',
    description:
      "Mints credentials about a trust's staff, for the keys they proved to hold. What they can say: the [catalogue](/docs/catalogue)",
    tags: {
      Credentials:
        "Issue, read, search, revoke, suspend, withdraw, supersede and archive a trust's credentials.",
      Forms: 'Say in which forms your trust issues what.',
      Catalogue: 'What must be sent for each type of credential, and how it looks.',
      'Status batches': 'Change the status of many credentials: preview, confirm, approve, undo.',
      Holders: "Bind an employee to the key of the employee's wallet.",
      Keys: 'Make the keys that trusts sign with.',
      Internal: 'For the status-list service alone.',
    },
    operations: { ...CREDENTIAL_OPERATIONS, ...ISSUER_OPERATIONS, ...STATUS_BATCH_OPERATIONS },
    logger: deps.logger,
    traffic: deps.traffic,
  });
  observeRequests(app, deps.metrics);
  const scopes = ['credentials:issue', 'credentials:revoke'];
  const { conformance, verifyToken } = deps;
  requireAccess(
    app,
    conformance
      ? admitSuites(app, verifyToken, { scopes, trusts: conformance.trusts })
      : verifyToken,
  );
  auditRefusals(app, deps.recordRefusal, deps.clock);
  allowBrowsers(app);
  listCatalogue(app, deps);
  getCatalogueEntry(app, deps);
  getCataloguePage(app, deps);
  issueCredential(app, deps);
  getCredential(app, deps);
  getCredentialForm(app, deps);
  updateCredentialStatus(app, deps);
  mintCredential(app, deps);
  searchCredentials(app, deps);
  getCredentialRecord(app, deps);
  getWorkforceRecords(app, deps);
  changeCredentialStatus(app, deps);
  listStatusChanges(app, deps);
  changeLifecycle(app, deps);
  listLifecycleEvents(app, deps);
  reissueCredential(app, deps);
  proposeStatusBatch(app, deps);
  decideStatusBatch(app, deps);
  readStatusBatches(app, deps);
  formDefaultRoutes(app, deps);
  createHolderChallenge(app, deps);
  bindHolder(app, deps);
  createKey(app, deps);
  signStatusList(app, deps);
  signStatusListToken(app, deps);
  if (conformance) testIssuers(app, conformance);
  return app;
}
