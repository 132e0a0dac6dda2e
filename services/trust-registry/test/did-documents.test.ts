import t from 'tap';
import { parseDidDocument } from '#did/did-document';
import { createDidResolver } from '#did/resolver';
import { canonicalize } from '#json-ld/canonicalize';
import { knownContext } from '#json-ld/document-loader';
import {
  ASHMERE_DID,
  build,
  buildNorthmoor,
  CELL_DID,
  DAY,
  newKey,
  NOW,
  type TestRegistry,
} from './helper.ts';

async function keysOf(registry: TestRegistry, query = ''): Promise<string[]> {
  const document = (await registry.get(`/trusts/ZZA01/did.json${query}`)).json();
  return document.verificationMethod.map(
    ({ publicKeyMultibase }: { publicKeyMultibase: string }) => publicKeyMultibase,
  );
}

t.test('a trust’s DID document is one that our resolver resolves', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  await registry.seed.key('ZZA01', publicKeyMultibase);
  const answer = await registry.get('/trusts/ZZA01/did.json');
  t.equal(answer.headers['content-type'], 'application/did+json');
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.ok(parseDidDocument(ASHMERE_DID, answer.json()));
  const resolver = createDidResolver({
    fetchDocument: async (url) => (await registry.get(url.pathname)).json(),
    now: () => NOW,
  });
  const id = `${ASHMERE_DID}#${publicKeyMultibase}`;
  const method = await resolver.resolveVerificationMethod(id, 'assertionMethod');
  t.equal(method.publicKeyMultibase, publicKeyMultibase);
});

t.test('a DID document has an ETag that only its keys change', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.key('ZZA01', newKey());
  const url = '/trusts/ZZA01/did.json';
  const etag = String((await registry.get(url)).headers['etag']);
  await registry.seed.accreditation('ZZA01');
  registry.clock.now += DAY;
  t.equal((await registry.get(url, { 'if-none-match': etag })).statusCode, 304);
  await registry.seed.key('ZZA01', newKey());
  t.equal((await registry.get(url, { 'if-none-match': etag })).statusCode, 200);
});

t.test(
  'the JSON-LD contexts of a DID document are pinned, and every term of it is defined there',
  async (t) => {
    const registry = await buildNorthmoor(t);
    await registry.seed.key('ZZA01', newKey());
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
    await registry.seed.key('QZN', publicKeyMultibase, 'receipt');
    await registry.seed.key('ZZA01', newKey());
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

t.test('a DID document is answered as it was published at a time that has been', async (t) => {
  const registry = await buildNorthmoor(t);
  const { clock, seed } = registry;
  const [first, second] = [newKey(), newKey()];
  clock.now = NOW + DAY;
  const thumbprint = await seed.key('ZZA01', first);
  clock.now = NOW + 2 * DAY;
  await seed.key('ZZA01', second);
  await seed.keyState('ZZA01', thumbprint, 'retired');
  clock.now = NOW + 3 * DAY + 60_000;
  t.same(await keysOf(registry), [first, second], 'a retired key stays');
  t.same(await keysOf(registry, '?at=2026-11-22T17:00:00Z'), []);
  t.same(await keysOf(registry, '?at=2026-11-23T16:00:00Z'), [first]);
  t.same(await keysOf(registry, '?at=2026-11-24T17:00:00%2B00:00'), [first, second]);
  t.same(await keysOf(registry, '?at=2026-11-25T16:00:00Z'), [first, second]);
  const before = await registry.get('/trusts/ZZA01/did.json?at=2026-11-22T15:00:00Z');
  t.equal(before.json().code, 'NOT_FOUND', 'there was none yet');
  for (const at of ['2026-11-25T16:01:01Z', '2026-02-30T00:00:00Z', 'then']) {
    const refused = await registry.get(`/trusts/ZZA01/did.json?at=${at}`);
    t.equal(refused.json().code, 'INVALID_REQUEST', at);
  }
});

t.test('a key that is compromised by what is known today is in no document of then', async (t) => {
  const registry = await buildNorthmoor(t);
  const { clock, seed } = registry;
  const [bad, good] = [newKey(), newKey()];
  clock.now = NOW + DAY;
  const thumbprint = await seed.key('ZZA01', bad);
  clock.now = NOW + DAY + 1_000;
  await seed.key('ZZA01', good);
  clock.now = NOW + 3 * DAY;
  t.same(await keysOf(registry, '?at=2026-11-24T16:00:00Z'), [bad, good]);
  await seed.keyState('ZZA01', thumbprint, 'compromised');
  t.same(await keysOf(registry, '?at=2026-11-24T16:00:00Z'), [good]);
  t.same(await keysOf(registry), [good]);
});

t.test('the cell’s own document is answered as of a time too', async (t) => {
  const registry = await buildNorthmoor(t);
  registry.clock.now = NOW + DAY;
  await registry.seed.key('QZN', newKey(), 'receipt');
  const then = await registry.get('/.well-known/did.json?at=2026-11-22T17:00:00Z');
  t.same(then.json().verificationMethod, []);
  t.equal((await registry.get('/.well-known/did.json')).json().verificationMethod.length, 1);
});
