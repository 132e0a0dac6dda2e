import { generateKeyPairSync, sign } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import t from 'tap';
import { publicJwk } from '#did/keys';
import { signingInputOf } from '#vc/compact-jws';
import type { JsonObject } from '#vc/data-model';
import { signKeyBinding, type VerifyKeyBindingOptions, verifyKeyBinding } from '../key-binding.ts';
import { CHALLENGE, DOMAIN, holderKey, issuerKey, NOW } from './helper.ts';
import { bind, digestOf, holderJwk, IAT, signedSdJwt, signRaw } from './jwt-helper.ts';

// FIPS 186-5: the order of the group of P-256
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const scalar = (value: bigint) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

const sdJwt = await signedSdJwt();
const claims = (changes: JsonObject = {}): JsonObject => ({
  iat: IAT,
  aud: DOMAIN,
  nonce: CHALLENGE,
  sd_hash: digestOf(sdJwt),
  ...changes,
});
const header = (changes: JsonObject = {}): JsonObject => ({
  alg: 'EdDSA',
  typ: 'kb+jwt',
  ...changes,
});
const signed = (changes: JsonObject = {}, headers: JsonObject = {}) =>
  signRaw(header(headers), claims(changes), holderKey.signer);

function codes(keyBinding: string | undefined, changes: Partial<VerifyKeyBindingOptions> = {}) {
  const asked = { sdJwt, keyBinding, audience: DOMAIN, nonce: CHALLENGE, now: NOW };
  return verifyKeyBinding({ ...asked, jwk: holderJwk, ...changes }).map(({ code }) => code);
}

const FAILED = ['PROOF_VERIFICATION_ERROR'];

t.test('the holder’s key binds a presentation to who asked for it', async (t) => {
  const keyBinding = await bind(sdJwt);
  t.same(codes(keyBinding), []);
  const [encoded = ''] = keyBinding.split('.');
  t.same(JSON.parse(Buffer.from(encoded, 'base64url').toString()), header());
});

t.test('a key of P-256 binds too', async (t) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const keyBinding = await new SignJWT(claims())
    .setProtectedHeader({ alg: 'ES256', typ: 'kb+jwt' })
    .sign(privateKey);
  t.same(codes(keyBinding, { jwk }), []);
  const other = await exportJWK((await generateKeyPair('ES256')).publicKey);
  t.same(codes(keyBinding, { jwk: other }), FAILED);
  t.same(codes(keyBinding), FAILED, 'the algorithm of a key of another kind');
});

t.test('only R and S of P-256, side by side and within its order, are a signature', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const input = signingInputOf(header({ alg: 'ES256' }), claims());
  const dsaEncoding = 'ieee-p1363';
  const good = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding });
  const [r, s] = [good.subarray(0, 32), good.subarray(32)];
  const by = (...parts: Uint8Array[]) =>
    codes(`${input}.${Buffer.concat(parts).toString('base64url')}`, { jwk });
  t.same(by(good), []);
  // JOSE has no rule of low S, so half of what phones sign is like this; no answer here is kept by a signature
  t.same(by(r, scalar(P256_ORDER - BigInt(`0x${s.toString('hex')}`))), [], 'the other S');
  const zero = new Uint8Array(32);
  const order = scalar(P256_ORDER);
  const above = scalar(P256_ORDER + 1n);
  const pairs = [zero, order, above].flatMap((one) => [
    [r, one],
    [one, s],
    [one, one],
  ]);
  for (const pair of [...pairs, [zero, order], [order, zero], [s, r]]) {
    t.same(by(...pair), FAILED, Buffer.concat(pair).toString('hex'));
  }
  t.same(by(sign('sha256', Buffer.from(input), privateKey)), FAILED, 'DER');
  t.same(by(good, new Uint8Array(1)), FAILED, 'a byte more');
  t.same(by(good.subarray(1)), FAILED, 'a byte less');
  t.same(by(new Uint8Array(1), r, new Uint8Array(1), s), FAILED, 'each a byte longer');
  t.same(by(sign('sha512', Buffer.from(input), { key: privateKey, dsaEncoding })), FAILED);
});

t.test('no KB-JWT is missing, not failed', async (t) => {
  t.same(codes(await bind(sdJwt)), []);
  t.same(codes(undefined), ['KEY_BINDING_MISSING']);
  t.same(codes(''), ['KEY_BINDING_MISSING']);
});

