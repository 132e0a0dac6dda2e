import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import { appendAudit, type AuditEvent } from '#ledger/audit';
import { tellAuditOutcome } from '#ledger/audit-outcomes';
import type { Clock } from '#vc/clock';
import type { Caller } from './auth.ts';
import { inTransaction } from './database.ts';
import type { Server } from './server.ts';

/** A caller asked for what there is not, or what is another trust's: the service itself cannot tell the two apart. */
export interface RefusedAccess {
  caller: Caller;
  method: string;
  /** the route's pattern, `/v1/credentials/:id` */
  route: string;
  /** the identifiers that its address named, by their names */
  ids: Readonly<Record<string, string>>;
  /** how many of this caller's refusals were not recorded before this one */
  omitted: number;
}

export type RecordRefusal = (refusal: RefusedAccess) => Promise<void>;

const WINDOW_MS = 60_000;
const RECORDED_PER_WINDOW = 30;

// What identifies things here, by the name of its parameter. Whatever else stands in an address may be a person's.
const IDENTIFIERS: Record<string, RegExp> = {
  id: /^(urn:uuid:)?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/,
  odsCode: /^[A-Z\d]{3,10}$/,
  thumbprint: /^[\w-]{43}$/,
};

/**
 * Records each 404 that a caller with a valid token gets from a route, before it is answered.
 *
 * Bounded, so that nobody fills the audit chain by guessing: a caller's first 30 in a minute are recorded, those
 * after it are counted, and the number is told by the next one that is. A count is kept for each caller that was
 * refused in the last minute or has some to tell; callers are registered clients and their people, so they are few.
 * A record that cannot be written is logged: nothing was changed or told, so the answer stays what it is.
 */
export function auditRefusals(
  app: Server,
  record: RecordRefusal,
  clock: Clock,
  perWindow = RECORDED_PER_WINDOW,
): void {
  const counts = new Map<string, { since: number; recorded: number; omitted: number }>();
  const take = (name: string): number | undefined => {
    const now = clock();
    const old = counts.get(name);
    const count =
      old !== undefined && now - old.since < WINDOW_MS
        ? old
        : { since: now, recorded: 0, omitted: old?.omitted ?? 0 };
    counts.set(name, count);
    if (count.recorded >= perWindow) {
      count.omitted += 1;
      return undefined;
    }
    count.recorded += 1;
    const { omitted } = count;
    count.omitted = 0;
    return omitted;
  };
  app.addHook('onSend', async (request, reply) => {
    const { caller } = request;
    const route = request.routeOptions.url;
    if (reply.statusCode !== 404 || caller === undefined || route === undefined) return;
    const omitted = take(`${caller.clientId} ${caller.person?.subject ?? ''}`);
    if (omitted === undefined) return;
    try {
      await record({ caller, method: request.method, route, ids: idsIn(request), omitted });
    } catch (err) {
      tellAuditOutcome({ operation: 'refusal', ok: false });
      request.log.error({ event: 'audit.failed', err }, 'a refusal could not be recorded');
    }
  });
}

function idsIn({ params }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params as Record<string, string>).filter(([name, value]) =>
      IDENTIFIERS[name]?.test(value),
    ),
  );
}

/** Records refusals as `access.refused` in the audit chain of the login's schema. */
export function createRefusalRecord<DB>(db: Kysely<DB>, clock: Clock): RecordRefusal {
  return (refusal) => inTransaction(db, (trx) => appendAudit(trx, clock(), [auditEvent(refusal)]));
}

function auditEvent({ caller, method, route, ids, omitted }: RefusedAccess): AuditEvent {
  const { clientId, odsCode, person } = caller;
  const subject = {
    ...ids,
    method,
    route,
    ...(person && { person: person.subject }),
    ...(omitted > 0 && { omitted }),
  };
  return { action: 'access.refused', odsCode, clientId, subject };
}
