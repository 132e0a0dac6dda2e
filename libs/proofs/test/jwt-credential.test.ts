import { decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from 'jose';
import t from 'tap';
import { publicJwk } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import { parseJwtCredential, signJwtCredential } from '../jwt-credential.ts';
import { verifyJwtSignature } from '../jwt-signature.ts';
import {
  HOLDER,
  holderKey,
  ISSUER,
  issuerKey,
  loginKey,
  NOW,
  resolveVerificationMethod,
} from './helper.ts';
import {
  credentialV1,
  IAT,
  ID,
  judgeJwt,
  jwtHeader,
  newDidKey,
  signedJwt,
  signRaw,
  verifyIssuer,
  withClaims,
} from './jwt-helper.ts';

const claims = (changes: JsonObject = {}): JsonObject => ({
  iss: ISSUER,
  sub: HOLDER,
  jti: ID,
  nbf: IAT,
  iat: IAT,
  vc: credentialV1(),
  ...changes,
});

const about = (length: number): JsonObject => ({
  credentialSubject: { id: HOLDER, text: 'x'.repeat(length) },
});

t.test('a credential comes back from its JWT as it was signed', async (t) => {
  const expirationDate = '2027-11-22T16:00:00Z';
  const jwt = await signedJwt({ expirationDate });
  const { header, payload, kid, credential, issuedAt } = parseJwtCredential(jwt);
  t.same(header, jwtHeader());
  t.equal(kid, issuerKey.signer.id);
  t.same(credential, credentialV1({ expirationDate }));
  t.equal(issuedAt, NOW);
  t.match(payload, { iss: ISSUER, sub: HOLDER, jti: ID, nbf: IAT, iat: IAT });
  t.equal(payload['exp'], Date.parse(expirationDate) / 1_000);
  const result = await verifyIssuer(jwt);
  t.match(result, { verified: true, controller: ISSUER, created: '2026-11-22T16:00:00Z' });
  t.equal(result.publicKeyMultibase, issuerKey.publicKeyMultibase);
  t.equal(result.verificationMethod, issuerKey.signer.id);
});

t.test('jose verifies our JWT with the issuer’s JWK', async (t) => {
  const jwt = await signedJwt();
  const key = await importJWK(publicJwk(issuerKey.publicKeyMultibase), 'EdDSA');
  const currentDate = new Date(NOW);
  const { payload } = await jwtVerify(jwt, key, { issuer: ISSUER, typ: 'JWT', currentDate });
  t.same(payload['vc'], credentialV1());
  t.equal(decodeProtectedHeader(jwt).alg, 'EdDSA');
});

t.test('we verify a JWT that jose signed', async (t) => {
  const { id, did, privateKey } = newDidKey();
  const jwt = await new SignJWT({ vc: credentialV1({ issuer: did }) })
    .setProtectedHeader({ alg: 'EdDSA', kid: id })
    .setIssuer(did)
    .setSubject(HOLDER)
    .setJti(ID)
    .setNotBefore(IAT)
    .setIssuedAt(IAT)
    .sign(privateKey);
  t.same(parseJwtCredential(jwt).credential, credentialV1({ issuer: did }));
  t.match(await verifyIssuer(jwt), { verified: true, controller: did });
});

t.test('members that are left to their claims are added to the credential', async (t) => {
  const { id: _, issuer: __, issuanceDate: ___, ...vc } = credentialV1();
  const jwt = await signRaw(
    jwtHeader(),
    claims({ vc: { ...vc, credentialSubject: { level: '2' } }, exp: IAT + 60 }),
  );
  const expected = credentialV1({ expirationDate: '2026-11-22T16:01:00Z' });
  t.same(parseJwtCredential(jwt).credential, expected);
});

t.test('an issuer that is an object agrees with iss by its id', async (t) => {
  const issuer = { id: ISSUER, name: 'Ashmere Teaching Hospitals Trust' };
  t.same(parseJwtCredential(await signedJwt({ issuer })).credential['issuer'], issuer);
  const vc = credentialV1({ issuer: { ...issuer, id: HOLDER } });
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc }))), ['MALFORMED_VALUE_ERROR']);
});

