import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Test } from 'tap';
import { createHttpClient } from '#kit/http-client';
import { signCredential } from '#proofs/add-proof';
import { createCanonicalize } from '#json-ld/canonicalize';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import type { Credential, JsonObject } from '#vc/data-model';
import { createConformanceDeps } from '../src/conformance-deps.ts';
import { createHolder } from './trust.ts';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
export const CREATED = '2026-11-01T00:00:00Z';
export const canonicalize = createCanonicalize({ extraContexts: readConformanceContexts() });
export const issuer = createHolder();

/** A registry that knows so many trusts, over real HTTP; it is asked again each time. */
export async function createRegistryWith(
  t: Test,
  trusts: () => number | 'broken',
  status = 200,
): Promise<string> {
  const { url } = await serveLocally(t, (_request, response) => {
    const length = trusts();
    if (length === 'broken') {
      response.destroy();
      return;
    }
    const items = Array.from({ length }, () => ({ odsCode: 'ZZA01' }));
    response.writeHead(status).end(JSON.stringify({ items, next: null }));
  });
  return url;
}

/** A server of this test's own, and what it was asked for. */
export async function serveLocally(t: Test, listener: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    listener(request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** What the service has under the profile, with a registry of so many trusts. */
export async function conformanceOf(t: Test, trusts = 0) {
  return conformanceAt(t, await createRegistryWith(t, () => trusts));
}

/** What it has with the registry at an address. */
export async function conformanceAt(
  t: Test,
  trustRegistryUrl: string,
  originMap: Record<string, string> = {},
) {
  const http = createHttpClient({ originMap: {}, internal: [trustRegistryUrl] });
  t.teardown(() => http.close());
  const made = await createConformanceDeps({
    config: { profile: 'conformance', originMap, trustRegistryUrl },
    http,
    clock: () => Date.parse('2026-11-22T12:00:00Z'),
    logger: pino({ level: 'silent' }),
  });
  if (made === undefined) throw new Error('there is no profile');
  t.teardown(() => made.close());
  return made;
}

/** A credential of that issuer, of no trust. */
export function issue(change: JsonObject = {}): Promise<JsonObject> {
  const credential = {
    '@context': [V2, EXAMPLES],
    type: ['VerifiableCredential', 'ExampleBadge'],
    issuer: issuer.did,
    credentialSubject: { badge: 'gold' },
    ...change,
  } as Credential;
  const suites = ['eddsa-rdfc-2022'] as const;
  return signCredential({
    credential,
    signer: issuer.signer,
    suites,
    created: CREATED,
    canonicalize,
  });
}
