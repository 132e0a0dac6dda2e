import type { FastifyServerOptions } from 'fastify';
import type { Registry } from 'prom-client';
import { requireAccess, type TokenVerifier } from '#kit/auth';
import { observeRequests } from '#kit/health';
import { createServer, type Server } from '#kit/server';
import type { HolderBinder } from './domain/bind-holder.ts';
import type { StatusChanger } from './domain/change-status.ts';
import type { CredentialIssuer } from './domain/issue-credential.ts';
import type { StatusListSigner } from './domain/sign-status-list.ts';
import { bindHolder } from './routes/bind-holder.ts';
import { changeCredentialStatus } from './routes/change-credential-status.ts';
import { createHolderChallenge } from './routes/create-holder-challenge.ts';
import { createKey } from './routes/create-key.ts';
import { getCredential } from './routes/get-credential.ts';
import { issueCredential } from './routes/issue-credential.ts';
import { mintCredential } from './routes/mint-credential.ts';
import { searchCredentials } from './routes/search-credentials.ts';
import { signStatusList } from './routes/sign-status-list.ts';
import { updateCredentialStatus } from './routes/update-credential-status.ts';
import type { CredentialStore } from './store/credential-store.ts';
import type { KeyStore } from './store/key-store.ts';
import type { StatusStore } from './store/status-store.ts';

/** What the routes need. */
export interface Deps {
  logger: FastifyServerOptions['logger'];
  metrics: Registry;
  verifyToken: TokenVerifier;
  issuer: CredentialIssuer;
  holderBinder: HolderBinder;
  statusChanger: StatusChanger;
  statusListSigner: StatusListSigner;
  credentials: Pick<CredentialStore, 'findAnswerBody'>;
  records: Pick<StatusStore, 'search'>;
  keys: Pick<KeyStore, 'createOnce'>;
}

export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'issuer',
    description: "Mints credentials about a trust's staff, for the keys they proved to hold",
    tags: {
      Credentials: "Issue, read, search, revoke and suspend a trust's credentials.",
      Holders: "Bind an employee to the key of the employee's wallet.",
      Keys: 'Make the keys that trusts sign with.',
      Internal: 'For the status-list service alone.',
    },
    logger: deps.logger,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);
  issueCredential(app, deps);
  getCredential(app, deps);
  updateCredentialStatus(app, deps);
  mintCredential(app, deps);
  searchCredentials(app, deps);
  changeCredentialStatus(app, deps);
  createHolderChallenge(app, deps);
  bindHolder(app, deps);
  createKey(app, deps);
  signStatusList(app, deps);
  return app;
}
