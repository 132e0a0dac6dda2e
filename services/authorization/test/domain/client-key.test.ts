import t from 'tap';
import { checkClientKey, type OfferedKey } from '../../src/domain/client-key.ts';
import { ed25519Key, p256Key } from '../helper.ts';

const ed25519 = ed25519Key().jwk as unknown as OfferedKey;
const p256 = p256Key().jwk as unknown as OfferedKey;

t.test('an Ed25519 and a P-256 key are taken, and nothing but the key is kept', async (t) => {
  const { kty, crv, x, kid } = ed25519;
  t.strictSame(await checkClientKey({ ...ed25519, alg: 'EdDSA' }), { kid, jwk: { kty, crv, x } });
  t.match(await checkClientKey({ ...p256, alg: 'ES256' }), { kid: p256.kid, jwk: { y: p256.y } });
});

const smallOrder = Buffer.alloc(32);
smallOrder[0] = 1;
const broken: [string, OfferedKey, string][] = [
  ['a key type with the curve of another', { ...ed25519, crv: 'P-256' }, '/publicKey/crv'],
  ['a P-256 key without y', { kty: 'EC', crv: 'P-256', x: p256.x }, '/publicKey/y'],
  ['an Ed25519 key with y', { ...ed25519, y: ed25519.x }, '/publicKey/y'],
  ['an algorithm of another key', { ...ed25519, alg: 'ES256' }, '/publicKey/alg'],
  ['a kid with a space', { ...ed25519, kid: 'a b' }, '/publicKey/kid'],
  ['a short coordinate', { ...ed25519, x: ed25519.x.slice(1) }, '/publicKey'],
  ['a second spelling', { ...ed25519, x: `${ed25519.x.slice(0, 42)}B` }, '/publicKey'],
  ['a point of small order', { ...ed25519, x: smallOrder.toString('base64url') }, '/publicKey'],
  ['a point that is not on P-256', { ...p256, y: p256.x }, '/publicKey'],
];
for (const [name, key, pointer] of broken) {
  t.test(`${name} is refused`, async (t) => {
    await t.rejects(checkClientKey(key), { code: 'INVALID_REQUEST', errors: [{ pointer }] });
  });
}
