import { generateKeyPairSync, sign, verify } from 'node:crypto';
import * as fc from 'fast-check';
import t from 'tap';
import { isSafePublicKey } from '../ed25519-point.ts';
import {
  decodePublicKey,
  didKey,
  didKeyMethod,
  encodePublicKey,
  multibaseOfJwk,
  publicJwk,
  publicKeyMultibaseOf,
  publicKeyObject,
  thumbprint,
} from '../keys.ts';
import { decodeBase58btc, encodeBase58btc } from '../multibase.ts';

// The key of the W3C EdDSA vectors.
const KEY = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';

// RFC 8037 appendix A.2 and A.3.
const RFC_8037 = {
  jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
};

t.test('a key turns into each form and back', (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const multibase = publicKeyMultibaseOf(publicKey);
  t.match(multibase, /^z6Mk/);
  t.equal(publicKeyMultibaseOf(privateKey), multibase);
  t.equal(multibaseOfJwk(publicJwk(multibase)), multibase);
  t.equal(encodePublicKey(decodePublicKey(multibase)), multibase);
  const message = Buffer.from('a message');
  const signature = sign(null, message, privateKey);
  t.ok(verify(null, message, publicKeyObject(multibase), signature));
  t.end();
});

t.test('a key is imported once and kept', (t) => {
  t.equal(publicKeyObject(KEY), publicKeyObject(KEY));
  t.end();
});

t.test('the thumbprint is that of RFC 8037', (t) => {
  t.equal(thumbprint(multibaseOfJwk(RFC_8037.jwk)), RFC_8037.thumbprint);
  t.end();
});

t.test('a did:key and its method are spelt as the method says', (t) => {
  t.equal(didKey(KEY), `did:key:${KEY}`);
  t.equal(didKeyMethod(KEY), `did:key:${KEY}#${KEY}`);
  t.end();
});

t.test('small-order keys are refused in every spelling', (t) => {
  t.ok(isSafePublicKey(decodePublicKey(KEY)));
  const smallOrder = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const hex of smallOrder) {
    const raw = Buffer.from(hex, 'hex');
    t.throws(() => encodePublicKey(raw), { code: 'INVALID_VERIFICATION_METHOD' }, hex);
  }
  t.end();
});

t.test('malformed keys are refused', (t) => {
  t.ok(decodePublicKey(KEY));
  const offCurve = encodeBase58btc(
    Uint8Array.from([0xed, 1, 2, ...Array.from({ length: 31 }, () => 0)]),
  );
  const wrongCodec = encodeBase58btc(Uint8Array.from([0xec, 1, ...decodePublicKey(KEY)]));
  for (const key of [
    offCurve,
    wrongCodec,
    KEY.slice(0, -1),
    `${KEY}1`,
    `z1${KEY.slice(1)}`,
    `m${KEY.slice(1)}`,
    '',
    'z0OIl',
  ]) {
    t.throws(() => publicKeyObject(key), { code: 'INVALID_VERIFICATION_METHOD' }, key);
  }
  t.end();
});

t.test('a JWK that is private, of another curve or loosely spelt is refused', (t) => {
  const { jwk } = RFC_8037;
  t.ok(multibaseOfJwk(jwk));
  const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
  for (const bad of [
    { ...jwk, d },
    { ...jwk, crv: 'X25519' },
    { ...jwk, x: `${jwk.x}=` },
    { ...jwk, x: 7 },
  ]) {
    t.throws(() => multibaseOfJwk(bad), { code: 'INVALID_VERIFICATION_METHOD' });
  }
  t.end();
});

t.test('every byte string has exactly one base58-btc spelling', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 66 }), (bytes) => {
      const text = encodeBase58btc(bytes);
      t.same(decodeBase58btc(text), bytes);
      t.notSame(decodeBase58btc(`z1${text.slice(1)}`), bytes);
    }),
  );
  t.end();
});
