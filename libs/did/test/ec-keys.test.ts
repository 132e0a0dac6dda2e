import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import * as fc from 'fast-check';
import { calculateJwkThumbprint } from 'jose';
import t from 'tap';
import { ecMultibaseOfJwk, ecPublicJwk } from '../ec-keys.ts';
import { didKey, didKeyMethod, publicKeyMultibaseOf, publicKeyObject } from '../keys.ts';
import { decodeBase58btc, encodeBase58btc } from '../multibase.ts';
import { createDidResolver } from '../resolver.ts';
import {
  algorithmOf,
  multibaseOfPublicJwk,
  thumbprintOf,
  verificationKey,
} from '../verification-key.ts';

// The keys of the W3C ECDSA vectors.
const P256 = 'zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP';
const P384 = 'z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ';
const code = 'INVALID_VERIFICATION_METHOD';

const newKey = (namedCurve: string): KeyObject =>
  generateKeyPairSync('ec', { namedCurve }).publicKey;

const { resolveVerificationMethod } = createDidResolver({
  now: () => 0,
  fetchDocument: () => Promise.reject(new Error('no network')),
});

/** A Multikey with other bytes. */
function changed(multikey: string, change: (bytes: Uint8Array) => Uint8Array): string {
  return encodeBase58btc(change(Uint8Array.from(decodeBase58btc(multikey))));
}

for (const [curve, multikey] of [
  ['P-256', P256],
  ['P-384', P384],
] as const) {
  t.test(`a key of ${curve} turns into each form and back`, async (t) => {
    const key = verificationKey(multikey);
    t.equal(algorithmOf(key), curve);
    t.equal(multibaseOfPublicJwk(ecPublicJwk(key)), multikey);
    t.equal(thumbprintOf(multikey), await calculateJwkThumbprint(ecPublicJwk(key)));
    for (const one of Array.from({ length: 8 }, () => newKey(curve))) {
      t.ok(verificationKey(ecMultibaseOfJwk(ecPublicJwk(one))).equals(one));
    }
  });

  t.test(`a did:key of ${curve} resolves for both purposes without a fetch`, async (t) => {
    for (const purpose of ['assertionMethod', 'authentication'] as const) {
      const resolved = await resolveVerificationMethod(didKeyMethod(multikey), purpose);
      t.match(resolved, { controller: didKey(multikey), publicKeyMultibase: multikey });
      t.equal(resolved.publicKey, verificationKey(multikey), 'imported once and kept');
    }
  });

  t.test(`a Multikey of ${curve} is one compressed point of the curve`, (t) => {
    t.ok(verificationKey(multikey));
    const { x, y } = ecPublicJwk(verificationKey(multikey));
    const [abscissa, ordinate] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
    const codec = decodeBase58btc(multikey).subarray(0, 2);
    for (const [what, point] of [
      ['uncompressed', [4, ...abscissa, ...ordinate]],
      ['of raw coordinates', [...abscissa, ...ordinate]],
      ['hybrid', [6, ...abscissa]],
      ['at infinity', [0]],
      ['past the field', [2, ...abscissa.map(() => 255)]],
      ['short', [2, ...abscissa.subarray(1)]],
      ['long', [2, ...abscissa, 0]],
    ] as const) {
      const key = Buffer.concat([codec, Uint8Array.from(point)]);
      // An uncompressed point of P-384 is longer than any key or signature that is taken.
      t.throws(() => verificationKey(encodeBase58btc(key)), { code }, what);
    }
    t.end();
  });

  t.test(`a JWK of ${curve} that is private, off its curve or loosely spelt is refused`, (t) => {
    const jwk = ecPublicJwk(verificationKey(multikey));
    t.equal(ecMultibaseOfJwk(jwk), multikey);
    const offCurve = Buffer.from(jwk.y, 'base64url');
    offCurve[3] = (offCurve[3] ?? 0) ^ 1;
    for (const [what, bad] of [
      ['off the curve', { ...jwk, y: offCurve.toString('base64url') }],
      ['private', { ...jwk, d: jwk.x }],
      ['of another curve', { ...jwk, crv: curve === 'P-256' ? 'P-384' : 'P-256' }],
      ['of an unknown curve', { ...jwk, crv: 'P-521' }],
      ['of another type', { ...jwk, kty: 'OKP' }],
      ['padded', { ...jwk, x: `${jwk.x}=` }],
      ['short', { ...jwk, x: jwk.x.slice(4) }],
      ['without y', { kty: 'EC', crv: curve, x: jwk.x }],
    ] as const) {
      t.throws(() => multibaseOfPublicJwk(bad), { code }, what);
    }
    t.end();
  });
}

t.test('whatever bytes are changed, a Multikey is another key or none', (t) => {
  fc.assert(
    fc.property(fc.nat({ max: 32 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const other = changed(P256, (bytes) => {
        bytes[2 + at] = (bytes[2 + at] ?? 0) ^ flip;
        return bytes;
      });
      try {
        return !verificationKey(other).equals(verificationKey(P256));
      } catch (error) {
        return (error as { code: string }).code === code;
      }
    }),
  );
  t.end();
});

t.test('a key of Ed25519 is that of the keys that sign here, with its thumbprint', (t) => {
  const multikey = publicKeyMultibaseOf(generateKeyPairSync('ed25519').publicKey);
  const key = verificationKey(multikey);
  t.equal(key, publicKeyObject(multikey));
  t.equal(algorithmOf(key), 'Ed25519');
  const { crv, kty, x } = key.export({ format: 'jwk' });
  const members = JSON.stringify({ crv, kty, x });
  t.equal(thumbprintOf(multikey), createHash('sha256').update(members).digest('base64url'));
  t.end();
});

t.test('a key of neither kind has no algorithm and no JWK', (t) => {
  t.ok(ecPublicJwk(newKey('P-256')));
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  for (const key of [newKey('secp521r1'), newKey('secp256k1'), publicKey]) {
    t.equal(algorithmOf(key), undefined);
    t.throws(() => ecPublicJwk(key), { code });
  }
  t.throws(() => verificationKey('zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'), { code });
  t.throws(() => verificationKey('uAAAA'), { code });
  t.end();
});

t.test('a did:web key of type Ed25519VerificationKey2020 is of Ed25519', async (t) => {
  const did = 'did:web:passport.northmoor.example';
  const resolve = (type: string, publicKeyMultibase: string) => {
    const id = `${did}#key`;
    const method = { id, type, controller: did, publicKeyMultibase };
    const resolver = createDidResolver({
      now: () => 0,
      fetchDocument: async () => ({ id: did, assertionMethod: [method] }),
    });
    return resolver.resolveVerificationMethod(id, 'assertionMethod');
  };
  t.match(await resolve('Multikey', P256), { publicKeyMultibase: P256 });
  await t.rejects(resolve('Ed25519VerificationKey2020', P256), { code });
});
