import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import t, { type Test } from 'tap';
import { createDidResolver } from '#did/resolver';
import { createHttpClient } from '#kit/http-client';
import type { JsonObject } from '#vc/data-model';
import { parseStrictJson } from '#vc/strict-json';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createKey, DAY, NOON, ORIGIN } from '../trust.ts';
import { createWorld } from '../world.ts';
import { createCertificate } from './certificate.ts';
import { connections } from './connections.ts';
import { JSON_LD, refuses, TEXT } from './helper.ts';

const DID = 'did:web:passport.northmoor.example:trusts:ZZA01';
const { id: METHOD } = createKey(DID);
const KEY = METHOD.slice(DID.length + 1);
const MAX_BYTES = 64 * 1024;

const method = { id: METHOD, type: 'Multikey', controller: DID, publicKeyMultibase: KEY };
const DOCUMENT: JsonObject = { id: DID, verificationMethod: [method], assertionMethod: [METHOD] };

/** A resolver that fetches as a service of ours would, from a server that the test runs. */
async function resolverAt(t: Test, server: Server, scheme: 'http' | 'https') {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const http = createHttpClient({ originMap: { [ORIGIN]: `${scheme}://localhost:${port}` } });
  t.teardown(async () => {
    await http.close();
    server.close();
  });
  return createDidResolver({
    fetchDocument: async (url) => {
      const { body } = await http.get(url, { maxBytes: MAX_BYTES });
      return parseStrictJson(body);
    },
    now: () => NOON,
    freshness: 0,
    refetchInterval: 0,
  });
}

t.test(
  'V23: a did:web document that is not its DID’s, or not to be trusted, has no key',
  async (t) => {
    let served = JSON.stringify(DOCUMENT);
    const answer: RequestListener = (_request, response) => void response.end(served);
    const { resolveVerificationMethod } = await resolverAt(t, createServer(answer), 'http');
    const resolve = () => resolveVerificationMethod(METHOD, 'assertionMethod');
    t.match(await resolve(), { controller: DID, publicKeyMultibase: KEY });
    for (const [what, document, code] of [
      ['over 64 kB', { ...DOCUMENT, name: 'x'.repeat(MAX_BYTES) }, 'DID_NOT_FOUND'],
      ['of another DID', { ...DOCUMENT, id: `${DID}X` }, 'INVALID_DID_DOCUMENT'],
      [
        'with a key id twice',
        { ...DOCUMENT, verificationMethod: [method, method] },
        'INVALID_DID_DOCUMENT',
      ],
      [
        'with a key of an unknown type',
        { ...DOCUMENT, verificationMethod: [{ ...method, type: 'RsaVerificationKey2018' }] },
        'INVALID_VERIFICATION_METHOD',
      ],
      [
        'whose key another controls',
        { ...DOCUMENT, verificationMethod: [{ ...method, controller: 'did:web:evil.example' }] },
        'INVALID_VERIFICATION_METHOD',
      ],
      [
        'whose key is for something else',
        { ...DOCUMENT, assertionMethod: [], authentication: [METHOD] },
        'INVALID_VERIFICATION_METHOD',
      ],
    ] as const) {
      served = JSON.stringify(document);
      await t.rejects(resolve(), { code }, what);
    }
    served = JSON.stringify(DOCUMENT).replace('{"id"', '{"id":"did:web:evil.example","id"');
    await t.rejects(resolve(), { code: 'DID_NOT_FOUND' }, 'a member twice');
  },
);

t.test('V23: a host whose certificate has expired or is another’s is not asked', async (t) => {
  const now = Date.now();
  const times = { notBefore: new Date(now - 2 * DAY), notAfter: new Date(now + DAY) };
  const certificates = {
    good: createCertificate({ host: 'localhost', ...times }),
    expired: createCertificate({ host: 'localhost', ...times, notAfter: new Date(now - DAY) }),
    foreign: createCertificate({ host: 'evil.example', ...times }),
    unknown: createCertificate({ host: 'localhost', ...times }),
  };
  const usual = getCACertificates();
  t.teardown(() => setDefaultCACertificates(usual));
  const { good, expired, foreign } = certificates;
  setDefaultCACertificates([...usual, good.cert, expired.cert, foreign.cert]);
  for (const [what, certificate] of Object.entries(certificates)) {
    let asked = 0;
    const server = createSecureServer(certificate, (_request, response) => {
      asked += 1;
      response.end(JSON.stringify(DOCUMENT));
    });
    const { resolveVerificationMethod } = await resolverAt(t, server, 'https');
    const resolved = resolveVerificationMethod(METHOD, 'assertionMethod');
    if (what === 'good') await t.resolves(resolved, what);
    else await t.rejects(resolved, { code: 'DID_NOT_FOUND' }, what);
    t.equal(asked, what === 'good' ? 1 : 0, `${what}: how often it was asked`);
  }
});

t.test('V23: to verify no DID document is fetched at all', async (t) => {
  const before = { ...connections };
  const signer = createKey('did:web:trust.example');
  await refuses(
    t,
    'by a key on some domain',
    (world, _, form) => issueAs(world, form, { signer }),
    {
      code: 'INVALID_VERIFICATION_METHOD',
      forms: [...JSON_LD, ...TEXT],
    },
  );
  const world = createWorld();
  const whole = await issueAs(world, 'dc+sd-jwt');
  t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
  t.same(connections, before, 'no connection was begun and no name looked up');
});

t.test('V24: a key that only the domain publishes is not the issuer’s, in any form', async (t) => {
  await refuses(
    t,
    'by a key in the DID document that the registry does not pin',
    (world, _, form) => {
      const { did } = world.trust;
      return issueAs(world, form, { signer: createKey(did) });
    },
    { code: 'ISSUER_KEY_NOT_REGISTERED' },
  );
});
