import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import {
  createDocumentLoader,
  knownContext,
  knownContextUrls,
  parsePinned,
} from '../document-loader.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';

t.test('a pinned context is answered from memory, frozen through and through', async (t) => {
  const { document, documentUrl, tag } = await createDocumentLoader()(V2);
  t.equal(document, knownContext(V2));
  t.match({ documentUrl, tag }, { documentUrl: V2, tag: 'static' });
  t.ok(Object.isFrozen(document));
  t.ok(Object.isFrozen(document['@context']));
  t.ok(knownContextUrls().includes(V2));
});

t.test('any other URL is refused, and nothing is fetched', async (t) => {
  const { fetch } = globalThis;
  let fetched = 0;
  t.teardown(() => Object.assign(globalThis, { fetch }));
  Object.assign(globalThis, { fetch: () => Promise.reject(new Error(String((fetched += 1)))) });
  const loader = createDocumentLoader();
  for (const url of [
    'https://contexts.example/v1',
    `${V2}/`,
    'file:///etc/passwd',
    'did:web:a.example',
  ]) {
    await t.rejects(loader(url), { code: 'CONTEXT_NOT_ALLOWED' });
  }
  t.equal(fetched, 0);
});

t.test(
  'the contexts of the specifications have the digests that they publish, and no other bytes are taken',
  async (t) => {
    const folder = new URL('../../../contexts/', import.meta.url);
    const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Record<
      string,
      { file: string; sha256: string }
    >;
    for (const [url, published] of [
      [V2, '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734'],
      [
        'https://w3id.org/security/data-integrity/v2',
        '67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4',
      ],
    ] as const) {
      const pin = manifest[url];
      t.equal(pin?.sha256, published, url);
      const bytes = readFileSync(new URL(pin?.file ?? '', folder));
      t.same(parsePinned(url, bytes, published), knownContext(url));
      const more = Buffer.concat([bytes, Buffer.from('\n')]);
      t.throws(() => parsePinned(url, more, published), /not the pinned/);
    }
  },
);

t.test(
  'a context whose bytes differ from the pinned digest stops the process from starting',
  (t) => {
    const bytes = Buffer.from('{"@context":{}}');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    t.same(parsePinned('urn:x', bytes, sha256), { '@context': {} });
    t.throws(() => parsePinned('urn:x', Buffer.from('{"@context": {}}'), sha256), /not the pinned/);
    t.end();
  },
);

t.test('a DID and its keys are answered by the resolver handed in', async (t) => {
  const did = 'did:web:passport.northmoor.example:trusts:ZZA01';
  const method = { id: `${did}#key`, type: 'Multikey', controller: did };
  const resolveDid = async () => ({ id: did, verificationMethod: [method] });
  const loader = createDocumentLoader({ resolveDid });
  t.match((await loader(did)).document, { '@context': 'https://www.w3.org/ns/did/v1', id: did });
  t.match((await loader(`${did}#key`)).document, {
    '@context': 'https://w3id.org/security/multikey/v1',
    ...method,
  });
  await t.rejects(loader(`${did}#other`), { code: 'INVALID_VERIFICATION_METHOD' });
});
