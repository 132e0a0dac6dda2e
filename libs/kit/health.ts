import Fastify from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { observeAudit } from './metrics.ts';
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
  observeAudit(metrics);
  return metrics;
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
