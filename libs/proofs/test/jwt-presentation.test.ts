import { importJWK, jwtVerify } from 'jose';
import t from 'tap';
import { publicJwk } from '#did/keys';
import { CREDENTIALS_V1_CONTEXT, type JsonObject } from '#vc/data-model';
import { parseJwtPresentation, signJwtPresentation } from '../jwt-presentation.ts';
import { verifyJwtSignature } from '../jwt-signature.ts';
import {
  CHALLENGE,
  DOMAIN,
  HOLDER,
  holderKey,
  ISSUER,
  issuerKey,
  NOW,
  resolveVerificationMethod,
} from './helper.ts';
import { IAT, jwtHeader, signedJwt, signRaw } from './jwt-helper.ts';

const presentationV1 = (changes: JsonObject = {}) => ({
  '@context': [CREDENTIALS_V1_CONTEXT],
  type: ['VerifiablePresentation'],
  holder: HOLDER,
  ...changes,
});
const header = () => ({ ...jwtHeader(), kid: holderKey.signer.id });
const claims = (changes: JsonObject = {}): JsonObject => ({
  iss: HOLDER,
  aud: DOMAIN,
  nonce: CHALLENGE,
  iat: IAT,
  vp: presentationV1(),
  ...changes,
});
const signed = (changes: JsonObject = {}) => signRaw(header(), claims(changes), holderKey.signer);

async function codes(jwt: string, challenge = CHALLENGE, domain = DOMAIN) {
  const purpose = 'authentication' as const;
  const asked = { jwt, resolveVerificationMethod, purpose, now: NOW, challenge, domain };
  return (await verifyJwtSignature(asked)).problems.map(({ code }) => code);
}

t.test('a presentation comes back from its JWT, and jose verifies it too', async (t) => {
  const presentation = presentationV1({
    id: 'urn:uuid:00000000-0000-4000-8000-000000000001',
    verifiableCredential: [await signedJwt()],
  });
  const signer = holderKey.signer;
  const asked = { audience: DOMAIN, nonce: CHALLENGE, issuedAt: NOW };
  const jwt = await signJwtPresentation({ presentation, signer, ...asked });
  const parsed = parseJwtPresentation(jwt);
  t.same(parsed.presentation, presentation);
  t.equal(parsed.kid, holderKey.signer.id);
  t.equal(parsed.issuedAt, NOW);
  t.same(await codes(jwt), []);
  const key = await importJWK(publicJwk(holderKey.publicKeyMultibase), 'EdDSA');
  const expected = { issuer: HOLDER, audience: DOMAIN, currentDate: new Date(NOW) };
  t.equal((await jwtVerify(jwt, key, expected)).payload['nonce'], CHALLENGE);
});

t.test('another nonce is another challenge, another audience another domain', async (t) => {
  const jwt = await signed();
  t.same(await codes(jwt), []);
  t.same(await codes(jwt, 'another'), ['INVALID_CHALLENGE_ERROR']);
  t.same(await codes(jwt, CHALLENGE, 'https://elsewhere.example'), ['INVALID_DOMAIN_ERROR']);
});

t.test('a presentation is judged by its exp and its nbf', async (t) => {
  t.same(await codes(await signed({ nbf: IAT, exp: IAT + 1 })), []);
  t.same(await codes(await signed({ exp: IAT })), ['PROOF_VERIFICATION_ERROR']);
  t.same(await codes(await signed({ nbf: IAT + 61 })), ['PROOF_VERIFICATION_ERROR']);
});

t.test('a holder that is left to iss is added', async (t) => {
  const { holder: _, ...vp } = presentationV1();
  t.same(parseJwtPresentation(await signed({ vp })).presentation, presentationV1());
});

t.test('what a presentation says twice must be equal', async (t) => {
  const id = 'urn:uuid:00000000-0000-4000-8000-000000000001';
  t.ok(parseJwtPresentation(await signed({ jti: id, vp: presentationV1({ id }) })));
  for (const changes of [
    { iss: ISSUER },
    { iss: '' },
    { vp: presentationV1({ id }) },
    { jti: `${id}0`, vp: presentationV1({ id }) },
    { vp: presentationV1({ proof: {} }) },
    { vp: presentationV1({ '@context': [] }) },
    { vp: [] },
  ]) {
    const jwt = await signed(changes);
    const code = 'MALFORMED_VALUE_ERROR';
    t.throws(() => parseJwtPresentation(jwt), { code }, JSON.stringify(changes));
  }
});

t.test('a key that is not for authentication signs no presentation', async (t) => {
  t.same(await codes(await signed()), []);
  const kid = issuerKey.signer.id;
  const jwt = await signRaw({ ...header(), kid }, claims({ iss: ISSUER }), issuerKey.signer);
  t.same(await codes(jwt), ['INVALID_VERIFICATION_METHOD']);
});
