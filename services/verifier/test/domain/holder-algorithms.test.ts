import t from 'tap';
import { parseJwtCredential } from '#proofs/jwt-credential';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs, issueText } from '../forms.ts';
import {
  asDidJwk,
  bindByEs256,
  createTestKey,
  presentJwtBy,
  signJwtBy,
  type TestKey,
} from '../suites.ts';
import { checkOf, createWorld } from '../world.ts';
import { verify } from './presentation-helper.ts';

const FAILED = { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' };

const HOLDERS: [name: string, create: () => TestKey][] = [
  ['an Ed25519 did:jwk', () => asDidJwk(createTestKey('ed25519'))],
  ['a P-256 did:key', () => createTestKey('P-256')],
  ['a P-256 did:jwk', () => asDidJwk(createTestKey('P-256'))],
];

for (const [name, create] of HOLDERS) {
  for (const form of ['jwt_vc_json', 'vcdm1-ed25519-2020', 'vcdm2-ed25519-2020'] as const) {
    t.test(`A presentation as a JWT by ${name} of a ${form} passes`, async (t) => {
      const world = createWorld();
      const key = create();
      const credential = await issueAs(world, form, { subjectId: key.did });
      const stolen = presentJwtBy(world, { ...create(), id: key.id, did: key.did }, [credential]);
      t.same(checkOf(await verify(world, stolen), 'proof'), FAILED, 'by another key');
      const result = await verify(world, presentJwtBy(world, key, [credential]));
      t.equal(result.overall, 'pass', JSON.stringify([result.checks, result.credentials]));
      t.equal(result.holder, key.did);
    });
  }
}

t.test('The alg of a presentation is the one of its key', async (t) => {
  const world = createWorld();
  const [p256, p384] = [createTestKey('P-256'), createTestKey('P-384')];
  const ed25519 = createTestKey('ed25519');
  const present = async (key: TestKey, header: JsonObject = {}) => {
    const credential = await issueText(world, 'jwt_vc_json', { subjectId: key.did });
    return verify(world, presentJwtBy(world, key, [credential], { header }));
  };
  t.equal((await present(p256)).overall, 'pass');
  t.same(checkOf(await present(ed25519, { alg: 'ES256' }), 'proof'), FAILED);
  t.same(checkOf(await present(p256, { alg: 'EdDSA' }), 'proof'), FAILED);
  t.same(checkOf(await present(p384, { alg: 'ES256' }), 'proof'), FAILED);
  for (const header of [{}, { alg: 'HS256' }, { crit: ['b64'], b64: false }, { typ: 'kb+jwt' }]) {
    const result = await present('alg' in header || 'typ' in header ? p256 : p384, header);
    const malformed = { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' };
    t.same(checkOf(result, 'data-model'), malformed, JSON.stringify(header));
  }
});

t.test('A credential as a JWT by ES256 fails: trusts sign with Ed25519', async (t) => {
  const world = createWorld();
  const whole = await issueText(world, 'jwt_vc_json');
  const key = createTestKey('P-256', world.trust.did);
  const { payload: claims } = parseJwtCredential(whole);
  t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
  const result = await verifyCredential(signJwtBy(key, { claims }), world.ports);
  t.same(checkOf(result, 'data-model'), { outcome: 'fail', code: 'MALFORMED_VALUE_ERROR' });
});

t.test('An SD-JWT about a did:jwk is presented with the key that it holds', async (t) => {
  const world = createWorld();
  const [key, other] = [asDidJwk(createTestKey('P-256')), asDidJwk(createTestKey('P-256'))];
  const bound = async (sub: string, { privateKey }: TestKey) => {
    const { kty, crv, x, y } = privateKey.export({ format: 'jwk' });
    const cnf = { jwk: { kty, crv, x, y } };
    return issueText(world, 'dc+sd-jwt', { jwtClaims: { sub, cnf } });
  };
  const sdJwt = await bound(key.did, key);
  const result = await verify(world, bindByEs256(world, sdJwt, key.privateKey));
  t.equal(result.overall, 'pass', JSON.stringify([result.checks, result.credentials]));
  t.equal(result.holder, key.did);

  const stolen = await verify(world, bindByEs256(world, sdJwt, other.privateKey));
  t.same(checkOf(stolen, 'proof'), FAILED);
  const foreign = bindByEs256(world, await bound(key.did, other), other.privateKey);
  const [refused] = (await verify(world, foreign)).credentials;
  t.same(refused && checkOf(refused, 'data-model'), {
    outcome: 'fail',
    code: 'MALFORMED_VALUE_ERROR',
  });
});

t.test('A did:jwk of a key for encryption shows nobody', async (t) => {
  const world = createWorld();
  const { privateKey } = createTestKey('P-256');
  const { kty, crv, x, y } = privateKey.export({ format: 'jwk' });
  const issueTo = (jwk: object) => {
    const sub = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`;
    const cnf = { jwk: { kty, crv, x, y } };
    return issueText(world, 'dc+sd-jwt', { jwtClaims: { sub, cnf } });
  };
  const good = bindByEs256(world, await issueTo({ kty, crv, x, y, use: 'sig' }), privateKey);
  t.equal((await verify(world, good)).overall, 'pass');
  const encrypts = await issueTo({ kty, crv, x, y, use: 'enc' });
  const [refused] = (await verify(world, bindByEs256(world, encrypts, privateKey))).credentials;
  t.same(refused && checkOf(refused, 'data-model'), {
    outcome: 'fail',
    code: 'MALFORMED_VALUE_ERROR',
  });
});
