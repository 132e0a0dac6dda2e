import { AUTHORIZATION_OPERATIONS } from '#api/examples/authorization';
import { requireAccess } from '#kit/auth';
import { observeRequests } from '#kit/metrics';
import { createServer, type Server } from '#kit/server';
import type { Deps } from './deps.ts';
import { createCurrentProvider } from './oauth/current-provider.ts';
import { addGetClient } from './routes/get-client.ts';
import { addListClients } from './routes/list-clients.ts';
import { addOAuth } from './routes/oauth.ts';
import { addRegisterClient } from './routes/register-client.ts';
import { addRevokeClient } from './routes/revoke-client.ts';
import { addRotateClientKey } from './routes/rotate-client-key.ts';
import { addRotateSigningKey } from './routes/rotate-signing-key.ts';
import { addSignIn } from './routes/sign-in.ts';

export async function buildApp(deps: Deps): Promise<Server> {
  const app = await createServer({
    name: 'authorization',
    description:
      'Access tokens for the systems of trusts, administrators and services, and their clients.',
    tags: {
      OAuth: 'Get an access token, and find out how.',
      ...(deps.people && {
        'Development sign-in':
          'A stand-in for the staff login: whoever comes chooses who they are.',
      }),
      Clients: 'The systems that may ask for tokens, kept by an administrator.',
      'Signing keys':
        'The keys that access tokens are signed with: published here, replaced by an administrator.',
    },
    operations: AUTHORIZATION_OPERATIONS,
    logger: deps.logger,
    traffic: deps.traffic,
  });
  observeRequests(app, deps.metrics);
  requireAccess(app, deps.verifyToken);

  const log = (level: 'info' | 'warn' | 'error', event: Record<string, unknown>) =>
    app.log[level](event, 'token endpoint');
  const loadProvider = createCurrentProvider({ ...deps, log });
  await addOAuth(app, { ...deps, loadProvider });
  if (deps.people !== undefined) await addSignIn(app, { people: deps.people, loadProvider });
  addRegisterClient(app, deps);
  addListClients(app, deps);
  addGetClient(app, deps);
  addRotateClientKey(app, deps);
  addRevokeClient(app, deps);
  addRotateSigningKey(app, deps.signingKeys);
  return app;
}
