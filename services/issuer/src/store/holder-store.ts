import type { Kysely, Transaction } from 'kysely';
import { asRole, inTenant, isUniqueViolation } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Idempotency } from '#ledger/idempotency';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import type { HolderLedger, KeyProof } from '../domain/bind-holder.ts';
import type { Call, Holder, Holders } from '../domain/ports.ts';
import { onceOptions } from './credential-store.ts';
import type { Tables } from './tables.ts';

export interface HolderStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
}

const COLUMNS = ['id', 'employee_id as employeeId', 'did', 'bound_at as boundAt'] as const;

/** Bindings of people to keys, and the challenges that make them. */
export function createHolderStore({ db, idempotency, clock }: HolderStoreDeps) {
  const findByDid: Holders['findByDid'] = (odsCode, did) =>
    inTenant(db, odsCode, async (trx) =>
      toHolder(
        await bound(trx).where('ods_code', '=', odsCode).where('did', '=', did).executeTakeFirst(),
      ),
    );

  const findByEmployee: Holders['findByEmployee'] = (odsCode, employeeId) =>
    inTenant(db, odsCode, async (trx) =>
      toHolder(
        await bound(trx)
          .where('ods_code', '=', odsCode)
          .where('employee_id', '=', employeeId)
          .executeTakeFirst(),
      ),
    );

  const insertChallenge: HolderLedger['insertChallenge'] = (odsCode, challenge, expiresAt) =>
    inTenant(db, odsCode, async (trx) => {
      const values = { challenge, ods_code: odsCode, expires_at: new Date(expiresAt) };
      await trx.insertInto('holder_challenges').values(values).execute();
    });

  const bindOnce: HolderLedger['bindOnce'] = (call, prepare) =>
    idempotency.answerOnce(onceOptions(db, call), async () => {
      const proof = await prepare();
      return {
        write: async (trx) => {
          const now = clock();
          await burnChallenge(trx, proof.challenge, now);
          const { holder, isNew } = await bind(trx, call, proof, now);
          const { boundAt, ...members } = holder;
          const body = JSON.stringify({ ...members, boundAt: toDateTimeStamp(boundAt) });
          return { status: isNew ? 201 : 200, contentType: 'application/json', body };
        },
      };
    });

  return {
    findByDid,
    findByEmployee,
    insertChallenge,
    bindOnce,

    /** Forgets challenges that ended before a time, across trusts. */
    purgeChallenges(before: Date): Promise<void> {
      return asRole(db, 'issuer_jobs', async (trx) => {
        await trx.deleteFrom('holder_challenges').where('expires_at', '<', before).execute();
      });
    },
  };
}

function bound(trx: Transaction<Tables>) {
  return trx.selectFrom('holders').select(COLUMNS).where('ended_at', 'is', null);
}

// Of many who delete one row, one gets it back: the others wait for that transaction and find nothing.
async function burnChallenge(trx: Transaction<Tables>, challenge: string, now: number) {
  const burned = await trx
    .deleteFrom('holder_challenges')
    .where('challenge', '=', challenge)
    .where('expires_at', '>', new Date(now))
    .returning('challenge')
    .executeTakeFirst();
  if (burned !== undefined) return;
  throw new VcError(
    'KEY_PROOF_INVALID',
    'The challenge is not one of ours, or used, or expired: ask for another with POST /v1/holders/challenges',
  );
}

async function bind(trx: Transaction<Tables>, call: Call, { binding }: KeyProof, now: number) {
  const { odsCode, clientId } = call;
  const { employeeId, did } = binding;
  const others = await trx
    .selectFrom('holders')
    .select('id')
    .where('ods_code', '=', odsCode)
    .where('did', '=', did)
    .where('employee_id', '<>', employeeId)
    .executeTakeFirst();
  if (others !== undefined) throw isOthers();

  const current = toHolder(
    await trx
      .selectFrom('holders')
      .select(COLUMNS)
      .where('ods_code', '=', odsCode)
      .where('employee_id', '=', employeeId)
      .where('ended_at', 'is', null)
      .forUpdate()
      .executeTakeFirst(),
  );
  if (current?.did === did) {
    const subject = { holder: current.id };
    await appendAudit(trx, now, [{ action: 'holder.confirmed', odsCode, clientId, subject }]);
    return { holder: current, isNew: false };
  }
  if (current !== undefined) {
    const ended = { ended_at: new Date(now) };
    await trx.updateTable('holders').set(ended).where('id', '=', current.id).execute();
  }
  await insertHolder(trx, odsCode, binding);
  const event = { action: 'holder.bound', odsCode, clientId, subject: { holder: binding.id } };
  const ended = current && { ...event, action: 'holder.ended', subject: { holder: current.id } };
  await appendAudit(trx, now, ended === undefined ? [event] : [ended, event]);
  return { holder: binding, isNew: true };
}

async function insertHolder(trx: Transaction<Tables>, odsCode: string, holder: Holder) {
  const { id, employeeId, did, boundAt } = holder;
  const row = { id, ods_code: odsCode, employee_id: employeeId, did, bound_at: new Date(boundAt) };
  try {
    await trx.insertInto('holders').values(row).execute();
  } catch (error) {
    if (isUniqueViolation(error, 'holders_bound_did')) throw isOthers();
    if (isUniqueViolation(error, 'holders_bound_employee')) {
      throw new VcError('CONFLICT', 'Another holder was bound for this employee just now');
    }
    throw error;
  }
}

function isOthers(): VcError {
  return new VcError('CONFLICT', 'This holder key belongs to another employee of the trust');
}

type Row = Omit<Holder, 'boundAt'> & { boundAt: Date };

function toHolder(row: Row | undefined): Holder | undefined {
  return row && { ...row, boundAt: row.boundAt.getTime() };
}
