import { type Kysely, sql, type Transaction } from 'kysely';
import { VcError } from '#vc/error';
import { tellAuditOutcome } from './audit-outcomes.ts';

/** What happened, by whom, to what: identifiers and codes only, never a person's data. */
export interface AuditEvent {
  /** `<thing>.<what happened to it>`, such as `credential.issued` */
  action: string;
  /** the trust that acted */
  odsCode?: string | undefined;
  clientId?: string | undefined;
  /** what it was done to: uuids, list URLs, indexes, codes */
  subject?: Readonly<Record<string, string | number>> | undefined;
}

/** The newest row of a stream. `hash` in hexadecimal. */
export interface AuditHead {
  stream: string;
  seq: number;
  at: Date;
  hash: string;
}

const ACTION = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;
const NAME = /^[a-z][A-Za-z0-9]{0,63}$/;
// no space: a name or a sentence does not get in by accident
const IDENTIFIER = /^[\x21-\x7e]{1,256}$/;

/**
 * Adds events to the audit chain inside the transaction of what they record. One call for all events, last in the
 * transaction: a lane of the chain is held from here to the commit.
 * @param at milliseconds since the epoch; the chain's times do not fall when the clock does
 * @throws VcError SERVICE_UNAVAILABLE when the row cannot be written: the change must not happen without it
 * @throws Error on an event that could hold more than identifiers, which is a fault of the program
 */
export async function appendAudit<DB>(
  trx: Transaction<DB>,
  at: number,
  events: readonly AuditEvent[],
): Promise<void> {
  const texts = events.map(serialiseEvent);
  const time = new Date(at).toISOString();
  try {
    await sql`select audit_append(${time}::timestamptz, ${texts}::text[])`.execute(trx);
  } catch (cause) {
    tellAuditOutcome({ operation: 'append', ok: false });
    if (cause instanceof VcError) throw cause;
    throw new VcError('SERVICE_UNAVAILABLE', 'The audit record could not be written', { cause });
  }
}

/** The newest row of each stream of the login's schema. */
export async function readAuditHeads<DB>(db: Kysely<DB>): Promise<AuditHead[]> {
  const { rows } = await sql<Omit<AuditHead, 'hash'> & { hash: Buffer }>`
    select stream, seq::float8 as seq, at, hash from audit_heads()`.execute(db);
  return rows.map(({ stream, seq, at, hash }) => ({ stream, seq, at, hash: hash.toString('hex') }));
}

/** The event's one text: members in the order of their names, absent ones left out. */
export function serialiseEvent({ action, clientId, odsCode, subject }: AuditEvent): string {
  if (!ACTION.test(action)) throw new Error(`Not an audit action: ${action}`);
  for (const [name, value] of Object.entries({ clientId, odsCode, ...subject })) {
    if (value === undefined) continue;
    const fits = typeof value === 'number' ? Number.isSafeInteger(value) : IDENTIFIER.test(value);
    if (!NAME.test(name) || !fits) throw new Error(`Not an identifier for audit: ${name}`);
  }
  const sorted = subject && Object.fromEntries(Object.entries(subject).toSorted(byName));
  return JSON.stringify({ action, clientId, odsCode, subject: sorted });
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
