import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { didKeyOfJwk } from '../../src/domain/forms/holder-key.ts';
import { issueText } from '../forms.ts';
import { bindByEs256 } from '../suites.ts';
import { checkOf, createWorld } from '../world.ts';
import { verify } from './presentation-helper.ts';

// The did:key method, section 7.2.
const P256 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI',
  y: 'hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU',
};

t.test('The did:key of a P-256 key is that of the method’s own example', async (t) => {
  t.equal(didKeyOfJwk(P256), 'did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169');
});

t.test('A key of another kind, a private or a broken one has no DID', async (t) => {
  t.match(didKeyOfJwk(P256), /^did:key:zDn/);
  for (const jwk of [
    undefined,
    'text',
    { ...P256, crv: 'P-384' },
    { ...P256, kty: 'RSA' },
    { ...P256, d: P256.x },
    { ...P256, x: P256.x.slice(1) },
    { kty: 'EC', crv: 'P-256', x: P256.x },
    // 32 bytes each, and no point of the curve
    { ...P256, y: P256.x },
  ]) {
    t.throws(() => didKeyOfJwk(jwk), { name: 'VcError' });
  }
});

t.test('An SD-JWT that is bound to a P-256 key is presented with that key', async (t) => {
  const world = createWorld();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as JsonObject;
  const sub = didKeyOfJwk(jwk);
  const sdJwt = await issueText(world, 'dc+sd-jwt', { jwtClaims: { sub, cnf: { jwk } } });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stolen = await verify(world, bindByEs256(world, sdJwt, other.privateKey));
  t.same(checkOf(stolen, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  const result = await verify(world, bindByEs256(world, sdJwt, privateKey));
  t.equal(result.overall, 'pass', JSON.stringify(result.checks));
  t.equal(result.holder, sub);
});
