import Fastify from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Server } from './server.ts';
import type { Phase } from './shutdown.ts';

/** One dependency's state at `/readyz`: resolves when well, rejects with why not. */
export type ReadinessCheck = () => Promise<unknown>;

export interface ManagementOptions {
  checks: Record<string, ReadinessCheck>;
  metrics: Registry;
  /** milliseconds a check may take */
  timeoutMs?: number;
}

export function createMetrics(): Registry {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return metrics;
}

/** Times every request by method, route pattern and status: nothing that comes from the input. */
export function observeRequests(app: Server, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
  });
}

/**
 * The management port, apart from the public one: `/livez`, `/readyz` (503 names what is not well), `/metrics`.
 * Until it starts to `observe` something it is alive and not ready.
 */
export function createManagementServer(options?: ManagementOptions, phase?: () => Phase) {
  let observed = options;
  const app = Fastify({ logger: false, forceCloseConnections: true });
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const now = phase?.() ?? 'running';
    if (now !== 'running' || observed === undefined) {
      return reply.code(503).send({ status: now, checks: {} });
    }
    const { checks, timeoutMs = 2_000 } = observed;
    const states = await Promise.all(
      Object.entries(checks).map(
        async ([name, check]) => [name, await stateOf(check, timeoutMs)] as const,
      ),
    );
    const ready = states.every(([, state]) => state === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(states) });
  });
  app.get('/metrics', async (_request, reply) => {
    if (observed === undefined) return reply.code(503).send();
    return reply.type(observed.metrics.contentType).send(await observed.metrics.metrics());
  });
  return Object.assign(app, {
    observe(what: ManagementOptions) {
      observed = what;
    },
  });
}

async function stateOf(check: ReadinessCheck, timeoutMs: number): Promise<'ok' | 'unavailable'> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('too slow')), timeoutMs);
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch {
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}
