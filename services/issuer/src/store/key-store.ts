import type { KeyObject } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { trustDid } from '#did/identifiers';
import { publicKeyObject, thumbprint as thumbprintOf } from '#did/keys';
import { inClient, inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import { clientScope, type Idempotency } from '#ledger/idempotency';
import { openPrivateKey, sealPrivateKey } from '#proofs/sealed-key';
import {
  checkedSigner,
  createEd25519Signer,
  generateEd25519Key,
  type Signer,
} from '#proofs/signer';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import type { Answer, Call, KeyPurpose, SigningKey, SigningKeys } from '../domain/ports.ts';
import { proveKey } from '../domain/prove-key.ts';
import { requestOf } from './credential-store.ts';
import type { Tables } from './tables.ts';

export interface KeyStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
  publicOrigin: string;
  /** 32 bytes */
  keyEncryptionKey: Uint8Array;
  /** milliseconds for which a trust's keys are taken from memory */
  freshnessMs: number;
  /** milliseconds for which the registry must have listed a key before it signs, while an older one can */
  leadMs: number;
  /** milliseconds that a signature may take */
  signTimeoutMs: number;
  /** what signs with a key: this process, unless a token or a service does */
  createSigner?: ((options: { id: string; privateKey: KeyObject }) => Signer) | undefined;
}

interface KeyRow {
  thumbprint: string;
  publicKeyMultibase: string;
  sealed: Buffer;
}

/**
 * The trusts' keys: sealed in the database, opened once and kept as key objects. The call's `odsCode` names the
 * trust that a key is for, which the calling administrator is not.
 */
export function createKeyStore(deps: KeyStoreDeps): KeyStore {
  const { db, idempotency, clock, keyEncryptionKey, freshnessMs, leadMs } = deps;
  const createSigner = deps.createSigner ?? createEd25519Signer;
  const opened = new Map<string, SigningKey>();
  const lists = new Map<string, { keys: SigningKey[]; readAt: number }>();

  const open = (odsCode: string, purpose: KeyPurpose, row: KeyRow): SigningKey => {
    const keyId = keyIdOf(odsCode, purpose, row.thumbprint);
    const kept = opened.get(keyId);
    if (kept !== undefined) return kept;
    const { thumbprint, publicKeyMultibase, sealed } = row;
    const privateKey = openPrivateKey({ sealed, keyEncryptionKey, keyId });
    const id = methodOf(deps.publicOrigin, odsCode, publicKeyMultibase);
    const signer = checkedSigner({
      signer: createSigner({ id, privateKey }),
      publicKey: publicKeyObject(publicKeyMultibase),
      timeoutMs: deps.signTimeoutMs,
    });
    const key = { thumbprint, publicKeyMultibase, signer };
    opened.set(keyId, key);
    return key;
  };

  const reload: SigningKeys['reload'] = async (odsCode, purpose) => {
    const readAt = clock();
    const rows = await inTenant(db, odsCode, (trx) => selectKeys(trx, odsCode, purpose));
    const keys = rows.map((row) => open(odsCode, purpose, row));
    lists.set(`${odsCode}/${purpose}`, { keys, readAt });
    return keys;
  };

  return {
    leadMs,
    reload,
    async list(odsCode, purpose) {
      const kept = lists.get(`${odsCode}/${purpose}`);
      const age = kept === undefined ? Infinity : clock() - kept.readAt;
      return kept !== undefined && age >= 0 && age < freshnessMs
        ? kept.keys
        : reload(odsCode, purpose);
    },

    async createOnce(call, purpose, challenge) {
      const { odsCode, clientId } = call;
      const answer = await idempotency.answerOnce(administratorsOptions(db, call), async () => {
        const { privateKey, publicKeyMultibase } = generateEd25519Key();
        const thumbprint = thumbprintOf(publicKeyMultibase);
        const now = clock();
        const keyId = keyIdOf(odsCode, purpose, thumbprint);
        const row = {
          thumbprint,
          ods_code: odsCode,
          purpose,
          public_key_multibase: publicKeyMultibase,
          sealed_private_key: sealPrivateKey({ privateKey, keyEncryptionKey, keyId }),
          created_at: new Date(now),
        };
        const id = methodOf(deps.publicOrigin, odsCode, publicKeyMultibase);
        const signer = createEd25519Signer({ id, privateKey });
        const body = JSON.stringify({
          odsCode,
          purpose,
          publicKeyMultibase,
          verificationMethod: id,
          ...(challenge !== undefined && {
            keyProof: await proveKey({
              publicOrigin: deps.publicOrigin,
              odsCode,
              publicKeyMultibase,
              challenge,
              signer,
              now,
            }),
          }),
          createdAt: toDateTimeStamp(now),
        });
        const subject = { key: thumbprint, purpose };
        return {
          answer: { status: 201, contentType: 'application/json', body },
          write: async (trx) => {
            await trx.insertInto('signing_keys').values(row).execute();
            await appendAudit(trx, now, [{ action: 'key.created', odsCode, clientId, subject }]);
          },
        };
      });
      lists.delete(`${odsCode}/${purpose}`);
      return answer;
    },
  };
}

export interface KeyStore extends SigningKeys {
  /** Makes and keeps a key; the answer is its public half, and with a challenge the proof that it is held here. */
  createOnce(call: Call, purpose: KeyPurpose, challenge?: string): Promise<Answer>;
}

function selectKeys(trx: Transaction<Tables>, odsCode: string, purpose: KeyPurpose) {
  return trx
    .selectFrom('signing_keys')
    .select([
      'thumbprint',
      'public_key_multibase as publicKeyMultibase',
      'sealed_private_key as sealed',
    ])
    .where('ods_code', '=', odsCode)
    .where('purpose', '=', purpose)
    .orderBy('created_at', 'desc')
    .orderBy('thumbprint')
    .execute();
}

// An administrator's answers are its own; the row it makes is the trust's.
function administratorsOptions(db: Kysely<Tables>, call: Call) {
  const { odsCode, clientId, idempotencyKey } = call;
  return {
    transact: <T>(fn: (trx: Transaction<Tables>) => Promise<T>) =>
      inClient(db, clientId, async (trx) => {
        await sql`select set_config('app.ods_code', ${odsCode}, true)`.execute(trx);
        return fn(trx);
      }),
    scope: clientScope(clientId),
    key: idempotencyKey,
    request: requestOf(call),
  };
}

// A sealed key that is moved to another trust, or to another purpose, does not open.
function keyIdOf(odsCode: string, purpose: KeyPurpose, thumbprint: string): string {
  return `${odsCode}/${purpose}/${thumbprint}`;
}

function methodOf(publicOrigin: string, odsCode: string, publicKeyMultibase: string): string {
  return `${trustDid(publicOrigin, odsCode)}#${publicKeyMultibase}`;
}
