import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection was closed without an answer */
  status: number;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
  /** everything that came */
  text: string;
  /** `code` of a problem document */
  code: string | undefined;
  /** from the first byte sent to the end of the connection */
  ms: number;
}

const TIMEOUT_MS = 30_000;

/**
 * Sends bytes as they are on a connection of its own and reads until the server closes it.
 * @throws Error when it stays open
 */
export async function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const started = performance.now();
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('The connection stays open')));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise<Error | undefined>((resolve) => {
    socket.once('error', resolve);
    socket.once('close', () => resolve(undefined));
  });
  socket.write(bytes);
  const error = await closed;
  // a server that has answered and closed may reset what it did not read
  if (error !== undefined && chunks.length === 0) throw error;
  return parse(Buffer.concat(chunks).toString(), performance.now() - started);
}

function parse(text: string, ms: number): RawAnswer {
  const [head, body] = splitOnce(text, '\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name, value] = splitOnce(line, ':');
      return [name.toLowerCase(), value.trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  const code = /"code":"([A-Z_]+)"/.exec(body)?.[1];
  return { status, headers, body, text, code, ms };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
