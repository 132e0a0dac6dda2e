import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { VcError } from '#vc/error';
import type { EnvironmentReader } from './config.ts';
import type { Server } from './server.ts';

/** How much one caller may ask, and whose word is taken for where a caller is. */
export interface Traffic {
  /** requests of one client, or from one address, in a minute; 0: no limit here, something in front keeps one */
  rateLimitPerMinute: number;
  /** addresses and networks of the proxies in front, whose `X-Forwarded-For` is believed */
  trustedProxies?: readonly string[] | undefined;
}

/** 500 a second for a minute: a day on which a whole rotation changes trusts stays far below it. */
export const DEFAULT_TRAFFIC: Traffic = { rateLimitPerMinute: 30_000 };

const WINDOW_MS = 60_000;
// each: who is counted longest ago is forgotten first
const COUNTED_AT_ONCE = 10_000;

/** `RATE_LIMIT_PER_MINUTE` and `TRUSTED_PROXIES`. */
export function readTraffic(reader: EnvironmentReader): Traffic {
  const proxies = reader.optional('TRUSTED_PROXIES')?.split(',');
  return {
    rateLimitPerMinute: reader.integer('RATE_LIMIT_PER_MINUTE', DEFAULT_TRAFFIC.rateLimitPerMinute),
    trustedProxies: proxies?.map((proxy) => proxy.trim()),
  };
}

/**
 * Counts one request of the caller whose token was verified, else of the address.
 * @throws VcError RATE_LIMITED, with `Retry-After` set on the reply
 */
export type CountRequest = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

declare module 'fastify' {
  interface FastifyInstance {
    countRequest: CountRequest;
  }
}

/**
 * Gives the server its `countRequest`. Counts are of this process: with N replicas a caller gets up to N times the
 * limit, which is there so that one caller's loop does not slow the others, not to sell by. The window is a minute
 * from the caller's first request.
 */
export async function limitRate(
  app: Server,
  { rateLimitPerMinute: max }: Traffic,
  windowMs = WINDOW_MS,
): Promise<void> {
  if (max === 0) {
    app.decorate('countRequest', () => Promise.resolve());
    return;
  }
  await app.register(rateLimit, { global: false, cache: COUNTED_AT_ONCE });
  const limit = { max, timeWindow: windowMs };
  // Two counts, so that a flood of addresses does not make the clients' counts be forgotten.
  const ofAddress = app.createRateLimit({
    ...limit,
    // whoever has one IPv6 address has its /64
    keyGenerator: ({ ip }) => normalizeIP(ip, 64),
  });
  const ofCaller = app.createRateLimit({ ...limit, keyGenerator: callerKey });
  app.decorate('countRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const count = await (request.caller === undefined ? ofAddress : ofCaller)(request);
    if (count.isAllowed || !count.isExceeded) return;
    void reply.header('retry-after', String(Math.max(1, count.ttlInSeconds)));
    throw new VcError('RATE_LIMITED', `More than ${max} requests in a minute: wait, then go on`);
  });
}

/** People who sign in at one portal share its client, and must not use up each other's share. */
function callerKey({ caller }: FastifyRequest): string {
  return `${caller?.clientId} ${caller?.person?.subject ?? ''}`;
}
