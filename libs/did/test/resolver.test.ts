import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { didKey, didKeyMethod, publicJwk, publicKeyMultibaseOf } from '../keys.ts';
import { createDidResolver } from '../resolver.ts';

const DID = 'did:web:passport.northmoor.example:trusts:ZZA01';
const newKey = (): string => publicKeyMultibaseOf(generateKeyPairSync('ed25519').publicKey);
const KEY = newKey();
const METHOD = `${DID}#${KEY}`;

function didDocument(changes: JsonObject = {}, method: JsonObject = {}): JsonObject {
  return {
    id: DID,
    verificationMethod: [
      { id: METHOD, type: 'Multikey', controller: DID, publicKeyMultibase: KEY, ...method },
    ],
    assertionMethod: [METHOD],
    ...changes,
  };
}

function resolverOf(document: unknown) {
  const served = { document, fetches: [] as string[], time: 1_000_000 };
  const resolver = createDidResolver({
    now: () => served.time,
    fetchDocument: async (url) => {
      served.fetches.push(url.href);
      if (served.document instanceof Error) {
        throw served.document;
      }
      return structuredClone(served.document);
    },
  });
  return { ...resolver, served };
}

t.test('a did:web key resolves for the purpose under which it is listed', async (t) => {
  const { resolveVerificationMethod, served } = resolverOf(didDocument());
  const resolved = await resolveVerificationMethod(METHOD, 'assertionMethod');
  t.match(resolved, { id: METHOD, controller: DID, publicKeyMultibase: KEY });
  t.equal(publicKeyMultibaseOf(resolved.publicKey), KEY);
  t.same(served.fetches, ['https://passport.northmoor.example/trusts/ZZA01/did.json']);
});

t.test('a did:key resolves for both purposes without a fetch', async (t) => {
  const { resolve, resolveVerificationMethod, served } = resolverOf(new Error('no network'));
  for (const purpose of ['assertionMethod', 'authentication'] as const) {
    const resolved = await resolveVerificationMethod(didKeyMethod(KEY), purpose);
    t.match(resolved, { controller: didKey(KEY), publicKeyMultibase: KEY });
  }
  t.equal(await resolve(didKey(KEY)), await resolve(didKey(KEY)), 'kept');
  t.same(served.fetches, []);
});

t.test(
  'a did:key of a curve that nothing here verifies, or misspelt, has no usable key',
  async (t) => {
    const { resolveVerificationMethod } = resolverOf(undefined);
    // secp256k1, of the method's own examples
    const secp256k1 = 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme';
    const purpose = 'assertionMethod';
    await t.resolves(resolveVerificationMethod(didKeyMethod(KEY), purpose));
    await t.rejects(resolveVerificationMethod(didKeyMethod(secp256k1), purpose), {
      code: 'INVALID_VERIFICATION_METHOD',
    });
    await t.rejects(resolveVerificationMethod(didKeyMethod(KEY.slice(0, -2)), purpose), {
      code: 'INVALID_DID',
    });
    await t.rejects(resolveVerificationMethod(`${didKey(KEY)}#${newKey()}`, purpose), {
      code: 'INVALID_VERIFICATION_METHOD',
    });
  },
);

