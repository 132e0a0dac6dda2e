import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { type Client, ClientError, createClient, type PrivateJwk } from '../client.ts';

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  key: string | undefined;
  body: string;
}

type Reply = (response: ServerResponse, seen: Seen) => void;

interface Setting {
  client: Client;
  /** what came, less the requests for tokens */
  seen: Seen[];
  tokens: number;
  waits: number[];
  base: string;
}

const { privateKey } = generateKeyPairSync('ed25519');
export const JWK = { ...privateKey.export({ format: 'jwk' }), kid: 'k1' } as PrivateJwk;

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
}

export function problem(status: number, code: string, headers: Record<string, string> = {}): Reply {
  return json(
    status,
    { type: 'about:blank', title: code, status, detail: 'said so', code },
    headers,
  );
}

async function read(request: IncomingMessage): Promise<Seen> {
  const body = Buffer.concat(await request.toArray()).toString();
  const { method = '', url = '', headers } = request;
  const key = headers['idempotency-key'];
  return {
    method,
    url,
    authorization: headers.authorization,
    key: key as string | undefined,
    body,
  };
}

/** A service that gives one answer after the other, the last one for ever. */
export async function setting(t: Test, replies: Reply[], timeoutMs = 5_000): Promise<Setting> {
  const made: Setting = { client: undefined as never, seen: [], tokens: 0, waits: [], base: '' };
  const server = createServer((request, response) => {
    void read(request).then((seen) => {
      if (seen.url === '/token') {
        made.tokens += 1;
        return json(200, { access_token: `token-${made.tokens}`, expires_in: 600 })(response, seen);
      }
      made.seen.push(seen);
      return (replies[made.seen.length - 1] ?? replies.at(-1))?.(response, seen);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  made.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  made.client = createClient({
    issuer: made.base,
    verifier: `${made.base}/`,
    tokenEndpoint: `${made.base}/token`,
    publicOrigin: 'https://passport.northmoor.example',
    clientId: 'client-1',
    privateKey: JWK,
    timeoutMs,
    retry: {
      random: () => 0.5,
      wait: async (milliseconds) => made.waits.push(milliseconds),
    },
  });
  return made;
}

export const PRESENTATION = {
  verifiablePresentation: 'a text',
  options: { challenge: 'c', domain: 'https://us.example' },
};
export const MINT = { employeeId: 'E-1', type: 'FireSafetyCredential', claims: {} };

/** What a call is refused with. */
export async function refused(call: Promise<unknown>): Promise<ClientError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ClientError) return error;
  throw new Error('it was not refused with a ClientError', { cause: error });
}
