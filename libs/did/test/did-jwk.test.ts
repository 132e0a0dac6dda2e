import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { createDidResolver } from '../resolver.ts';
import { verificationKey } from '../verification-key.ts';

const { resolve, resolveVerificationMethod } = createDidResolver({
  now: () => 0,
  fetchDocument: () => Promise.reject(new Error('no network')),
});

const didOf = (jwk: unknown): string =>
  `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`;

// The method's own example.
const EXAMPLE = {
  crv: 'P-256',
  kty: 'EC',
  x: 'acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0',
  y: '_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE',
};
const EXAMPLE_DID =
  'did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjAiLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9';

t.test('the document of a did:jwk is that of the method’s own example', async (t) => {
  t.equal(didOf(EXAMPLE), EXAMPLE_DID);
  t.match(await resolve(EXAMPLE_DID), {
    id: EXAMPLE_DID,
    verificationMethod: [
      {
        id: `${EXAMPLE_DID}#0`,
        type: 'JsonWebKey2020',
        controller: EXAMPLE_DID,
        publicKeyJwk: EXAMPLE,
      },
    ],
    assertionMethod: [`${EXAMPLE_DID}#0`],
    authentication: [`${EXAMPLE_DID}#0`],
  });
  t.equal(await resolve(EXAMPLE_DID), await resolve(EXAMPLE_DID), 'kept');
});

t.test('a did:jwk of each algorithm resolves to its key, for both purposes', async (t) => {
  for (const { publicKey } of [
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ]) {
    const did = didOf(publicKey.export({ format: 'jwk' }));
    for (const purpose of ['assertionMethod', 'authentication'] as const) {
      const resolved = await resolveVerificationMethod(`${did}#0`, purpose);
      t.match(resolved, { id: `${did}#0`, controller: did });
      t.ok(resolved.publicKey.equals(publicKey));
      t.ok(verificationKey(resolved.publicKeyMultibase).equals(publicKey));
    }
  }
});

t.test('a key for encryption signs nothing', async (t) => {
  t.ok(await resolveVerificationMethod(`${didOf({ ...EXAMPLE, use: 'sig' })}#0`, 'authentication'));
  const did = didOf({ ...EXAMPLE, use: 'enc' });
  await t.rejects(resolveVerificationMethod(`${did}#0`, 'authentication'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
});

t.test('a did:jwk has the key #0 and no other', async (t) => {
  t.ok(await resolveVerificationMethod(`${EXAMPLE_DID}#0`, 'authentication'));
  await t.rejects(resolveVerificationMethod(`${EXAMPLE_DID}#1`, 'authentication'), {
    code: 'INVALID_VERIFICATION_METHOD',
  });
});

t.test('a did:jwk that holds no public key that can be used is no DID', async (t) => {
  t.ok(await resolve(EXAMPLE_DID));
  const { x } = EXAMPLE;
  const twice = JSON.stringify(EXAMPLE).replace('{', `{"x":"${x}",`);
  for (const [what, did] of [
    ['private', didOf({ ...EXAMPLE, d: x })],
    ['off its curve', didOf({ ...EXAMPLE, y: x })],
    ['of another curve', didOf({ ...EXAMPLE, crv: 'secp256k1' })],
    ['symmetric', didOf({ kty: 'oct', k: x })],
    ['a list', didOf([EXAMPLE])],
    ['loosely spelt', `${EXAMPLE_DID}Q`],
    ['with a member twice', `did:jwk:${Buffer.from(twice).toString('base64url')}`],
    ['text', 'did:jwk:eyJ'],
  ] as const) {
    await t.rejects(resolve(did), { code: 'INVALID_DID' }, what);
  }
});
