import { subscribe } from 'node:diagnostics_channel';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { AUDIT_CHANNEL, type AuditOutcome } from '#ledger/audit-outcomes';
import type { VcErrorCode } from '#vc/error';
import type { Server } from './server.ts';

// What stands in docs/operations/metrics.md, and a test holds to it. No label's value comes from a request: each is of
// a set that the program or its configuration closes.

// A counter that is first seen at 1 has not risen, for whoever asks by how much it rose: what alerts look at starts at 0.
const ALERTED: VcErrorCode[] = ['PROOF_GENERATION_ERROR', 'RATE_LIMITED', 'STATUS_LIST_FENCED'];
const OPERATIONS: AuditOutcome['operation'][] = ['append', 'checkpoint', 'refusal'];

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Times every request by method, route pattern and status, and counts the problems that were answered by their code. */
export function observeRequests(app: Server, metrics: Registry): void {
  const registers = [metrics];
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const problems = new Counter({
    name: 'http_problems_total',
    help: 'Problem details that were answered, by their code',
    labelNames: ['code'],
    registers,
  });
  for (const code of ALERTED) problems.inc({ code }, 0);
  app.addHook('onResponse', async (request, reply) => {
    const { problemCode } = request;
    seconds.observe(
      {
        method: METHODS.has(request.method) ? request.method : 'OTHER',
        route: request.routeOptions.url ?? 'unknown',
        status: String(reply.statusCode),
      },
      reply.elapsedTime / 1000,
    );
    if (problemCode !== undefined) problems.inc({ code: problemCode });
  });
}

/** What became of the audit chain's rows and checkpoints, in this process. */
export function observeAudit(metrics: Registry): void {
  const failures = new Counter({
    name: 'audit_failures_total',
    help: 'Audit rows and checkpoints that could not be written',
    labelNames: ['operation'],
    registers: [metrics],
  });
  for (const operation of OPERATIONS) failures.inc({ operation }, 0);
  const confirmed = new Gauge({
    name: 'audit_checkpoint_timestamp_seconds',
    help: 'When the newest audit rows were last known to be under a signed checkpoint; at first when the process started',
    registers: [metrics],
  });
  confirmed.setToCurrentTime();
  subscribe(AUDIT_CHANNEL, (message) => {
    const { operation, ok } = message as AuditOutcome;
    if (!ok) failures.inc({ operation });
    else if (operation === 'checkpoint') confirmed.setToCurrentTime();
  });
}

/** The part of a pool that is looked at (`pg`). */
export interface ObservedPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
}

/** How busy the pool of database connections is when it is asked. */
export function observePool(pool: ObservedPool, metrics: Registry): void {
  const registers = [metrics];
  const connections: Gauge = new Gauge({
    name: 'database_pool_connections',
    help: 'Open connections to the database, by what they do',
    labelNames: ['state'],
    registers,
    collect() {
      connections.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'idle' }, pool.idleCount);
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'database_pool_waiting',
    help: 'Pieces of work that wait for a connection to the database',
    registers,
    collect: () => waiting.set(pool.waitingCount),
  });
  new Gauge({
    name: 'database_pool_max_connections',
    help: 'Connections that the pool may open',
    registers,
  }).set(pool.options.max ?? Number.NaN);
}

/**
 * Counts failures of work that nobody waits for.
 * @returns call it with the `event` of the log line, a constant of the program
 */
export function createFailureCounter(metrics: Registry): (event: string) => void {
  const failures = new Counter({
    name: 'background_failures_total',
    help: 'Failures of work that no request waits for, by the event in the log',
    labelNames: ['event'],
    registers: [metrics],
  });
  return (event) => failures.inc({ event });
}
