import { randomBytes } from 'node:crypto';
import t from 'tap';
import { didKey, didKeyMethod } from '#did/keys';
import { encodeBase58btc } from '#did/multibase';
import { createDidResolver } from '#did/resolver';
import { createTestKey } from '../../services/verifier/test/suites.ts';

// No service here resolves a DID for others, so that the resolver itself is asked what the suite asks over HTTP.
const { resolve, resolveVerificationMethod } = createDidResolver({
  now: Date.now,
  fetchDocument: () => Promise.reject(new Error('nothing is fetched')),
});
const ED25519 = createTestKey('ed25519').publicKeyMultibase;

/** A did:key of so many bytes under a multicodec. */
function didOf(codec: readonly [number, number], length: number, start: number[] = []): string {
  const bytes = [...codec, ...start, ...randomBytes(length - start.length)];
  return didKey(encodeBase58btc(Uint8Array.from(bytes)));
}

for (const [kind, prefix] of [
  ['ed25519', /^z6Mk/],
  ['P-256', /^zDn/],
  ['P-384', /^z82/],
] as const) {
  t.test(
    `a did:key of ${kind} is a document with its one Multikey for both purposes`,
    async (t) => {
      const { publicKeyMultibase } = createTestKey(kind);
      const did = didKey(publicKeyMultibase);
      const id = didKeyMethod(publicKeyMultibase);
      const [scheme, method, multibase, ...rest] = did.split(':');
      t.same([scheme, method, rest], ['did', 'key', []]);
      t.match(multibase, prefix);
      const document = await resolve(did);
      t.equal(document.id, did);
      t.same(document['verificationMethod'], [
        { id, type: 'Multikey', controller: did, publicKeyMultibase },
      ]);
      t.same(document['assertionMethod'], [id]);
      t.same(document['authentication'], [id]);
      const { controller } = await resolveVerificationMethod(id, 'assertionMethod');
      t.equal(controller, did);
    },
  );
}

for (const [what, did] of [
  ['without its scheme', `key:${ED25519}`],
  ['of another scheme', `urn:key:${ED25519}`],
  ['without its method', `did:${ED25519}`],
  ['of another method', `did:example:${ED25519}`],
  ['of a version that is no number', `did:key:-v4:${ED25519}`],
  ['without its multibase letter', `did:key:${ED25519.slice(1)}`],
  ['of another base', `did:key:u${ED25519.slice(1)}`],
  ['without a key', 'did:key:'],
  ['of no bytes', 'did:key:z'],
  ['with a letter that base58-btc lacks', `did:key:${ED25519.slice(0, -1)}0`],
  ['with a fragment', `did:key:${ED25519}#${ED25519}`],
  ['of Ed25519 with a byte too few', didOf([0xed, 0x01], 31)],
  ['of Ed25519 with a byte too many', didOf([0xed, 0x01], 33)],
  ['of P-256 with a byte too few', didOf([0x80, 0x24], 32, [2])],
  ['of P-256 with a byte too many', didOf([0x80, 0x24], 34, [2])],
  ['of P-256 that is no compressed point', didOf([0x80, 0x24], 33, [5])],
  ['of P-384 with a byte too few', didOf([0x81, 0x24], 48, [2])],
  ['of RSA', didOf([0x85, 0x24], 270)],
] as const) {
  t.test(`a did:key ${what} is no DID`, async (t) => {
    await t.resolves(resolve(didKey(ED25519)), 'the whole DID resolves');
    await t.rejects(resolve(did), { code: 'INVALID_DID' });
  });
}

t.test('a key of a type that nothing here verifies with is refused', async (t) => {
  await t.resolves(resolveVerificationMethod(didKeyMethod(ED25519), 'assertionMethod'));
  // secp256k1, the base point
  const point = Buffer.from(
    '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798',
    'hex',
  );
  const multibase = encodeBase58btc(Uint8Array.from([0xe7, 0x01, ...point]));
  await t.rejects(resolveVerificationMethod(didKeyMethod(multibase), 'assertionMethod'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
});

t.test('a verification method is the DID’s own, named by a DID URL', async (t) => {
  const other = createTestKey('ed25519').publicKeyMultibase;
  for (const [name, code] of [
    [`${didKey(ED25519)}#${other}`, 'INVALID_VERIFICATION_METHOD'],
    [didKey(ED25519), 'INVALID_DID_URL'],
    [`#${ED25519}`, 'INVALID_DID_URL'],
    [`${didKey(ED25519)}?a=b#${ED25519}`, 'INVALID_DID_URL'],
  ] as const) {
    await t.rejects(resolveVerificationMethod(name, 'assertionMethod'), { code }, name);
  }
});
