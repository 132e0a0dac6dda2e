import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { type Kysely, sql, type Transaction } from 'kysely';
import { inTransaction } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import { openPrivateKey, sealPrivateKey } from '#proofs/sealed-key';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { PublicJwk, SigningKey, SigningKeySet, SigningKeyStore } from '../domain/ports.ts';
import { createCommit } from './commit.ts';
import type { Tables } from './tables.ts';

/*
 * Who verifies keeps our keys for up to 10 minutes and, on a kid that it does not know, fetches them again, but not
 * within 30 seconds of its last fetch; a replica of ours notices a new key after KEPT_MS. So a key is published
 * SIGNS_AFTER_MS before it signs, and the one before it stays published until its last token has ended.
 */
const KEPT_MS = 5_000;
const SIGNS_AFTER_MS = 60_000;
const STAYS_PUBLISHED_MS = 15 * 60_000;

interface SigningKeyOptions {
  db: Kysely<Tables>;
  /** 32 bytes */
  keyEncryptionKey: Uint8Array;
  clock: Clock;
}

/**
 * The ES256 keys of access tokens. The first is made when there is none.
 * @throws VcError CRYPTOGRAPHIC_SECURITY_ERROR when the stored key does not open with this key-encryption key
 */
export async function openSigningKeys(options: SigningKeyOptions): Promise<SigningKeyStore> {
  const { db, clock } = options;
  const commit = createCommit(db, clock);
  let kept: { set: SigningKeySet; at: number } | undefined;

  await inTransaction(db, (trx) => makeFirst(trx, options));
  const store: SigningKeyStore = {
    async load() {
      const at = clock();
      if (kept === undefined || Math.abs(at - kept.at) >= KEPT_MS) {
        kept = { set: await readKeys(options, kept?.set), at };
      }
      return kept.set;
    },
    rotate: (change, answer) =>
      commit(change, async (trx, at) => {
        await lockKeys(trx);
        await refuseOverlap(trx, at);
        const signsFrom = new Date(at + SIGNS_AFTER_MS);
        const key = await insertKey(trx, options, signsFrom);
        await trx
          .updateTable('signing_keys')
          .set({ published_until: new Date(signsFrom.getTime() + STAYS_PUBLISHED_MS) })
          .where('kid', '!=', key.kid)
          .where('published_until', 'is', null)
          .execute();
        const event = { action: 'signing-key.rotated', clientId: change.callerId };
        const person = change.person !== undefined && { person: change.person };
        await appendAudit(trx, at, [{ ...event, subject: { kid: key.kid, ...person } }]);
        return answer(key);
      }),
  };
  await store.load();
  return store;
}

async function makeFirst(trx: Transaction<Tables>, options: SigningKeyOptions): Promise<void> {
  await lockKeys(trx);
  const any = await trx.selectFrom('signing_keys').select('kid').limit(1).executeTakeFirst();
  if (any) return;
  const at = options.clock();
  const { kid } = await insertKey(trx, options, new Date(at));
  await appendAudit(trx, at, [{ action: 'signing-key.created', subject: { kid } }]);
}

async function insertKey(
  trx: Transaction<Tables>,
  { keyEncryptionKey }: SigningKeyOptions,
  signsFrom: Date,
): Promise<SigningKey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as PublicJwk;
  const kid = await calculateJwkThumbprint(jwk);
  const sealed = sealPrivateKey({ privateKey, keyEncryptionKey, keyId: kid });
  await trx
    .insertInto('signing_keys')
    .values({ kid, public_jwk: JSON.stringify(jwk), sealed, signs_from: signsFrom })
    .execute();
  return { kid, signsFrom };
}

async function readKeys(
  { db, keyEncryptionKey, clock }: SigningKeyOptions,
  before: SigningKeySet | undefined,
): Promise<SigningKeySet> {
  const now = new Date(clock());
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'public_jwk', 'sealed', 'signs_from'])
    .where((row) => row.or([row('published_until', 'is', null), row('published_until', '>', now)]))
    .orderBy('signs_from', 'desc')
    .execute();
  // A clock that jumped back finds no key that signs yet: the oldest then does.
  const row = rows.find(({ signs_from }) => signs_from <= now) ?? rows.at(-1);
  if (row === undefined) throw new VcError('SERVICE_UNAVAILABLE', 'There is no key that signs');
  const keys = rows.map(({ kid, public_jwk }): JWK => published(kid, public_jwk));
  const { kid, sealed } = row;
  const current =
    before?.current.kid === kid
      ? before.current
      : { kid, privateJwk: toJwk(kid, openPrivateKey({ sealed, keyEncryptionKey, keyId: kid })) };
  return { jwks: { keys }, current };
}

function toJwk(kid: string, privateKey: KeyObject): JWK {
  const jwk: JsonWebKey = privateKey.export({ format: 'jwk' });
  return { ...(jwk as JWK), kid, alg: 'ES256', use: 'sig' };
}

function published(kid: string, { kty, crv, x, y }: PublicJwk): JWK {
  return { kty, crv, x, ...(y !== undefined && { y }), kid, alg: 'ES256', use: 'sig' };
}

async function refuseOverlap(trx: Transaction<Tables>, at: number): Promise<void> {
  const waiting = await trx
    .selectFrom('signing_keys')
    .select('kid')
    .where('signs_from', '>', new Date(at))
    .executeTakeFirst();
  if (waiting)
    throw new VcError('CONFLICT', 'A new key is published already and signs in a minute');
}

async function lockKeys(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('authz:signing-keys'))`.execute(trx);
}
