import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { LocalCertificate } from './certificate.ts';

export interface HttpsFrontOptions {
  certificate: Pick<LocalCertificate, 'cert' | 'key'>;
  /** where it listens, on the loopback interface */
  port: number;
  /** `http://127.0.0.1:4001`, to which everything is passed on as it came */
  to: string;
}

/**
 * Ends TLS in front of one local service.
 * @returns how to stop it
 * @throws Error when the port is in use
 */
export async function startHttpsFront(options: HttpsFrontOptions): Promise<() => void> {
  const { certificate, port, to } = options;
  const { hostname, port: toPort } = new URL(to);
  const server = createServer(certificate, (asked, answer) => {
    const { method, url: path, headers } = asked;
    const passedOn = request({ hostname, port: toPort, method, path, headers }, (given) => {
      answer.writeHead(given.statusCode ?? 502, given.rawHeaders);
      given.pipe(answer);
    });
    passedOn.on('error', () =>
      answer.headersSent ? answer.destroy() : answer.writeHead(502).end(),
    );
    answer.on('close', () => passedOn.destroy());
    asked.pipe(passedOn);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    server.closeAllConnections();
    server.close();
  };
}
