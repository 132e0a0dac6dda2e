import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { CONTEXT_URL, credentialTypes, schemaUrl } from '#catalogue/catalogue';
import { parseDidDocument } from '#did/did-document';
import { createDidResolver } from '#did/resolver';
import { canonicalize } from '#json-ld/canonicalize';
import { knownContext } from '#json-ld/document-loader';
import { PROBLEMS } from '#kit/problem';
import { ASHMERE_DID, build, buildNorthmoor, CELL_DID, newKey, NOW } from './helper.ts';

const KEYS = '/v1/organisations/ZZA01/keys';

t.test('the context is served byte for byte as it is pinned', async (t) => {
  const registry = await build(t);
  const manifestUrl = new URL('../../../contexts/manifest.json', import.meta.url);
  const { sha256 } = JSON.parse(readFileSync(manifestUrl, 'utf8'))[CONTEXT_URL];
  const answer = await registry.get(new URL(CONTEXT_URL).pathname);
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-type'], 'application/ld+json');
  t.equal(createHash('sha256').update(answer.rawPayload).digest('hex'), sha256);
  t.match(answer.headers['cache-control'], /^public, max-age=\d{5,}$/);
  const again = await registry.get('/contexts/v1', {
    'if-none-match': String(answer.headers['etag']),
  });
  t.equal(again.statusCode, 304);
});

t.test('every type’s schema is served where its credentials say it is', async (t) => {
  const registry = await build(t);
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  for (const { type, version } of credentialTypes()) {
    const url = schemaUrl(type, version);
    const answer = await registry.get(new URL(url).pathname);
    t.equal(answer.headers['content-type'], 'application/schema+json');
    t.equal(answer.json().$id, url);
    t.ok(ajv.compile(answer.json()));
  }
  for (const path of ['FireSafetyCredential/9.9.9', 'MadeUpCredential/1.0.0']) {
    t.equal((await registry.get(`/schemas/${path}`)).json().code, 'NOT_FOUND');
  }
});

t.test('every problem type of ours leads to a page, and no other does', async (t) => {
  const registry = await build(t);
  const ours = Object.entries(PROBLEMS).filter(([, { type }]) =>
    type.startsWith('https://staffpassport.example/problems/'),
  );
  t.ok(ours.length > 40);
  for (const [code, { type, status }] of ours) {
    const page = await registry.get(new URL(type).pathname);
    t.match(page.json(), { type, code, status, title: /\w/, whatToDo: /\w{2,}/ }, code);
  }
  for (const code of ['parsing-error', 'constructor', 'to-string', 'made-up']) {
    t.equal((await registry.get(`/problems/${code}`)).json().code, 'NOT_FOUND', code);
  }
});

t.test('a trust’s DID document is one that our resolver resolves', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  await registry.change(KEYS, { publicKeyMultibase, purpose: 'assertion' });
  const answer = await registry.get('/trusts/ZZA01/did.json');
  t.equal(answer.headers['content-type'], 'application/did+json');
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.ok(answer.headers['etag']);
  t.ok(parseDidDocument(ASHMERE_DID, answer.json()));
  const resolver = createDidResolver({
    fetchDocument: async (url) => (await registry.get(url.pathname)).json(),
    now: () => NOW,
  });
  const id = `${ASHMERE_DID}#${publicKeyMultibase}`;
  const method = await resolver.resolveVerificationMethod(id, 'assertionMethod');
  t.equal(method.publicKeyMultibase, publicKeyMultibase);
});

t.test(
  'the JSON-LD contexts of a DID document are pinned, and every term of it is defined there',
  async (t) => {
    const registry = await buildNorthmoor(t);
    await registry.change(KEYS, { publicKeyMultibase: newKey(), purpose: 'assertion' });
    const document = (await registry.get('/trusts/ZZA01/did.json')).json();
    t.same(
      document['@context'].filter((url: string) => knownContext(url) === undefined),
      [],
    );
    const quads = await canonicalize(document);
    t.match(quads, '<https://w3id.org/security#assertionMethod>');
  },
);

t.test(
  'the cell’s DID document is at its well-known place and holds the keys of its organisation',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const publicKeyMultibase = newKey();
    await registry.change('/v1/organisations/QZN/keys', { publicKeyMultibase, purpose: 'receipt' });
    await registry.change(KEYS, { publicKeyMultibase: newKey(), purpose: 'assertion' });
    const answer = await registry.get('/.well-known/did.json');
    t.equal(answer.json().id, CELL_DID);
    t.same(answer.json().assertionMethod, [`${CELL_DID}#${publicKeyMultibase}`]);
    const { organisation, keys } = (await registry.get('/v1/organisations/QZN')).json();
    t.equal(organisation.did, CELL_DID);
    t.equal(keys[0].verificationMethod, `${CELL_DID}#${publicKeyMultibase}`);
    t.equal((await registry.get('/trusts/QZN/did.json')).statusCode, 404, 'it has one DID');
  },
);

t.test(
  'a trust that is not registered, and a cell whose organisation is not, have no DID document',
  async (t) => {
    const registry = await build(t);
    t.equal((await registry.get('/.well-known/did.json')).json().code, 'NOT_FOUND');
    t.equal((await registry.get('/trusts/ZZA01/did.json')).json().code, 'NOT_FOUND');
    t.equal((await registry.get('/trusts/ZZA01/did.json')).headers['cache-control'], 'no-store');
  },
);

t.test('pages of any origin may read what is public, and learn no more', async (t) => {
  const registry = await buildNorthmoor(t);
  for (const url of [
    '/v1/organisations',
    '/v1/organisations/ZZA01',
    '/trusts/ZZA01/did.json',
    '/.well-known/did.json',
    '/contexts/v1',
    '/problems/not-found',
    '/v1/organisations/ZZZ99',
  ]) {
    const { headers } = await registry.get(url, { origin: 'https://wallet.example' });
    t.equal(headers['access-control-allow-origin'], '*', url);
    t.equal(headers['access-control-allow-credentials'], undefined);
  }
  const change = await registry.change(KEYS, { publicKeyMultibase: newKey(), purpose: 'status' });
  t.equal(change.headers['access-control-allow-origin'], undefined);
});

t.test('pages of any origin may ask the trust registry query, and change nothing', async (t) => {
  const { app } = await build(t);
  const preflight = (url: string) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: {
        origin: 'https://wallet.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
  const allowed = await preflight('/authorization');
  t.equal(allowed.statusCode, 204);
  t.match(allowed.headers, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
  });
  const answer = await app.inject({ method: 'POST', url: '/authorization', payload: {} });
  t.equal(answer.statusCode, 400);
  t.equal(answer.headers['access-control-allow-origin'], '*', 'a page reads why it was refused');
  const refused = await preflight(KEYS);
  t.equal(refused.statusCode, 405);
  t.equal(refused.headers['access-control-allow-origin'], undefined);
});

t.test('a method that a public document does not have is 405', async (t) => {
  const registry = await build(t);
  const answer = await registry.app.inject({ method: 'DELETE', url: '/trusts/ZZA01/did.json' });
  t.equal(answer.json().code, 'METHOD_NOT_ALLOWED');
});
