import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import { inTenant, isUniqueViolation } from '#kit/database';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import type { AnswerRow, Idempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import { VcError } from '#vc/error';
import {
  type Call,
  ID_TAKEN,
  type IssuanceLedger,
  type IssuedCredential,
  type SignedForm,
} from '../domain/ports.ts';
import { enveloped, familyBody, formBody } from './answer-bodies.ts';
import { createSharedCommit, storeAll } from './shared-commit.ts';
import { recordSuperseding, type SupersedingEntry } from './superseding-store.ts';
import { checkSkew, databaseNow } from './database-clock.ts';
import type { Tables } from './tables.ts';

export interface CredentialStoreDeps {
  db: Kysely<Tables>;
  idempotency: Idempotency<Tables>;
  clock: Clock;
  /** milliseconds by which the time of issue may differ from the database's clock */
  maxClockSkewMs: number;
}

interface Entry {
  credential: IssuedCredential;
  /** the answer under its key; none without a key */
  rows: readonly AnswerRow[];
}

const idTaken = new Error('a credential has this id already');

/** Where issued credentials are committed, and read again to the byte. */
export function createCredentialStore(deps: CredentialStoreDeps) {
  const { db, idempotency, clock, maxClockSkewMs } = deps;
  const write = async (trx: Transaction<Tables>, credentials: readonly IssuedCredential[]) => {
    const databaseTime = await insertCredentials(trx, credentials);
    for (const { issuedAt } of credentials) checkSkew(issuedAt, databaseTime, maxClockSkewMs);
    await insertOtherForms(trx, credentials);
    const superseded = await recordSuperseding(trx, clock(), credentials.flatMap(supersedingEntry));
    await appendAudit(trx, clock(), [...credentials.map(issuedEvent), ...superseded]);
  };
  const commitInGroup = createSharedCommit<Entry, true>({
    db,
    async write(trx, entries) {
      // keys first: a call that another process answered writes nothing
      await storeAll(
        trx,
        clock,
        entries.flatMap(({ rows }) => rows),
      );
      await write(
        trx,
        entries.map(({ credential }) => credential),
      );
      return entries.map(() => true as const);
    },
  });

  const issueOnce: IssuanceLedger['issueOnce'] = async (call, prepare) => {
    try {
      return await idempotency.answerOnce(onceOptions(db, call), async () => {
        const credential = await prepare();
        const body = familyBody(credential, credential.otherForms);
        return {
          answer: { status: 201, contentType: 'application/json', body },
          write: (trx) => write(trx, [credential]),
          share: async (rows: readonly AnswerRow[]) =>
            (await commitInGroup(call.odsCode, { credential, rows })) !== undefined,
        };
      });
    } catch (error) {
      if (error === idTaken) return ID_TAKEN;
      throw error;
    }
  };

  return {
    issueOnce,

    findOlder(odsCode: string, id: string) {
      return inTenant(db, odsCode, (trx) =>
        trx
          .selectFrom('credentials')
          .select(['type', 'employee_id as employeeId'])
          .select(['lifecycle', 'status', 'status_reason as statusReason'])
          .where('id', '=', id)
          .executeTakeFirst(),
      );
    },

    /** Its first form as VCALM has it: what is not JSON in an envelope; undefined also for another trust's. */
    async findAnswerBody(odsCode: string, id: string): Promise<string | undefined> {
      const row = await inTenant(db, odsCode, (trx) => selectFirst(trx, id).executeTakeFirst());
      return row && enveloped(row);
    },

    /** One form, as it was signed; undefined for one that was not issued, and for another trust's. */
    async findFormBody(odsCode: string, id: string, form: CredentialForm) {
      const row = await inTenant(db, odsCode, async (trx) => {
        const first = await selectFirst(trx, id).where('form', '=', form).executeTakeFirst();
        return first ?? selectOther(trx, id, form);
      });
      return row && formBody(row);
    },
  };
}

function selectFirst(trx: Transaction<Tables>, id: string) {
  return trx.selectFrom('credentials').select(['form', 'document']).where('id', '=', id);
}

function selectOther(trx: Transaction<Tables>, id: string, form: CredentialForm) {
  return trx
    .selectFrom('credential_forms')
    .select(['form', 'document'])
    .where('credential_id', '=', id)
    .where('form', '=', form)
    .executeTakeFirst();
}

export type CredentialStore = ReturnType<typeof createCredentialStore>;

/** What makes a trust's call idempotent: its own scope, inside its own tenant. */
export function onceOptions(db: Kysely<Tables>, call: Call) {
  const { odsCode, idempotencyKey } = call;
  return {
    transact: <T>(fn: (trx: Transaction<Tables>) => Promise<T>) => inTenant(db, odsCode, fn),
    scope: odsCode,
    key: idempotencyKey,
    request: requestOf(call),
  };
}

/**
 * What an idempotency key stands for. The people of a trust share its keys, and must not find each other's answers: who
 * signed in is part of the request, so a key that somebody else used is refused as used for another one.
 */
export function requestOf({ clientId, person, request }: Call): Call['request'] {
  if (person === undefined) return request;
  return { ...request, path: JSON.stringify([request.path, clientId, person.subject]) };
}

function issuedEvent(credential: IssuedCredential): AuditEvent {
  const { id, odsCode, type, listPairId, listIndex, keyThumbprint } = credential;
  const subject = {
    credential: id,
    type,
    listPair: listPairId,
    index: listIndex,
    key: keyThumbprint,
    ...digestsOf(credential, 1),
    ...Object.assign({}, ...credential.otherForms.map((one, n) => digestsOf(one, n + 2))),
    ...(credential.supersedes && { supersedes: credential.supersedes.credentialId }),
  };
  return { action: 'credential.issued', odsCode, clientId: credential.requestedBy, subject };
}

/** `form` and `digest` of the first, `form2` and `digest2` of the second, and so on. */
function digestsOf({ form, digest }: SignedForm, number: number): Record<string, string> {
  const suffix = number === 1 ? '' : String(number);
  return { [`form${suffix}`]: form, [`digest${suffix}`]: Buffer.from(digest).toString('hex') };
}

function supersedingEntry(credential: IssuedCredential): SupersedingEntry[] {
  const { id: newerId, odsCode, supersedes, requestedBy: clientId, person } = credential;
  return supersedes === undefined ? [] : [{ odsCode, newerId, supersedes, clientId, person }];
}

/** @returns what time it is for the database */
async function insertCredentials(
  trx: Transaction<Tables>,
  credentials: readonly IssuedCredential[],
): Promise<Date> {
  try {
    const [inserted] = await trx
      .insertInto('credentials')
      .values(credentials.map(toRow))
      .returning(databaseNow)
      .execute();
    return inserted?.database_now ?? new Date(NaN);
  } catch (error) {
    if (isUniqueViolation(error, 'credentials_pkey')) throw idTaken;
    if (isUniqueViolation(error, 'credentials_superseded_once')) {
      throw new VcError('CONFLICT', 'Another credential supersedes that one already');
    }
    throw error;
  }
}

async function insertOtherForms(
  trx: Transaction<Tables>,
  credentials: readonly IssuedCredential[],
): Promise<void> {
  const rows = credentials.flatMap(toFormRows);
  if (rows.length > 0) await trx.insertInto('credential_forms').values(rows).execute();
}

function toRow(one: IssuedCredential): Insertable<Tables['credentials']> {
  return {
    id: one.id,
    ods_code: one.odsCode,
    employee_id: one.employeeId,
    holder_did: one.holderDid,
    type: one.type,
    catalogue_version: one.catalogueVersion,
    key_thumbprint: one.keyThumbprint,
    list_pair_id: one.listPairId,
    list_index: one.listIndex,
    digest: Buffer.from(one.digest),
    document: one.document,
    form: one.form,
    provider: one.provider,
    supersedes: one.supersedes?.credentialId ?? null,
    supersedes_how: one.supersedes?.how ?? null,
    issued_at: new Date(one.issuedAt),
    valid_until: one.validUntil === undefined ? null : new Date(one.validUntil),
    requested_by: one.requestedBy,
    batch: one.batch ?? null,
  };
}

function toFormRows({ id, odsCode, otherForms }: IssuedCredential) {
  return otherForms.map(({ form, document, digest }) => ({
    credential_id: id,
    form,
    ods_code: odsCode,
    document,
    digest: Buffer.from(digest),
  }));
}

/** Answers once the database does. */
export async function ping(db: Kysely<Tables>): Promise<void> {
  await sql`select 1`.execute(db);
}
