import { createLocalJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import { signSdJwt } from '#proofs/sd-jwt';
import { ASHMERE_DID, build, buildNorthmoor, newKey, NOW, type TestRegistry } from './helper.ts';

const PATH = '/.well-known/jwt-vc-issuer/trusts/ZZA01';
const ISSUER = 'https://passport.northmoor.example/trusts/ZZA01';

async function kidsOf(registry: TestRegistry): Promise<string[]> {
  const { keys } = (await registry.get(PATH)).json().jwks;
  return keys.map(({ kid }: { kid: string }) => kid).toSorted();
}

function idsOf(keys: string[]): string[] {
  return keys.map((key) => `${ASHMERE_DID}#${key}`).toSorted();
}

t.test('an SD-JWT of a trust verifies with the keys of its issuer metadata alone', async (t) => {
  const registry = await buildNorthmoor(t);
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  await registry.seed.key('ZZA01', publicKeyMultibase);
  await registry.seed.key('ZZA01', newKey());
  const answer = await registry.get(PATH);
  t.equal(answer.headers['content-type'], 'application/json');
  t.equal(answer.headers['cache-control'], 'public, max-age=15');
  t.equal(answer.headers['access-control-allow-origin'], '*');
  t.equal(answer.json().issuer, ISSUER);
  const id = `${ASHMERE_DID}#${publicKeyMultibase}`;
  const text = await signSdJwt({
    payload: { iss: ISSUER, iat: NOW / 1_000, level: '2' },
    disclosable: ['level'],
    signer: createEd25519Signer({ id, privateKey }),
    newSalt: () => 'AAAAAAAAAAAAAAAAAAAAAA',
  });
  const [jwt = ''] = text.split('~');
  const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(answer.json().jwks), {
    issuer: ISSUER,
    currentDate: new Date(NOW),
  });
  t.equal(protectedHeader.kid, id);
  t.equal(payload.iss, ISSUER);
});

t.test('each key says what it is for, and nothing of its private half', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  await registry.seed.key('ZZA01', publicKeyMultibase);
  const { keys } = (await registry.get(PATH)).json().jwks;
  t.same(keys, [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: keys[0].x,
      kid: `${ASHMERE_DID}#${publicKeyMultibase}`,
      use: 'sig',
      alg: 'EdDSA',
    },
  ]);
});

t.test('a retired key stays in the metadata, a compromised one is gone', async (t) => {
  const registry = await buildNorthmoor(t);
  const [retired, compromised, current] = [newKey(), newKey(), newKey()];
  const first = await registry.seed.key('ZZA01', retired);
  const second = await registry.seed.key('ZZA01', compromised);
  await registry.seed.key('ZZA01', current);
  t.same(await kidsOf(registry), idsOf([retired, compromised, current]));
  await registry.seed.keyState('ZZA01', first, 'retired');
  await registry.seed.keyState('ZZA01', second, 'compromised');
  t.same(await kidsOf(registry), idsOf([retired, current]));
});

t.test('keys that sign status lists or receipts are not among those of credentials', async (t) => {
  const registry = await buildNorthmoor(t);
  const assertion = newKey();
  await registry.seed.key('ZZA01', assertion);
  await registry.seed.key('ZZA01', newKey(), 'status');
  await registry.seed.key('ZZA01', newKey(), 'receipt');
  t.same(await kidsOf(registry), idsOf([assertion]));
});

t.test('there is no metadata for a trust that nobody registered, nor for the cell', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal((await registry.get(PATH)).statusCode, 200);
  const unknown = await registry.get('/.well-known/jwt-vc-issuer/trusts/ZZA99');
  t.equal(unknown.statusCode, 404);
  t.equal(unknown.json().code, 'NOT_FOUND');
  const cell = await registry.get('/.well-known/jwt-vc-issuer/trusts/QZN');
  t.equal(cell.json().code, 'NOT_FOUND');
  const empty = await build(t);
  t.equal((await empty.get(PATH)).json().code, 'NOT_FOUND');
});
