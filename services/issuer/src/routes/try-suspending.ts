import type { FastifyRequest } from 'fastify';
import type { Superseder } from '../domain/superseding.ts';

/** Longer than status lists that are well need. Their own limit is beyond that of the request. */
const WAIT_MS = 2_000;

/**
 * Suspends what the credential just committed supersedes. Who asked for that one does not wait for lists that hang;
 * what fails here the worker does within seconds.
 */
export async function trySuspending(
  request: FastifyRequest,
  superseder: Superseder,
  { odsCode, olderId }: { odsCode: string; olderId: string },
): Promise<void> {
  const say = (err?: unknown) => {
    request.log.warn({ event: 'superseding.waits', err, credential: olderId }, 'not suspended yet');
  };
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    say();
    resolve();
  }, WAIT_MS);
  const suspended = superseder.suspendSuperseded(odsCode, olderId).catch(say);
  await Promise.race([suspended, late]);
  clearTimeout(timer);
}
