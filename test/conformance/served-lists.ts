import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { encodeBitstring, MINIMUM_ENTRIES } from '#status/bitstring';
import type { JsonObject } from '#vc/data-model';
import { createTestKey, secure } from '../../services/verifier/test/suites.ts';
import { V2 } from './signed-credentials.ts';

/** Where the lists are, as the verifier is told to find them on this machine. */
export const LISTS = 'https://lists.example';
export const ENTRY = 'BitstringStatusListEntry';

/** Serves lists of somebody else, as a suite serves its own. */
export async function serveLists(t: Pick<Test, 'teardown'>) {
  const served = new Map<string, { mediaType: string; body: string }>();
  const server = createServer(({ url = '' }, response) => {
    const list = served.get(url);
    response.writeHead(list ? 200 : 404, { 'content-type': list?.mediaType ?? 'text/plain' });
    response.end(list?.body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    /** @returns its address, which is its id but for a list that says another */
    serve(list: JsonObject, mediaType = 'application/vc'): string {
      const { pathname } = new URL(list['id'] as string);
      const path = pathname === '/another' ? `/${randomUUID()}` : pathname;
      served.set(path, { mediaType, body: JSON.stringify(list) });
      return `${LISTS}${path}`;
    },
  };
}

/** A list credential of another issuer, before it has an address. */
export async function signList(
  subject: JsonObject = {},
  change: JsonObject = {},
): Promise<JsonObject> {
  const key = createTestKey('ed25519');
  const id = `${LISTS}/${randomUUID()}`;
  const { statusPurpose = 'revocation' } = subject;
  const list = {
    '@context': [V2],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: key.did,
    validFrom: '2026-01-01T00:00:00Z',
    ...change,
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      encodedList: encodeBitstring(new Uint8Array(MINIMUM_ENTRIES / 8)),
      ...subject,
      statusPurpose,
    },
  };
  const isKnown = subject['type'] === undefined;
  const suiteOf = isKnown ? 'eddsa-rdfc-2022' : 'eddsa-jcs-2022';
  return secure(list, { suite: suiteOf, key, created: Date.now() });
}

/** An entry of a credential in a list. */
export function entryIn(statusListCredential: string): JsonObject {
  return { type: ENTRY, statusPurpose: 'revocation', statusListIndex: '7', statusListCredential };
}