t.test('a KB-JWT for another audience has another domain', async (t) => {
  t.same(codes(await signed()), []);
  const others = [{ aud: 'https://elsewhere.example' }, { aud: [DOMAIN] }, { aud: `${DOMAIN}/` }];
  for (const changes of others) {
    t.same(codes(await signed(changes)), ['INVALID_DOMAIN_ERROR'], JSON.stringify(changes));
  }
});

t.test('a KB-JWT over another nonce has another challenge', async (t) => {
  t.same(codes(await signed()), []);
  t.same(codes(await signed({ nonce: 'another' })), ['INVALID_CHALLENGE_ERROR']);
  const { nonce: _, ...without } = claims();
  const keyBinding = await signRaw(header(), without, holderKey.signer);
  t.same(codes(keyBinding), ['INVALID_CHALLENGE_ERROR']);
});

t.test('a KB-JWT is at most ten minutes old and a minute ahead', async (t) => {
  const at = async (issuedAt: number) =>
    codes(
      await signKeyBinding({
        sdJwt,
        signer: holderKey.signer,
        audience: DOMAIN,
        nonce: CHALLENGE,
        issuedAt,
      }),
    );
  t.same(await at(NOW - 600_000), []);
  t.same(await at(NOW - 601_000), FAILED);
  t.same(await at(NOW + 60_000), []);
  t.same(await at(NOW + 61_000), FAILED);
  const { iat: _, ...undated } = claims();
  t.same(codes(await signRaw(header(), undated, holderKey.signer)), FAILED);
  t.same(codes(await signed({ iat: String(IAT) })), FAILED);
});

t.test('a KB-JWT that says when it ends, or from when it is good, is held to it', async (t) => {
  t.same(codes(await signed({ nbf: IAT + 60, exp: IAT + 1 })), []);
  t.same(codes(await signed({ exp: IAT })), FAILED, 'that moment is too late');
  t.same(codes(await signed({ nbf: IAT + 61 })), FAILED);
  t.same(codes(await signed({ exp: String(IAT + 1) })), FAILED);
});

t.test('a KB-JWT over something else is refused', async (t) => {
  t.same(codes(await signed()), []);
  t.same(codes(await signed({ sd_hash: digestOf(`${sdJwt}x`) })), FAILED);
  t.same(codes(await signed({ sd_hash: 5 })), FAILED);
});

t.test('a KB-JWT by another key than the credential’s is refused', async (t) => {
  t.same(codes(await signed()), []);
  t.same(codes(await bind(sdJwt, issuerKey.signer)), FAILED);
  const brought = publicJwk(issuerKey.publicKeyMultibase) as JsonObject;
  const own = await signRaw(header({ jwk: brought }), claims(), issuerKey.signer);
  t.same(codes(own), FAILED, 'also when it brings its key along');
});

t.test('a KB-JWT of another type or algorithm, or with extensions, is refused', async (t) => {
  t.same(codes(await signed()), []);
  for (const changes of [
    { typ: 'JWT' },
    { typ: 'dc+sd-jwt' },
    { alg: 'none' },
    { alg: 'ES256' },
    { alg: 'HS256' },
    { crit: ['x'], x: 1 },
    { b64: false },
  ]) {
    t.same(codes(await signed({}, changes)), FAILED, JSON.stringify(changes));
  }
});

t.test('a credential that is bound to no usable key has no key binding', async (t) => {
  const keyBinding = await signed();
  t.same(codes(keyBinding), []);
  const { x } = holderJwk;
  for (const jwk of [
    undefined,
    null,
    'key',
    {},
    { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
    { ...holderJwk, d: x },
    { ...holderJwk, crv: 'X25519' },
    { ...holderJwk, x: `${x}=` },
    // the identity: a signature of zeros fits every text
    { kty: 'OKP', crv: 'Ed25519', x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    { kty: 'EC', crv: 'P-256', x, y: x },
    { kty: 'EC', crv: 'secp256k1', x, y: x },
    { kty: 'EC', crv: 'P-256', x: 'AQ', y: 'AQ' },
    { kty: 'EC', crv: 'P-256', x: '!', y: '!' },
  ]) {
    t.same(codes(keyBinding, { jwk }), FAILED, JSON.stringify(jwk));
  }
});