t.test('what a JWT says twice must be equal', async (t) => {
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims())), []);
  const expirationDate = '2027-11-22T16:00:00Z';
  const exp = Date.parse(expirationDate) / 1_000;
  const expiring = credentialV1({ expirationDate });
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc: expiring, exp }))), []);
  const broken: Record<string, JsonObject> = {
    'another issuer': { iss: 'did:web:passport.northmoor.example:trusts:ZZB02' },
    'another subject': { sub: ISSUER },
    'another id': { jti: 'urn:uuid:00000000-0000-4000-8000-000000000001' },
    'another beginning': { nbf: IAT + 1 },
    'another end': { vc: expiring, exp: exp + 1 },
    'an end that only the credential has': { vc: expiring },
    'no issuer': { iss: '' },
    'several subjects': { vc: { ...credentialV1(), credentialSubject: [{ id: HOLDER }, {}] } },
  };
  for (const [name, changes] of Object.entries(broken)) {
    const jwt = await signRaw(jwtHeader(), claims(changes));
    t.same(await judgeJwt(jwt), ['MALFORMED_VALUE_ERROR'], name);
  }
});

t.test('a claim that nobody here would heed is refused', async (t) => {
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims())), []);
  for (const changes of [
    // RFC 7519 §4.1.3: who is not its audience must reject it
    { aud: 'https://elsewhere.example' },
    { status: { status_list: { idx: 1, uri: 'https://elsewhere.example/list' } } },
    { cnf: { jwk: {} } },
    { vp: {} },
    { toString: 1 },
  ]) {
    const jwt = await signRaw(jwtHeader(), claims(changes));
    t.same(await judgeJwt(jwt), ['UNKNOWN_TERM'], JSON.stringify(changes));
  }
});

for (const name of ['iss', 'sub', 'jti', 'nbf']) {
  t.test(`a JWT without ${name} is refused where the credential has its member`, async (t) => {
    const { [name]: _, ...rest } = claims();
    t.same(
      await judgeJwt(await signRaw(jwtHeader(), { ...rest, [name]: claims()[name] ?? 0 })),
      [],
    );
    t.same(await judgeJwt(await signRaw(jwtHeader(), rest)), ['MALFORMED_VALUE_ERROR']);
  });
}

t.test(
  'a beginning with a fraction of a second agrees with the second that it is in',
  async (t) => {
    const vc = credentialV1({ issuanceDate: '2026-11-22T16:00:00.250Z' });
    t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc }))), []);
    t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc, nbf: IAT + 0.25 }))), []);
  },
);

t.test('a claim about time that is no number of the years 1970 to 9999 is refused', async (t) => {
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims())), []);
  for (const iat of [String(IAT), -1, 253_402_300_800, null, true, [IAT]]) {
    const jwt = await signRaw(jwtHeader(), claims({ iat }));
    t.same(await judgeJwt(jwt), ['MALFORMED_VALUE_ERROR'], String(iat));
  }
});

t.test('a JWT that does not say when it was issued is refused', async (t) => {
  const { iat: _, ...rest } = claims();
  const jwt = await signRaw(jwtHeader(), rest);
  t.same(await judgeJwt(jwt), ['PROOF_CREATED_INVALID']);
  t.match((await verifyIssuer(jwt)).problems, [{ code: 'PROOF_CREATED_INVALID' }]);
});

t.test('a JWT may be issued 60 seconds ahead of our clock, not more', async (t) => {
  const jwt = await signedJwt();
  t.same(await judgeJwt(jwt, NOW - 60_000), []);
  t.same(await judgeJwt(jwt, NOW - 60_001), ['PROOF_CREATED_INVALID']);
});

t.test('a credential of VCDM 2.0 in a JWT of VCDM 1.1 is refused', async (t) => {
  const vc = credentialV1({ '@context': ['https://www.w3.org/ns/credentials/v2'] });
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc }))), ['MALFORMED_VALUE_ERROR']);
});

t.test('a credential that carries a second proof inside of its JWT is refused', async (t) => {
  const vc = credentialV1({ proof: { type: 'Ed25519Signature2020' } });
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc }))), ['MALFORMED_VALUE_ERROR']);
});

