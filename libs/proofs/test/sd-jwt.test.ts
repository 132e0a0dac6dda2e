import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import t from 'tap';
import { publicKeyObject } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import { verifyKeyBinding } from '../key-binding.ts';
import { parseSdJwt, signSdJwt } from '../sd-jwt.ts';
import { CHALLENGE, CREATED, DOMAIN, HOLDER, holderKey, issuerKey, NOW } from './helper.ts';
import {
  bind,
  digestOf,
  holderJwk,
  IAT,
  judgeSdJwt,
  newDidKey,
  newSalt,
  sdClaims,
  sdHeader,
  signedSdJwt,
  verifyIssuer,
} from './jwt-helper.ts';

const PERSON = { level: '2', givenName: 'Siân', units: ['ICU', 'A&E'] };
const hasher = (text: string | ArrayBuffer) =>
  createHash('sha256')
    .update(typeof text === 'string' ? text : Buffer.from(text))
    .digest();
const signerWith = (key: KeyObject) => (input: string) =>
  sign(null, Buffer.from(input), key).toString('base64url');
const verifierWith = (key: KeyObject) => (input: string, signature: string) =>
  verify(null, Buffer.from(input), key, Buffer.from(signature, 'base64url'));

/** @sd-jwt/sd-jwt-vc as a verifier of what our two keys sign. */
const library = () =>
  new SDJwtVcInstance({
    hasher,
    verifier: verifierWith(publicKeyObject(issuerKey.publicKeyMultibase)),
    kbVerifier: (input, signature) =>
      verifierWith(publicKeyObject(holderKey.publicKeyMultibase))(input, signature),
  });

t.test('claims come back from an SD-JWT as they were signed', async (t) => {
  const text = await signedSdJwt();
  const parsed = parseSdJwt(text);
  t.same(parsed.header, sdHeader());
  t.equal(parsed.kid, issuerKey.signer.id);
  t.same(parsed.payload, sdClaims(PERSON));
  t.same(parsed.disclosed.toSorted(), ['givenName', 'level', 'units']);
  t.equal(parsed.hidden, 0);
  t.equal(parsed.keyBinding, undefined);
  t.equal(parsed.sdJwt, text);
  t.match(await verifyIssuer(parsed.issuerJwt), { verified: true, created: CREATED });
});

t.test('what is not disclosed is counted, and nothing tells what it is', async (t) => {
  const [jwt, ...disclosures] = (await signedSdJwt()).split('~');
  const levelOnly = disclosures.filter((text) =>
    Buffer.from(text, 'base64url').toString().includes('"level"'),
  );
  const parsed = parseSdJwt([jwt, ...levelOnly, ''].join('~'));
  t.same(parsed.payload, sdClaims({ level: '2' }));
  t.same(parsed.disclosed, ['level']);
  t.equal(parsed.hidden, 2);
  const none = parseSdJwt(`${jwt}~`);
  t.same(none.payload, sdClaims());
  t.equal(none.hidden, 3);
  t.notMatch(JSON.stringify(JSON.parse(claimsOf(`${jwt}`))), /Siân|givenName|level|units/);
});

t.test('the digests are sorted, each claim is a disclosure, and the hash is named', async (t) => {
  const [jwt = '', ...rest] = (await signedSdJwt()).split('~');
  const { _sd: digests, _sd_alg: algorithm } = JSON.parse(claimsOf(jwt));
  t.same(digests, (digests as string[]).toSorted());
  t.equal(digests.length, 3);
  t.equal(rest.length, 4);
  t.equal(algorithm, 'sha-256');
});

t.test('an SD-JWT without anything to disclose is one too', async (t) => {
  const signer = issuerKey.signer;
  const text = await signSdJwt({ payload: sdClaims(), disclosable: [], signer, newSalt });
  t.same(parseSdJwt(text).payload, sdClaims());
  t.same(await judgeSdJwt(text), []);
});

t.test('the header names the type that it is given', async (t) => {
  const options = { payload: sdClaims(), disclosable: [], signer: issuerKey.signer, newSalt };
  const draft = await signSdJwt({ ...options, typ: 'vc+sd-jwt' });
  t.equal(parseSdJwt(draft).header['typ'], 'vc+sd-jwt', 'the name of the drafts is read');
  await t.rejects(signSdJwt({ ...options, typ: 'JWT' }), { code: 'PROOF_GENERATION_ERROR' });
});

t.test(
  'claims that must stand in the open, and those that are not there, cannot be disclosable',
  async (t) => {
    const options = { payload: sdClaims(PERSON), signer: issuerKey.signer, newSalt };
    t.ok(await signSdJwt({ ...options, disclosable: ['level'] }));
    for (const name of ['iss', 'sub', 'iat', 'nbf', 'jti', 'vct', 'cnf', 'status', 'grade']) {
      const signing = signSdJwt({ ...options, disclosable: [name] });
      await t.rejects(signing, { code: 'PROOF_GENERATION_ERROR' }, name);
    }
  },
);

