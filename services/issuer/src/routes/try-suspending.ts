import type { FastifyRequest } from 'fastify';
import type { Superseder } from '../domain/superseding.ts';

/** Suspends what the credential just committed supersedes; what fails here the worker does within seconds. */
export async function trySuspending(
  request: FastifyRequest,
  superseder: Superseder,
  { odsCode, olderId }: { odsCode: string; olderId: string },
): Promise<void> {
  await superseder.suspendSuperseded(odsCode, olderId).catch((err: unknown) => {
    request.log.warn({ event: 'superseding.waits', err, credential: olderId }, 'not suspended yet');
  });
}
