import { type Adapter, errors } from 'oidc-provider';
import type { Clock } from '#vc/clock';
import { CLIENT_ID } from '../domain/client.ts';
import type { Client, ClientStore } from '../domain/ports.ts';
import type { ModelStore } from '../store/oidc-models.ts';

export interface AdapterDeps {
  clients: Pick<ClientStore, 'find'>;
  models: ModelStore;
  clock: Clock;
}

/** oidc-provider's view of our tables: clients, and used assertions. There is nothing else while nobody logs in. */
export function createAdapter({ clients, models, clock }: AdapterDeps): (model: string) => Adapter {
  return (model) => {
    if (model === 'Client') return { ...refuseAll(model), find: findClient };
    if (model === 'ReplayDetection') return { ...refuseAll(model), find: never, upsert: useOnce };
    return refuseAll(model);
  };

  // Read at every request: a revoked client, or an ended key, gets no further token.
  async function findClient(clientId: string) {
    // it is whatever an assertion says, and PostgreSQL does not take every text
    if (!CLIENT_ID.test(clientId)) return undefined;
    const client = await clients.find(clientId);
    return client === undefined || client.revokedAt ? undefined : clientMetadata(client, clock());
  }

  // The provider first looks whether an assertion's id was used and then notes it: two requests at once would both
  // find nothing. Here nothing is ever found, and noting decides, in one statement.
  async function useOnce(id: string, payload: object, seconds?: number) {
    if (seconds === undefined) throw new Error('an assertion has no end');
    if (await models.saveNew('ReplayDetection', id, payload, seconds)) return;
    throw new errors.InvalidClientAuth('the client assertion was used before');
  }
}

async function never(): Promise<undefined> {}

function refuseAll(model: string): Adapter {
  const refuse = async () => {
    throw new Error(`${model} is not stored here`);
  };
  return {
    find: refuse,
    findByUid: refuse,
    findByUserCode: refuse,
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  };
}

function clientMetadata(client: Client, at: number) {
  const valid = client.keys.filter(({ validUntil }) => !validUntil || validUntil.getTime() > at);
  return {
    client_id: client.clientId,
    scope: client.scopes.join(' '),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: { keys: valid.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig' })) },
    ...(client.odsCode !== null && { ods_code: client.odsCode }),
  };
}
