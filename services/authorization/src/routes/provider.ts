import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LoadProvider } from '../oauth/current-provider.ts';

/** A handler that lets the provider answer, with the headers of every answer of ours. */
export function passToProvider(loadProvider: LoadProvider) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    await callProvider(loadProvider, request, reply);
  };
}

async function callProvider(
  loadProvider: LoadProvider,
  request: FastifyRequest,
  { raw, log }: FastifyReply,
): Promise<void> {
  // A client has no browser: without its origin the provider has nothing to say about cross-origin calls.
  delete request.raw.headers.origin;
  try {
    const { handle } = await loadProvider();
    await handle(request.raw, raw);
  } catch (error) {
    log.error({ event: 'token.failed', err: error }, 'token failed');
    if (raw.headersSent) return;
    raw
      .writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' })
      .end(JSON.stringify({ error: 'temporarily_unavailable' }));
  }
}
