import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Clock } from '#vc/clock';
import { CLIENT_ID } from '../domain/client.ts';
import type { DevelopmentPeople } from '../domain/person.ts';
import type { Client, ClientStore } from '../domain/ports.ts';
import type { ModelStore } from '../store/oidc-models.ts';
import { portalMetadata } from './sign-in.ts';

export interface AdapterDeps {
  clients: Pick<ClientStore, 'find'>;
  models: ModelStore;
  clock: Clock;
  /** who may sign in; undefined: only systems get tokens */
  people: DevelopmentPeople | undefined;
}

// An id is whatever a request says, and PostgreSQL does not take every text.
const MODEL_ID = /^[\w-]{1,64}$/;

// What a sign-in leaves behind until its token is fetched.
const KEPT = new Set(['Interaction', 'Grant', 'AuthorizationCode']);

/** oidc-provider's view of our tables: clients, used assertions and, where people sign in, what that takes. */
export function createAdapter(deps: AdapterDeps): (model: string) => Adapter {
  const { clients, models, clock, people } = deps;
  return (model) => {
    if (model === 'Client') return { ...refuseAll(model), find: findClient };
    if (model === 'ReplayDetection') return { ...refuseAll(model), find: never, upsert: useOnce };
    if (people === undefined) return refuseAll(model);
    if (KEPT.has(model)) return keep(model, models);
    // Nobody stays signed in: each sign-in asks anew who it is, so two people can take turns at one browser.
    if (model === 'Session') return { ...refuseAll(model), ...FORGOTTEN };
    // Access tokens are JWTs: there is nothing to revoke.
    if (model === 'AccessToken') return { ...refuseAll(model), revokeByGrantId: never };
    return refuseAll(model);
  };

  // Read at every request: a revoked client, or an ended key, gets no further token.
  async function findClient(clientId: string) {
    // it is whatever an assertion says, and PostgreSQL does not take every text
    if (!CLIENT_ID.test(clientId)) return undefined;
    if (people?.portal.clientId === clientId) return portalMetadata(people);
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

function keep(model: string, models: ModelStore): Adapter {
  return {
    ...refuseAll(model),
    async find(id) {
      if (!MODEL_ID.test(id)) return undefined;
      return (await models.find(model, id)) as AdapterPayload | undefined;
    },
    async upsert(id, payload, seconds) {
      if (seconds === undefined) throw new Error(`${model} has no end`);
      await models.save(model, id, payload, seconds);
    },
    // The provider has looked whether it was consumed; of two requests at once, this decides.
    async consume(id) {
      if (!(await models.consume(model, id))) {
        throw new errors.InvalidGrant('the authorization code was used before');
      }
    },
    destroy: (id) => models.remove(model, id),
    revokeByGrantId: (grantId) => models.removeByGrant(model, grantId),
  };
}

async function never(): Promise<undefined> {}

const FORGOTTEN = { find: never, findByUid: never, upsert: never, destroy: never };

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
