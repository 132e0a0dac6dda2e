import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionError } from 'fastify';
import { VcError } from '#vc/error';
import { toProblem } from './problem.ts';
import type { Server } from './server.ts';

const UNREADABLE: Record<string, [status: number, reason: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
};

/** Answers bytes that the HTTP parser refused, or that came too slowly: there is no request yet, only a socket. */
export function refuseBytes(error: ConnectionError, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason] = UNREADABLE[error.code] ?? [400, 'Bad Request'];
  const refusal = new VcError('INVALID_REQUEST', `The request could not be read: ${reason}`);
  endWith(socket, `${status} ${reason}`, { ...toProblem(refusal), status });
}

/**
 * Refuses, with 400 and the connection closed, requests that Node's parser takes and that something in front may have
 * read differently (RFC 9112 sections 2.3, 3.2 and 6.1), and answers CONNECT, which never comes to a route.
 */
export function refuseDoubtfulFraming(app: Server): void {
  app.addHook('onRequest', async ({ raw }, reply) => {
    const fault = faultOf(raw);
    if (fault === undefined) return;
    void reply.header('connection', 'close');
    throw new VcError('INVALID_REQUEST', fault);
  });
  app.server.on('connect', (_request, socket) => {
    const refusal = new VcError('METHOD_NOT_ALLOWED', 'CONNECT is not a method of this server');
    socket.on('error', () => socket.destroy());
    endWith(socket, '405 Method Not Allowed', toProblem(refusal), 'Allow: \r\n');
  });
}

function faultOf({ httpVersion, headers, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return 'Only HTTP/1.1 and 1.0 are spoken here';
  // Node keeps the first, a proxy may have gone by the last
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) return 'There is more than one Host';
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  // one that is not undone would be read as if it were the body
  if (coding.toLowerCase() !== 'chunked') return 'The only transfer coding taken is chunked';
  return httpVersion === '1.0' ? 'HTTP/1.0 has no transfer codings' : undefined;
}

function endWith(socket: Duplex, status: string, problem: object, headers = ''): void {
  const body = JSON.stringify(problem);
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  // what is written still goes out; what the other side goes on to send is not read
  socket.once('finish', () => socket.destroy());
  socket.end();
}
