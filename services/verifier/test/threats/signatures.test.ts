import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { encodePublicKey, publicKeyObject } from '#did/keys';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import { sha256Digest } from '#proofs/disclosures';
import { verifyKeyBinding } from '#proofs/key-binding';
import { isSignedBy } from '#proofs/verify-signature';
import { signingInputOf } from '#vc/compact-jws';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { verify } from '../domain/presentation-helper.ts';
import { issueAs } from '../forms.ts';
import { createTestKey, presentSecured } from '../suites.ts';
import { createWorld } from '../world.ts';
import { failuresOf, JSON_LD, proofsOf, refuses, refusesJsonLd, TEXT, textOf } from './helper.ts';

interface Vector {
  tcId: number;
  comment: string;
  msg: string;
  sig: string;
  result: 'valid' | 'invalid';
}
type OfKey<Key> = readonly (Vector & Key)[];

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const NOW = Date.parse('2026-11-22T12:00:00Z');

function vectorsOf<Key>(name: string): OfKey<Key> {
  const file = new URL(`../../../../test/vectors/wycheproof/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { tests: OfKey<Key> }).tests;
}

/** A point of P-256 as a key. */
function pointOf(wx: string, wy: string) {
  const x = hex(wx).toString('base64url');
  const y = hex(wy).toString('base64url');
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

const hex = (text: string) => Buffer.from(text, 'hex');

t.test('V5: every Wycheproof vector of Ed25519 has its result', async (t) => {
  for (const { tcId, comment, pk, msg, sig, result } of vectorsOf<{ pk: string }>('ed25519')) {
    const key = publicKeyObject(encodePublicKey(hex(pk)));
    t.equal(isSignedBy(key, hex(msg), hex(sig)), result === 'valid', `${tcId} ${comment}`);
  }
});

t.test(
  'V5: every Wycheproof vector of ECDSA has its result, and S may be high or low',
  async (t) => {
    const vectors = vectorsOf<{ wx: string; wy: string }>('ecdsa-p256-p1363');
    for (const { tcId, comment, wx, wy, msg, sig, result } of vectors) {
      const key = pointOf(wx, wy);
      t.equal(isSignedBy(key, hex(msg), hex(sig)), result === 'valid', `${tcId} ${comment}`);
      // R and S that are wider than the order are no signature, whatever is cut from them.
      if (result === 'valid') {
        const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
        const other = (order - BigInt(`0x${sig.slice(64)}`)).toString(16).padStart(64, '0');
        t.ok(isSignedBy(key, hex(msg), hex(sig.slice(0, 64) + other)), 'the other S is taken too');
      }
    }
  },
);

/** Signatures that are none, or another spelling, of a good one. */
const MALFORMED: Readonly<Record<string, (good: Buffer) => Buffer>> = {
  'all zero': () => Buffer.alloc(64),
  'S plus the order': (good) => Buffer.concat([good.subarray(0, 32), plusOrder(good.subarray(32))]),
  'R of the neutral point': (good) =>
    Buffer.concat([Buffer.from([1]), Buffer.alloc(31), good.subarray(32)]),
  'S of zero': (good) => Buffer.concat([good.subarray(0, 32), Buffer.alloc(32)]),
  'R and S exchanged': (good) => Buffer.concat([good.subarray(32), good.subarray(0, 32)]),
  'a byte more': (good) => Buffer.concat([good, Buffer.alloc(1)]),
  'a byte less': (good) => good.subarray(0, 63),
  nothing: () => Buffer.alloc(0),
};

// Little-endian (RFC 8032 §5.1.7): the same scalar, which lenient verifiers reduce.
function plusOrder(scalar: Buffer): Buffer {
  const sum = BigInt(`0x${Buffer.from(scalar.toReversed()).toString('hex')}`) + ORDER;
  return Buffer.from(hex(sum.toString(16).padStart(64, '0')).toReversed());
}

t.test('V5: a malformed or malleated signature is refused in every form', async (t) => {
  for (const [what, change] of Object.entries(MALFORMED)) {
    await refusesJsonLd(
      t,
      what,
      (copy) => {
        for (const proof of proofsOf(copy)) {
          const good = Buffer.from(decodeBase58btc(proof['proofValue'] as string));
          proof['proofValue'] = encodeBase58btc(change(good));
        }
      },
      { code: 'PROOF_VERIFICATION_ERROR', forms: JSON_LD },
    );
    await refuses(
      t,
      what,
      (_world, whole) =>
        textOf(whole).replace(
          /^([\w-]+\.[\w-]+\.)([\w-]+)/,
          (_, input: string, signature: string) =>
            input + change(Buffer.from(signature, 'base64url')).toString('base64url'),
        ),
      { code: what === 'nothing' ? 'PARSING_ERROR' : 'PROOF_VERIFICATION_ERROR', forms: TEXT },
    );
  }
});

t.test('V5: a key of small order, or on another curve than its algorithm, is none', async (t) => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  t.ok(publicKeyObject(encodePublicKey(raw)));
  const zeros = '00'.repeat(31);
  for (const low of [`00${zeros}`, `01${zeros}`, `ec${'ff'.repeat(30)}7f`]) {
    const multibase = encodeBase58btc(Buffer.concat([hex('ed01'), hex(low)]));
    t.throws(() => publicKeyObject(multibase), { code: 'INVALID_VERIFICATION_METHOD' }, low);
  }

  const sdJwt = 'a.b.c~';
  const claims = {
    iat: NOW / 1_000,
    aud: 'https://a.example',
    nonce: 'n',
    sd_hash: sha256Digest(sdJwt),
  };
  const bind = (namedCurve: string, alg: string) => {
    const keys = generateKeyPairSync('ec', { namedCurve });
    const input = signingInputOf({ alg, typ: 'kb+jwt' }, claims);
    const key = { key: keys.privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const signature = sign(alg === 'ES256' ? 'sha256' : 'sha384', Buffer.from(input), key);
    const problems = verifyKeyBinding({
      sdJwt,
      keyBinding: `${input}.${signature.toString('base64url')}`,
      jwk: keys.publicKey.export({ format: 'jwk' }),
      audience: claims.aud,
      nonce: claims.nonce,
      now: NOW,
    });
    return problems.map(({ code }) => code);
  };
  t.same(bind('P-256', 'ES256'), []);
  t.same(bind('P-384', 'ES256'), ['PROOF_VERIFICATION_ERROR']);
  t.same(bind('P-256', 'ES384'), ['PROOF_VERIFICATION_ERROR']);
  t.same(bind('secp256k1', 'ES256'), ['PROOF_VERIFICATION_ERROR']);
});

t.test('V5: a key signs with the suites of its own algorithm only', async (t) => {
  const contexts = [CREDENTIALS_V2_CONTEXT];
  for (const [kind, own, others] of [
    ['ed25519', 'eddsa-rdfc-2022', ['ecdsa-rdfc-2019']],
    ['P-256', 'ecdsa-rdfc-2019', ['eddsa-rdfc-2022', 'eddsa-jcs-2022']],
    ['P-384', 'ecdsa-rdfc-2019', ['eddsa-rdfc-2022', 'eddsa-jcs-2022']],
  ] as const) {
    const world = createWorld();
    const key = createTestKey(kind);
    const credential = (await issueAs(world, 'vcdm2-ed25519-2020', {
      subjectId: key.did,
    })) as JsonObject;
    const good = await presentSecured(world, [credential], { suite: own, key, contexts });
    t.equal((await verify(world, good)).overall, 'pass', `${kind} with ${own}`);
    for (const suite of others) {
      const bad = await presentSecured(world, [credential], { suite, key, contexts });
      const { checks } = await verify(world, bad);
      t.same(failuresOf(checks), ['PROOF_VERIFICATION_ERROR'], `${kind} with ${suite}`);
    }
  }
});
