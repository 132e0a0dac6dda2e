import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { createHttpClient, type HttpClientOptions } from '../http-client.ts';

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A real HTTP server on loopback, and what it was asked for. */
export async function serve(t: Test, listener: RequestListener) {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A client that answers for nothing but what `options` map or name as internal. */
export function open(t: Test, options: Partial<HttpClientOptions> = {}) {
  const client = createHttpClient({ originMap: {}, timeoutMs: 2_000, ...options });
  t.teardown(() => client.close());
  return client;
}