t.test('a header that asks for anything but EdDSA and JWT is refused', async (t) => {
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims())), []);
  const { typ: _, ...untyped } = jwtHeader();
  t.same(await judgeJwt(await signRaw(untyped, claims())), [], 'typ may be left out');
  const headers: JsonObject[] = [
    { alg: 'none' },
    { alg: 'HS256' },
    { alg: 'ES256' },
    { alg: 'eddsa' },
    { alg: ['EdDSA'] },
    { typ: 'dc+sd-jwt' },
    { typ: 'at+jwt' },
    { typ: null },
    { crit: [] },
    { crit: ['exp'], exp: 1 },
    { b64: true },
    { kid: '' },
    { kid: 5 },
  ];
  for (const changes of headers) {
    const jwt = await signRaw({ ...jwtHeader(), ...changes }, claims());
    t.same(await judgeJwt(jwt), ['MALFORMED_VALUE_ERROR'], JSON.stringify(changes));
  }
});

t.test('a JWT without a signature is refused, whatever it calls that', async (t) => {
  const [header, payload] = (await signedJwt()).split('.');
  t.same(await judgeJwt(`${header}.${payload}.`), ['PARSING_ERROR']);
});

t.test('a key that a JWT brings along is not looked at', async (t) => {
  const jwk = publicJwk(holderKey.publicKeyMultibase) as JsonObject;
  t.same(await judgeJwt(await signRaw({ ...jwtHeader(), jwk }, claims())), []);
  const jwt = await signRaw({ ...jwtHeader(), jwk }, claims(), holderKey.signer);
  t.same(await judgeJwt(jwt), ['PROOF_VERIFICATION_ERROR']);
});

t.test('a changed claim fails, and so does the signature of another key', async (t) => {
  const jwt = await signedJwt();
  t.same(await judgeJwt(jwt), []);
  const changed = withClaims(jwt, (said) => ({ ...said, iat: IAT - 1 }));
  t.same(await judgeJwt(changed), ['PROOF_VERIFICATION_ERROR']);
});

t.test('a key that is not for assertions is refused', async (t) => {
  const header = { ...jwtHeader(), kid: loginKey.signer.id };
  const jwt = await signRaw(header, claims(), loginKey.signer);
  t.same(await judgeJwt(jwt), ['INVALID_VERIFICATION_METHOD']);
});

t.test('about a JWT whose key cannot be fetched nothing is known', async (t) => {
  const kid = issuerKey.signer.id.replace('ZZA01', 'ZZB02');
  const jwt = await signRaw({ ...jwtHeader(), kid }, claims());
  const result = await verifyIssuer(jwt);
  t.equal(result.verified, false);
  t.match(result.problems, [{ code: 'DID_NOT_FOUND' }]);
});

t.test('a JWT over 64 kB is refused unread', async (t) => {
  t.same(await judgeJwt(await signedJwt(about(40_000))), []);
  t.same(await judgeJwt(await signRaw(jwtHeader(), claims({ vc: credentialV1(about(50_000)) }))), [
    'PARSING_ERROR',
  ]);
});

t.test('what could not be read back is not signed', async (t) => {
  const options = { signer: issuerKey.signer, issuedAt: NOW };
  t.ok(await signJwtCredential({ ...options, credential: credentialV1() }));
  const broken = [
    { issuanceDate: 'today' },
    { '@context': ['https://www.w3.org/ns/credentials/v2'] },
    { proof: { type: 'Ed25519Signature2020' } },
    { expirationDate: '2026-02-30T00:00:00Z' },
  ];
  for (const changes of broken) {
    const signing = signJwtCredential({ ...options, credential: credentialV1(changes) });
    await t.rejects(signing, { code: 'PROOF_GENERATION_ERROR' }, JSON.stringify(changes));
  }
});

t.test('a challenge and a domain are found in nonce and aud', async (t) => {
  const jwt = await signRaw(jwtHeader(), claims({ nonce: 'n', aud: ['other', 'me'] }));
  const verifyFor = async (challenge: string, domain: string) => {
    const purpose = 'assertionMethod' as const;
    const asked = { jwt, resolveVerificationMethod, purpose, now: NOW, challenge, domain };
    return (await verifyJwtSignature(asked)).problems.map(({ code }) => code);
  };
  t.same(await verifyFor('n', 'me'), []);
  t.same(await verifyFor('m', 'me'), ['INVALID_CHALLENGE_ERROR']);
  t.same(await verifyFor('n', 'you'), ['INVALID_DOMAIN_ERROR']);
});