t.test('a key under another purpose is refused', async (t) => {
  const { resolveVerificationMethod } = resolverOf(didDocument());
  await t.resolves(resolveVerificationMethod(METHOD, 'assertionMethod'));
  await t.rejects(resolveVerificationMethod(METHOD, 'authentication'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
});

t.test('a key embedded under its purpose, or named relatively, counts', async (t) => {
  const method = {
    id: METHOD,
    type: 'JsonWebKey',
    controller: DID,
    publicKeyJwk: { ...publicJwk(KEY) },
  };
  const embedded = resolverOf({ id: DID, authentication: [method] });
  await t.resolves(embedded.resolveVerificationMethod(METHOD, 'authentication'));
  await t.rejects(embedded.resolveVerificationMethod(METHOD, 'assertionMethod'));
  const relative = resolverOf(didDocument({ assertionMethod: [`#${KEY}`] }, { id: `#${KEY}` }));
  await t.resolves(relative.resolveVerificationMethod(METHOD, 'assertionMethod'));
});

t.test('a key that another DID controls, revoked or expired is refused', async (t) => {
  const refused = [
    { controller: 'did:web:other.example' },
    { revoked: '1970-01-01T00:00:01Z' },
    { expires: '1970-01-01T00:00:01Z' },
    { expires: 'soon' },
    { type: 'EcdsaSecp256k1VerificationKey2019' },
    { publicKeyMultibase: 'z6MkBroken' },
  ];
  await t.resolves(
    resolverOf(didDocument({}, { expires: '2026-11-22T16:00:00Z' })).resolveVerificationMethod(
      METHOD,
      'assertionMethod',
    ),
  );
  for (const method of refused) {
    const { resolveVerificationMethod } = resolverOf(didDocument({}, method));
    await t.rejects(resolveVerificationMethod(METHOD, 'assertionMethod'), {
      code: 'INVALID_VERIFICATION_METHOD',
    });
  }
});

t.test(
  'a document of another DID, with a key id twice, or of another shape is refused',
  async (t) => {
    const method = { id: METHOD, type: 'Multikey', controller: DID, publicKeyMultibase: KEY };
    const refused = [
      didDocument({ id: 'did:web:other.example' }),
      didDocument({ verificationMethod: [method, { ...method, id: `#${KEY}` }] }),
      didDocument({ authentication: [method] }),
      didDocument({ verificationMethod: 'none' }),
      didDocument({ verificationMethod: [{ id: METHOD }] }),
      didDocument({ assertionMethod: [7] }),
      [didDocument()],
      'text',
    ];
    for (const document of refused) {
      await t.rejects(resolverOf(document).resolve(DID), { code: 'INVALID_DID_DOCUMENT' });
    }
  },
);

t.test('a document that cannot be fetched is not found, with the cause', async (t) => {
  const { resolve } = resolverOf(new Error('socket hang up'));
  await t.rejects(resolve(DID), { code: 'DID_NOT_FOUND', cause: { message: 'socket hang up' } });
});

t.test('a failed fetch is not kept', async (t) => {
  const { resolve, served } = resolverOf(new Error('socket hang up'));
  await t.rejects(resolve(DID), { code: 'DID_NOT_FOUND' });
  served.document = didDocument();
  await t.resolves(resolve(DID));
});

t.test('malformed DIDs, other methods and unsafe hosts are refused without a fetch', async (t) => {
  const { resolve, served } = resolverOf(didDocument());
  for (const did of [
    'did:web:127.0.0.1',
    'did:web:localhost%3A5432',
    'did:web:xn--a.example',
    'did:ion:abc',
    'nonsense',
  ]) {
    await t.rejects(resolve(did), { code: 'INVALID_DID' }, did);
  }
  t.same(served.fetches, []);
});

t.test(
  'fifty verifiers at once make one fetch, and the next comes after the freshness window',
  async (t) => {
    const { resolve, served } = resolverOf(didDocument());
    await Promise.all(Array.from({ length: 50 }, () => resolve(DID)));
    t.equal(served.fetches.length, 1);
    served.time += 29_999;
    await resolve(DID);
    t.equal(served.fetches.length, 1);
    served.time += 1;
    await resolve(DID);
    t.equal(served.fetches.length, 2);
    served.time -= 3_600_000;
    await resolve(DID);
    t.equal(served.fetches.length, 3, 'a clock that went backwards keeps nothing fresh');
  },
);

t.test('a key pinned a moment ago is found by one more fetch, at most one a second', async (t) => {
  const { resolveVerificationMethod, served } = resolverOf(didDocument());
  await resolveVerificationMethod(METHOD, 'assertionMethod');
  const added = newKey();
  const id = `${DID}#${added}`;
  const method = { id, type: 'Multikey', controller: DID, publicKeyMultibase: added };
  served.document = didDocument({ verificationMethod: [method], assertionMethod: [id] });
  await t.rejects(resolveVerificationMethod(id, 'assertionMethod'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
  t.equal(served.fetches.length, 1);
  served.time += 1_000;
  t.match(await resolveVerificationMethod(id, 'assertionMethod'), { publicKeyMultibase: added });
  t.equal(served.fetches.length, 2);
});
