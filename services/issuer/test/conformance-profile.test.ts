import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { didKey } from '#did/keys';
import { createDidResolver } from '#did/resolver';
import { createCanonicalize } from '#json-ld/canonicalize';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { createMetrics } from '#kit/health';
import { createHttpClient } from '#kit/http-client';
import { generateEd25519Key } from '#proofs/signer';
import { verifyProofs } from '#proofs/verify-proofs';
import { decodeBitstring, readBit } from '#status/bitstring';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { buildApp } from '../src/app.ts';
import type { CONFORMANCE_SUITES } from '../src/config.ts';
import { createConformanceDeps } from '../src/conformance-deps.ts';
import { createTestSignatures } from '../src/store/test-signatures.ts';
import { START } from './fakes.ts';
import { build, send } from './helper.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const V1 = 'https://www.w3.org/2018/credentials/v1';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const CREDENTIAL: JsonObject = {
  '@context': [V2, EXAMPLES],
  type: ['VerifiableCredential', 'ExampleBadge'],
  credentialSubject: { badge: 'gold' },
};
const extraContexts = readConformanceContexts();

/** A registry that knows so many trusts, over real HTTP. */
async function createRegistryWith(t: Test, trusts: number): Promise<string> {
  const server = createServer((_request, response) => {
    const items = Array.from({ length: trusts }, () => ({ odsCode: 'ZZA01' }));
    response.end(JSON.stringify({ items, next: null }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Arranged {
  trusts?: number;
  suite?: (typeof CONFORMANCE_SUITES)[number];
}

/** The service under the profile, beside the same service as it is in production. */
async function arrange(t: Test, { trusts = 0, suite = 'eddsa-rdfc-2022' }: Arranged = {}) {
  const production = await build(t);
  const trustRegistryUrl = await createRegistryWith(t, trusts);
  const http = createHttpClient({ originMap: {}, internal: [trustRegistryUrl] });
  t.teardown(() => http.close());
  const warned: { issuer: string }[] = [];
  const conformance = await createConformanceDeps({
    config: {
      profile: 'conformance',
      publicOrigin: 'https://passport.northmoor.example',
      conformanceListsUrl: undefined,
      trustRegistryUrl,
      conformanceKeyFile: undefined,
      conformanceSuite: suite,
    },
    http,
    signatures: createTestSignatures(production.core.db),
    clock: () => START,
    logger: { warn: (fields: { issuer: string }) => void warned.push(fields) },
  });
  const app = await buildApp({
    ...production.core,
    conformance,
    logger: false,
    metrics: createMetrics(),
    verifyToken: production.tokens.verifyToken,
  });
  t.teardown(() => app.close());
  const issue = (change: JsonObject = {}, options: JsonObject = {}) =>
    app.inject({
      method: 'POST',
      url: '/credentials/issue',
      payload: { credential: { ...CREDENTIAL, ...change }, options },
    });
  return { app, production, issue, did: warned[0]?.issuer ?? '' };
}

const { resolveVerificationMethod } = createDidResolver({
  fetchDocument: () => Promise.reject(new Error('nothing is fetched')),
  now: () => START,
});

for (const suite of ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const) {
  t.test(`under the profile any credential is signed with ${suite}, without a token`, async (t) => {
    const { issue, did, production } = await arrange(t, { suite });
    const old = { '@context': [V1, EXAMPLES], issuanceDate: '2026-01-01T00:00:00Z' };
    const named = { issuer: { id: did, name: { '@value': 'A school', '@language': 'en' } } };
    for (const change of [
      {},
      old,
      named,
      { id: 'urn:uuid:1' },
      { credentialSubject: [{ badge: 1 }, { badge: 2 }] },
    ]) {
      const answer = await issue(change);
      t.equal(answer.statusCode, 201, answer.body);
      const { verifiableCredential: document } = answer.json<{
        verifiableCredential: JsonObject;
      }>();
      const { issuer } = document;
      t.equal(isJsonObject(issuer) ? issuer['id'] : issuer, did);
      const { verified, problems } = await verifyProofs({
        document,
        purpose: 'assertionMethod',
        resolveVerificationMethod,
        now: START,
        canonicalize: createCanonicalize({ extraContexts }),
      });
      t.ok(verified, JSON.stringify(problems));
    }
    const rows = await production.admin(
      `select count(*)::int as signed from issuer.audit where event like '%signed-for-tests%'`,
    );
    t.same(rows, [{ signed: 5 }], 'each was recorded before it left');
  });
}

t.test('under the profile what breaks a rule is refused all the same', async (t) => {
  const { issue } = await arrange(t);
  t.equal((await issue()).statusCode, 201);
  const cases: [JsonObject, string, JsonObject?][] = [
    [{ evidence: { id: 'urn:x:1' } }, 'MALFORMED_VALUE_ERROR'],
    [{ credentialSubject: {} }, 'MALFORMED_VALUE_ERROR'],
    [{ '@context': [EXAMPLES, V2] }, 'MALFORMED_VALUE_ERROR'],
    [{ proof: { type: 'DataIntegrityProof' } }, 'MALFORMED_VALUE_ERROR'],
    [{ '@context': [V2, 'https://host.example/1'] }, 'CONTEXT_NOT_ALLOWED'],
    [{ '@context': [V2] }, 'UNKNOWN_TERM'],
    [{ issuer: didKey(generateEd25519Key().publicKeyMultibase) }, 'ISSUER_MISMATCH'],
    [{}, 'UNKNOWN_OPTION_PROVIDED', { mandatoryPointers: ['/issuer'] }],
  ];
  for (const [change, code, options] of cases) {
    const answer = await issue(change, options);
    t.ok(answer.statusCode >= 400 && answer.statusCode < 500, answer.body);
    t.equal(answer.json<{ code: string }>().code, code, JSON.stringify(change));
  }
});

t.test(
  'under the profile an issuer with status lists adds entries, and changes them',
  async (t) => {
    const { issue, app } = await arrange(t);
    t.equal((await issue()).statusCode, 201);
    const post = (url: string, payload: JsonObject) => app.inject({ method: 'POST', url, payload });
    const id = 'urn:uuid:5d0c2a34-7f8e-4f3c-9d5e-0a1b2c3d4e5f';
    const issued = await post('/issuers/BitstringStatusList/credentials/issue', {
      credential: { ...CREDENTIAL, id },
    });
    t.equal(issued.statusCode, 201, issued.body);
    const bitOf = async (at: number) => {
      const { verifiableCredential } = issued.json<{ verifiableCredential: JsonObject }>();
      const entry = (verifiableCredential['credentialStatus'] as JsonObject[])[at] ?? {};
      const path = new URL(entry['statusListCredential'] as string).pathname;
      const list = await app.inject({ method: 'GET', url: path });
      t.equal(list.headers['content-type'], 'application/vc');
      const { credentialSubject } = list.json<{ credentialSubject: JsonObject }>();
      const bits = decodeBitstring(credentialSubject['encodedList']);
      return readBit(bits, Number(entry['statusListIndex']));
    };
    t.same([await bitOf(0), await bitOf(1)], [false, false]);
    const change = (statusPurpose: string, status: boolean, credentialId = id) => {
      const credentialStatus = { type: 'BitstringStatusListEntry', statusPurpose };
      return post('/credentials/status', { credentialId, credentialStatus, status });
    };
    t.equal((await change('suspension', true)).statusCode, 200);
    t.same([await bitOf(0), await bitOf(1)], [false, true]);
    t.equal((await change('suspension', false)).statusCode, 200);
    t.equal((await change('revocation', true)).statusCode, 200);
    t.same([await bitOf(0), await bitOf(1)], [true, false]);
    t.match((await change('revocation', false)).json(), { code: 'STATUS_CHANGE_REFUSED' });
    t.match((await change('revocation', true, 'urn:x:1')).json(), { code: 'NOT_FOUND' });
    const none = await post('/issuers/nobody/credentials/issue', { credential: CREDENTIAL });
    t.equal(none.statusCode, 404);
  },
);

t.test('production signs none of it, with or without a token', async (t) => {
  const { issue, production } = await arrange(t);
  t.equal((await issue()).statusCode, 201);
  const url = '/credentials/issue';
  const body = { credential: CREDENTIAL };
  const bare = await production.app.inject({ method: 'POST', url, payload: body });
  t.equal(bare.statusCode, 401);
  const refused = await send(production, { url, body });
  t.match(refused.json(), { code: 'CONTEXT_NOT_ALLOWED' });
  const instance = '/issuers/BitstringStatusList/credentials/issue';
  t.equal((await send(production, { url: instance, body })).statusCode, 404);
});

t.test('the issuer does not start under the profile where trusts are registered', async (t) => {
  await t.resolves(arrange(t));
  await t.rejects(arrange(t, { trusts: 1 }), { message: /this registry has trusts/ });
});
