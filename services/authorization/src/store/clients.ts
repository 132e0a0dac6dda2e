import { type Kysely, sql, type Transaction } from 'kysely';
import { inClient } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { unknownClient } from '../domain/client.ts';
import type { AddedKey, ChangeRequest, Client, ClientStore, NewClient } from '../domain/ports.ts';
import { createCommit } from './commit.ts';
import type { Tables } from './tables.ts';

type Reader = Kysely<Tables> | Transaction<Tables>;

const ADMINISTRATOR = 'clients:admin';

export function createClientStore(db: Kysely<Tables>, clock: Clock): ClientStore {
  const commit = createCommit(db, clock);

  return {
    find: (clientId) => findClient(db, clientId),
    async list({ limit, after }) {
      const found = await selectClients(db)
        .where('number', '>', parseCursor(after))
        .orderBy('number')
        .limit(limit + 1)
        .execute();
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next = found.length > limit && last ? Buffer.from(`${last.number}`) : undefined;
      return { items: items.map(toClient), next: next?.toString('base64url') ?? null };
    },
    register: (change, client) =>
      commit(change, async (trx, at) => {
        await insertClient(trx, client, at);
        const made = await loadClient(trx, client.clientId);
        await audit(trx, at, change, 'client.registered', made);
        return change.answer(made);
      }),
    addKey: (change, clientId, added) =>
      commit(change, async (trx, at) => {
        await lockClient(trx, clientId);
        const client = await loadClient(trx, clientId);
        if (client.revokedAt) throw conflict('The client is revoked: register a new one');
        await rotateKey(trx, client, added, at);
        await audit(trx, at, change, 'client-key.added', client, added.key.kid);
        return change.answer(await loadClient(trx, clientId));
      }),
    revoke: (change, clientId) =>
      commit(change, async (trx, at) => {
        await lockAdministrators(trx);
        await lockClient(trx, clientId);
        const client = await loadClient(trx, clientId);
        if (client.revokedAt) return change.answer(client);
        await keepAnAdministrator(trx, client);
        await trx
          .updateTable('clients')
          .set({ revoked_at: new Date(at) })
          .where('client_id', '=', clientId)
          .execute();
        await audit(trx, at, change, 'client.revoked', client);
        return change.answer(await loadClient(trx, clientId));
      }),
  };
}

/**
 * Creates the first administrator's client, unless there is any client: a file that is left behind gives nobody
 * power later. Replicas that start together wait for each other.
 * @returns whether it was created
 */
export async function bootstrapClient(
  db: Kysely<Tables>,
  client: NewClient,
  at: number,
): Promise<boolean> {
  return inClient(db, client.clientId, async (trx) => {
    await lockAdministrators(trx);
    const any = await trx.selectFrom('clients').select('client_id').limit(1).executeTakeFirst();
    if (any) return false;
    await insertClient(trx, client, at);
    const made = await loadClient(trx, client.clientId);
    await audit(trx, at, { callerId: client.clientId }, 'client.bootstrapped', made);
    return true;
  });
}

async function insertClient(trx: Transaction<Tables>, client: NewClient, at: number) {
  const { clientId, name, odsCode, scopes, key } = client;
  const moment = new Date(at);
  await trx
    .insertInto('clients')
    .values({ client_id: clientId, name, ods_code: odsCode, scopes, created_at: moment })
    .execute();
  await insertKey(trx, clientId, key, moment);
}

