import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { createHttpClient, type HttpClient } from '#kit/http-client';
import { ORIGIN } from './trust.ts';

/** A server behind a public origin, and the product's own client, which reaches it through ORIGIN_MAP. */
export async function serve(t: Test, listener: RequestListener): Promise<HttpClient> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const http = createHttpClient({ originMap: { [ORIGIN]: `http://127.0.0.1:${port}` } });
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await http.close();
  });
  return http;
}
