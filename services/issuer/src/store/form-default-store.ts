import type { Kysely, Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { Idempotency } from '#ledger/idempotency';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import type { Answer, Call, FormDefaults } from '../domain/ports.ts';
import { onceOptions } from './credential-store.ts';
import type { Tables } from './tables.ts';

export interface FormDefaultStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
  /** milliseconds for which another process may not have seen a change */
  freshnessMs: number;
}

export interface FormDefault {
  /** a type of the catalogue, or ANY_TYPE */
  type: string;
  forms: CredentialForm[];
  /** milliseconds since the epoch */
  changedAt: number;
}

export interface FormDefaultStore extends FormDefaults {
  /** read now, by type */
  list(odsCode: string): Promise<FormDefault[]>;
  setOnce(call: Call, type: string, forms: readonly CredentialForm[]): Promise<Answer>;
  /** Answers alike when there was none. */
  removeOnce(call: Call, type: string): Promise<Answer>;
}

interface Kept {
  defaults: Promise<ReadonlyMap<string, readonly CredentialForm[]>>;
  readAt: number;
}

const KEPT_TRUSTS = 1_000;

/** In which forms trusts issue. What is kept of a trust is forgotten once this process changed it. */
export function createFormDefaultStore(deps: FormDefaultStoreDeps): FormDefaultStore {
  const { db, idempotency, clock, freshnessMs } = deps;
  const kept = new Map<string, Kept>();

  const list = (odsCode: string) =>
    inTenant(db, odsCode, async (trx) => {
      const rows = await trx
        .selectFrom('form_defaults')
        .select(['type', 'forms', 'changed_at as changedAt'])
        .where('ods_code', '=', odsCode)
        .orderBy('type')
        .execute();
      return rows.map(({ type, forms, changedAt }) => ({
        type,
        // only forms of the list were ever taken
        forms: forms as CredentialForm[],
        changedAt: changedAt.getTime(),
      }));
    });

  const read = async (odsCode: string) =>
    new Map((await list(odsCode)).map(({ type, forms }) => [type, forms]));

  const change = async (
    call: Call,
    prepare: (now: Date) => { answer: Answer; write: (trx: Transaction<Tables>) => Promise<void> },
  ): Promise<Answer> => {
    try {
      return await idempotency.answerOnce(onceOptions(db, call), async () =>
        prepare(new Date(clock())),
      );
    } finally {
      kept.delete(call.odsCode);
    }
  };

  return {
    list,

    load(odsCode) {
      const known = kept.get(odsCode);
      const age = known === undefined ? Infinity : clock() - known.readAt;
      if (known !== undefined && age >= 0 && age < freshnessMs) return known.defaults;
      if (kept.size >= KEPT_TRUSTS) kept.clear();
      const entry = { defaults: read(odsCode), readAt: clock() };
      kept.set(odsCode, entry);
      // a failure is told to those who wait for it, and kept for nobody
      entry.defaults.catch(() => kept.get(odsCode) === entry && kept.delete(odsCode));
      return entry.defaults;
    },

    setOnce: (call, type, forms) =>
      change(call, (now) => {
        const changed = { forms: [...forms], changed_at: now };
        const body = JSON.stringify({ type, forms, changedAt: toDateTimeStamp(now.getTime()) });
        return {
          answer: { status: 200, contentType: 'application/json', body },
          write: async (trx) => {
            await trx
              .insertInto('form_defaults')
              .values({ ods_code: call.odsCode, type, ...changed })
              .onConflict((conflict) => conflict.columns(['ods_code', 'type']).doUpdateSet(changed))
              .execute();
            await audit(trx, call, now, 'form-default.set', { type, forms: forms.join(',') });
          },
        };
      }),

    removeOnce: (call, type) =>
      change(call, (now) => ({
        answer: { status: 204, contentType: 'application/json', body: '' },
        write: async (trx) => {
          const removed = await trx
            .deleteFrom('form_defaults')
            .where('ods_code', '=', call.odsCode)
            .where('type', '=', type)
            .executeTakeFirst();
          if (removed.numDeletedRows === 0n) return;
          await audit(trx, call, now, 'form-default.removed', { type });
        },
      })),
  };
}

function audit(
  trx: Transaction<Tables>,
  { odsCode, clientId, person }: Call,
  now: Date,
  action: string,
  subject: Record<string, string>,
) {
  const who = person === undefined ? {} : { person: person.subject };
  const event = { action, odsCode, clientId, subject: { ...subject, ...who } };
  return appendAudit(trx, now.getTime(), [event]);
}