async function insertKey(
  trx: Transaction<Tables>,
  clientId: string,
  { kid, jwk }: NewClient['key'],
  addedAt: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('client_keys')
    .values({ client_id: clientId, kid, jwk: JSON.stringify(jwk), added_at: addedAt })
    .onConflict((row) => row.columns(['client_id', 'kid']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

async function rotateKey(trx: Transaction<Tables>, client: Client, added: AddedKey, at: number) {
  const { clientId } = client;
  const until = new Date(at + added.overlapSeconds * 1000);
  // A key that already ends sooner is not given more time.
  await trx
    .updateTable('client_keys')
    .set({ valid_until: until })
    .where('client_id', '=', clientId)
    .where((row) => row.or([row('valid_until', 'is', null), row('valid_until', '>', until)]))
    .execute();
  if (!(await insertKey(trx, clientId, added.key, new Date(at)))) {
    throw conflict('The client has, or had, a key with this kid: a new key needs a new one');
  }
}

async function keepAnAdministrator(trx: Transaction<Tables>, client: Client): Promise<void> {
  if (!client.scopes.includes(ADMINISTRATOR)) return;
  const other = await trx
    .selectFrom('clients')
    .select('client_id')
    .where('client_id', '!=', client.clientId)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`scopes @> array[${ADMINISTRATOR}]`)
    .limit(1)
    .executeTakeFirst();
  if (!other) throw conflict('This is the last client that may administer clients');
}

/** One at a time: two administrators who revoke each other would leave none. */
async function lockAdministrators(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('authz:administrators'))`.execute(trx);
}

async function lockClient(trx: Transaction<Tables>, clientId: string): Promise<void> {
  await trx
    .selectFrom('clients')
    .select('client_id')
    .where('client_id', '=', clientId)
    .forUpdate()
    .execute();
}

function audit(
  trx: Transaction<Tables>,
  at: number,
  { callerId, person }: Pick<ChangeRequest, 'callerId' | 'person'>,
  action: string,
  { clientId, odsCode, keys }: Client,
  kid = keys[0]?.kid,
): Promise<void> {
  const subject = {
    client: clientId,
    ...(odsCode !== null && { trust: odsCode }),
    ...(kid !== undefined && { kid }),
    ...(person !== undefined && { person }),
  };
  return appendAudit(trx, at, [{ action, clientId: callerId, subject }]);
}

async function loadClient(reader: Reader, clientId: string): Promise<Client> {
  const client = await findClient(reader, clientId);
  if (client === undefined) throw unknownClient();
  return client;
}

async function findClient(reader: Reader, clientId: string): Promise<Client | undefined> {
  const row = await selectClients(reader).where('client_id', '=', clientId).executeTakeFirst();
  return row && toClient(row);
}

function selectClients(reader: Reader) {
  const keys = sql<StoredKey[]>`(
    select coalesce(json_agg(json_build_object('kid', k.kid, 'jwk', k.jwk,
      'validUntil', k.valid_until) order by k.added_at desc, k.kid), '[]')
    from client_keys k where k.client_id = clients.client_id)`;
  return reader
    .selectFrom('clients')
    .select(['client_id', 'number', 'name', 'ods_code', 'scopes', 'created_at', 'revoked_at'])
    .select(keys.as('keys'));
}

interface StoredKey {
  kid: string;
  jwk: Client['keys'][number]['jwk'];
  validUntil: string | null;
}

interface Row {
  client_id: string;
  name: string;
  ods_code: string | null;
  scopes: string[];
  created_at: Date;
  revoked_at: Date | null;
  keys: StoredKey[];
}

function toClient(row: Row): Client {
  return {
    clientId: row.client_id,
    name: row.name,
    odsCode: row.ods_code,
    scopes: row.scopes,
    keys: row.keys.map(({ kid, jwk, validUntil }) => ({
      kid,
      jwk,
      validUntil: validUntil === null ? null : new Date(validUntil),
    })),
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

function parseCursor(after: string | undefined): number {
  if (after === undefined) return 0;
  const text = Buffer.from(after, 'base64url').toString();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new VcError('INVALID_REQUEST', 'The cursor is not one that a page ended with', {
    errors: [{ pointer: '/querystring/after', detail: 'is not the next of a page' }],
  });
}

function conflict(message: string): VcError {
  return new VcError('CONFLICT', message);
}