t.test('a short salt is refused, and so is one that comes twice', async (t) => {
  const options = { payload: sdClaims(PERSON), disclosable: ['level', 'units'] };
  const signWith = (salt: () => string) =>
    signSdJwt({ ...options, signer: issuerKey.signer, newSalt: salt });
  t.ok(await signWith(newSalt));
  await t.rejects(
    signWith(() => newSalt().slice(1)),
    { code: 'PROOF_GENERATION_ERROR' },
  );
  const [same] = [newSalt()];
  await t.rejects(
    signWith(() => same),
    { code: 'PROOF_GENERATION_ERROR' },
  );
});

t.test('claims that a reader would lose are not signed', async (t) => {
  const options = { disclosable: ['level'], signer: issuerKey.signer, newSalt };
  t.ok(await signSdJwt({ ...options, payload: sdClaims({ level: '2', nested: { a: 1 } }) }));
  const lost: JsonObject[] = [
    { nested: { _sd: [] } },
    { nested: { _sd_alg: 'sha-256' } },
    { nested: [{ '...': digestOf('x') }] },
    { level: { '...': 1 } },
    { _sd: [digestOf('x')] },
    { _sd_alg: 'sha-512' },
  ];
  for (const changes of lost) {
    const payload = sdClaims({ level: '2', ...changes });
    const signing = signSdJwt({ ...options, payload });
    await t.rejects(signing, { code: 'PROOF_GENERATION_ERROR' }, JSON.stringify(changes));
  }
});

t.test('@sd-jwt/sd-jwt-vc verifies our SD-JWT', async (t) => {
  const verified = await library().verify(await signedSdJwt(), { currentDate: IAT });
  t.same(verified.payload, { ...sdClaims(PERSON) });
  t.equal(verified.header?.['typ'], 'dc+sd-jwt');
});

t.test('@sd-jwt/sd-jwt-vc verifies our key binding over what it left out itself', async (t) => {
  const presented = await library().present(await signedSdJwt(), { level: true });
  const keyBinding = await bind(presented);
  const verified = await library().verify(`${presented}${keyBinding}`, {
    currentDate: IAT,
    keyBindingNonce: CHALLENGE,
  });
  t.same(verified.payload, sdClaims({ level: '2' }));
  t.match(verified.kb?.payload, { aud: DOMAIN, nonce: CHALLENGE, iat: IAT });
  t.equal(verified.kb?.header.typ, 'kb+jwt');
});

t.test('we verify what @sd-jwt/sd-jwt-vc signed, presented and bound', async (t) => {
  const [issuer, holder] = [newDidKey(), newDidKey()];
  const theirs = new SDJwtVcInstance({
    hasher,
    signAlg: 'EdDSA',
    signer: signerWith(issuer.privateKey),
    saltGenerator: newSalt,
    kbSignAlg: 'EdDSA',
    kbSigner: signerWith(holder.privateKey),
  });
  const payload = {
    ...sdClaims({ ...PERSON, address: { town: 'Ashmere', postcode: 'ZZ1 1ZZ' } }),
    cnf: { jwk: holder.jwk },
  };
  const frame = {
    _sd: ['level', 'givenName'],
    units: { _sd: [0] },
    address: { _sd: ['postcode'] },
  };
  const text = await theirs.issue(payload as never, frame as never, { header: { kid: issuer.id } });
  t.same(parseSdJwt(text).payload, payload);
  const presented = await theirs.present(
    text,
    { level: true, units: { 0: true } },
    {
      kb: { payload: { iat: IAT, aud: DOMAIN, nonce: CHALLENGE } },
    },
  );
  const { issuerJwt, payload: said, hidden, keyBinding, sdJwt } = parseSdJwt(presented);
  t.match(await verifyIssuer(issuerJwt), { verified: true, controller: issuer.did });
  const { givenName: _, ...rest } = payload as JsonObject;
  t.same(said, { ...rest, address: { town: 'Ashmere' } });
  t.equal(hidden, 2);
  const jwk = holder.jwk;
  const asked = { sdJwt, keyBinding, jwk, audience: DOMAIN, nonce: CHALLENGE, now: NOW };
  t.same(verifyKeyBinding(asked), []);
});

t.test('the holder’s key is the one that the credential is bound to', async (t) => {
  const { payload } = parseSdJwt(await signedSdJwt());
  t.same(payload['cnf'], { jwk: holderJwk });
  t.equal(payload['sub'], HOLDER);
});

function claimsOf(jwt: string): string {
  return Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
}
