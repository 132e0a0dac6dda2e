import { generateKeyPairSync, randomBytes } from 'node:crypto';
import t from 'tap';
import { openPrivateKey, sealPrivateKey } from '../sealed-key.ts';
import {
  createEd25519Signer,
  generateEd25519Key,
  privateKeyFromJwk,
  privateKeyToJwk,
} from '../signer.ts';

const keyId = 'did:web:passport.northmoor.example:trusts:ZZA01#key';
const keyEncryptionKey = randomBytes(32);
const { privateKey } = generateEd25519Key();
const code = 'CRYPTOGRAPHIC_SECURITY_ERROR';

t.test('a sealed key opens to the same key, and no two seals are alike', (t) => {
  const sealed = sealPrivateKey({ privateKey, keyEncryptionKey, keyId });
  t.ok(openPrivateKey({ sealed, keyEncryptionKey, keyId }).equals(privateKey));
  t.notSame(sealPrivateKey({ privateKey, keyEncryptionKey, keyId }), sealed);
  t.end();
});

t.test('a sealed key does not hold the key in the clear', (t) => {
  const sealed = sealPrivateKey({ privateKey, keyEncryptionKey, keyId });
  const seed = Buffer.from(privateKeyToJwk(privateKey).d, 'base64url');
  t.equal(seed.length, 32);
  t.notOk(sealed.includes(seed));
  t.end();
});

t.test('a sealed key opens under no other key and no other id', (t) => {
  const sealed = sealPrivateKey({ privateKey, keyEncryptionKey, keyId });
  t.throws(() => openPrivateKey({ sealed, keyEncryptionKey: randomBytes(32), keyId }), { code });
  t.throws(() => openPrivateKey({ sealed, keyEncryptionKey, keyId: `${keyId}2` }), { code });
  t.end();
});

t.test('a sealed key with any bit changed, or cut, does not open', (t) => {
  const sealed = sealPrivateKey({ privateKey, keyEncryptionKey, keyId });
  for (const index of sealed.keys()) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] ?? 0) ^ 1;
    t.throws(() => openPrivateKey({ sealed: changed, keyEncryptionKey, keyId }), { code });
    t.throws(() => openPrivateKey({ sealed: sealed.subarray(0, index), keyEncryptionKey, keyId }), {
      code,
    });
  }
  t.end();
});

t.test('a key-encryption key of another length is refused', (t) => {
  t.throws(() => sealPrivateKey({ privateKey, keyEncryptionKey: randomBytes(31), keyId }), {
    code,
  });
  t.end();
});

t.test('a private JWK is read back, and refused when its halves do not match', (t) => {
  const jwk = privateKeyToJwk(privateKey);
  t.ok(privateKeyFromJwk(jwk).equals(privateKey));
  const { x } = privateKeyToJwk(generateEd25519Key().privateKey);
  for (const bad of [
    { ...jwk, x },
    { ...jwk, d: 'AA' },
    { ...jwk, crv: 'Ed448' },
    { kty: 'OKP' },
  ]) {
    t.throws(() => privateKeyFromJwk(bad), { code });
  }
  t.end();
});

t.test('only an Ed25519 private key signs', (t) => {
  t.ok(createEd25519Signer({ id: keyId, privateKey }));
  const { publicKey } = generateKeyPairSync('ed25519');
  const other = generateKeyPairSync('ed448').privateKey;
  for (const key of [publicKey, other]) {
    t.throws(() => createEd25519Signer({ id: keyId, privateKey: key }), {
      code: 'PROOF_GENERATION_ERROR',
    });
  }
  t.end();
});
