import { type Kysely, sql, type Transaction } from 'kysely';
import { inTenant } from '#kit/database';
import { appendAudit } from '#ledger/audit';
import type { AnswerRow, Idempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import type { StatusLedger } from '../domain/change-status.ts';
import { isRevoked, type StatusStanding } from '../domain/mirror-status.ts';
import type { Answer, CredentialRecord, CredentialState } from '../domain/ports.ts';
import { onceOptions } from './credential-store.ts';
import { CREDENTIAL_COLUMNS, mirrorAll, type MirrorEntry, toRecord } from './mirror.ts';
import { createSharedCommit, storeAll } from './shared-commit.ts';
import type { Tables } from './tables.ts';

type LoadedCredential = CredentialRecord & { document: string };

interface Entry {
  outcome: MirrorEntry;
  describe: (standing: StatusStanding) => unknown;
  rowsOf: (answer: Answer) => readonly AnswerRow[];
}

/** Each has its document. */
const MAX_LOADED = 100;

export interface StatusStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
}

/** One change of a credential's status, with what was said of it. */
export interface StatusChangeRow {
  status: CredentialState;
  reason: string;
  holderText: string | null;
  internalNote: string | null;
  clientId: string;
  person: string | null;
  /** milliseconds since the epoch */
  changedAt: number;
}

export interface CredentialSearch {
  employeeId?: string | undefined;
  type?: string | undefined;
  status?: CredentialState | undefined;
  /** those in the archive, instead of the rest */
  archived?: boolean | undefined;
  limit: number;
  /** the last row of the page before */
  after?: { issuedAt: number; id: string } | undefined;
}

/** What is kept of credentials besides their documents: search, and the mirror of their status. */
export function createStatusStore({ db, idempotency, clock }: StatusStoreDeps) {
  // Many who ask at once take one connection.
  const findTogether = createGroupCommit<string, LoadedCredential | undefined>({
    commit: async (ids, odsCode) => {
      const rows = await inTenant(db, odsCode, (trx) =>
        trx
          .selectFrom('credentials')
          .select([...CREDENTIAL_COLUMNS, 'document'])
          .where('id', '=', sql<string>`any(${ids}::uuid[])`)
          .execute(),
      );
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = found.get(id);
        return row && { ...toRecord(row), document: row.document };
      });
    },
    maxGroup: MAX_LOADED,
    maxWaiting: 5_000,
  });
  const load: StatusLedger['load'] = async (odsCode, id) => {
    const credential = await findTogether(odsCode, id);
    if (credential === undefined) throw notFound();
    return credential;
  };

  const mirror = async (trx: Transaction<Tables>, entries: Entry[], odsCode: string) => {
    const { mirrored, events } = await mirrorAll(
      trx,
      odsCode,
      entries.map(({ outcome }) => outcome),
    );
    const answers = entries.map(({ describe }, n): Answer | undefined => {
      const standing = mirrored[n]?.standing;
      if (standing === undefined) return undefined;
      const body = JSON.stringify(describe(standing));
      return { status: 200, contentType: 'application/json', body };
    });
    const rows = entries.flatMap(({ rowsOf }, n) => {
      const answer = answers[n];
      return answer === undefined ? [] : rowsOf(answer);
    });
    await storeAll(trx, clock, rows);
    if (events.length > 0) await appendAudit(trx, clock(), events);
    return answers;
  };
  // A change that was refused meanwhile is undefined there, goes alone and is told so.
  const mirrorInGroup = createSharedCommit<Entry, Answer | undefined>({ db, write: mirror });

  const changeOnce: StatusLedger['changeOnce'] = (call, prepare, describe) =>
    idempotency.answerOnce(onceOptions(db, call), async () => {
      const { odsCode, clientId, person } = call;
      const outcome = { ...(await prepare()), clientId, person: person?.subject };
      const entry = { outcome, describe };
      return {
        write: async (trx) => {
          const [answer] = await mirror(trx, [{ ...entry, rowsOf: () => [] }], odsCode);
          if (answer === undefined) throw isRevoked();
          return answer;
        },
        share: (rowsOf: Entry['rowsOf']) => mirrorInGroup(odsCode, { ...entry, rowsOf }),
      };
    });

  const isSuperseded: StatusLedger['isSuperseded'] = (odsCode, id) =>
    inTenant(db, odsCode, async (trx) => {
      const newer = await trx
        .selectFrom('credentials')
        .select('id')
        .where('ods_code', '=', odsCode)
        .where('supersedes', '=', id)
        .where('status', '<>', 'revoked')
        .executeTakeFirst();
      return newer !== undefined;
    });

  return {
    load,
    changeOnce,
    isSuperseded,

    /** Oldest first. @throws VcError NOT_FOUND, also for another trust's */
    async listChanges(odsCode: string, id: string): Promise<StatusChangeRow[]> {
      return inTenant(db, odsCode, async (trx) => {
        const credential = await trx
          .selectFrom('credentials')
          .select('id')
          .where('id', '=', id)
          .executeTakeFirst();
        if (credential === undefined) throw notFound();
        const rows = await trx
          .selectFrom('credential_status_changes')
          .select([
            'status',
            'reason',
            'holder_text as holderText',
            'internal_note as internalNote',
            'client_id as clientId',
            'person',
            'changed_at as changedAt',
          ])
          .where('credential_id', '=', id)
          .orderBy('changed_at')
          .orderBy('id')
          .execute();
        return rows.map((row) => ({ ...row, changedAt: row.changedAt.getTime() }));
      });
    },

    /** Newest first. @returns one row more than `limit` when there are more */
    search(odsCode: string, search: CredentialSearch): Promise<CredentialRecord[]> {
      const { employeeId, type, status, archived = false, limit, after } = search;
      return inTenant(db, odsCode, async (trx) => {
        let query = trx
          .selectFrom('credentials')
          .select(CREDENTIAL_COLUMNS)
          .where('ods_code', '=', odsCode)
          .where('archived_at', archived ? 'is not' : 'is', null);
        if (employeeId !== undefined) query = query.where('employee_id', '=', employeeId);
        if (type !== undefined) query = query.where('type', '=', type);
        if (status !== undefined) query = query.where('status', '=', status);
        if (after !== undefined) {
          const at = new Date(after.issuedAt);
          query = query.where(sql<boolean>`(issued_at, id) < (${at}, ${after.id}::uuid)`);
        }
        const rows = await query
          .orderBy('issued_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute();
        return rows.map(toRecord);
      });
    },
  };
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'There is no such credential');
}

export type StatusStore = ReturnType<typeof createStatusStore>;
