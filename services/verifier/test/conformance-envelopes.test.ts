import t from 'tap';
import { didKey, didKeyMethod } from '#did/keys';
import { signJwt } from '#proofs/jwt';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { verifyAnyCredential } from '../src/domain/conformance/verify-credential.ts';
import { verifyAnyPresentation } from '../src/domain/conformance/verify-presentation.ts';
import { conformanceOf, V2 } from './conformance.ts';
import { checkOf } from './world.ts';

const V1 = 'https://www.w3.org/2018/credentials/v1';
const { privateKey, publicKeyMultibase } = generateEd25519Key();
const did = didKey(publicKeyMultibase);
const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
const NOW = Date.parse('2026-11-22T12:00:00Z') / 1_000;

/** The claims of vc-jose-cose: the credential itself. */
const CLAIMS: JsonObject = {
  '@context': [V2],
  type: ['VerifiableCredential'],
  issuer: did,
  credentialSubject: { id: 'did:example:somebody' },
};

const sign = (claims: JsonObject, typ = 'vc+jwt') => signJwt({ typ, claims, signer });

const enveloped = (text: string, mediaType = 'application/vc+jwt'): JsonObject => ({
  '@context': V2,
  type: 'EnvelopedVerifiableCredential',
  id: `data:${mediaType},${text}`,
});

const presented = (credential: JsonValue, context = V2): JsonObject => ({
  '@context': [context],
  type: ['VerifiablePresentation'],
  verifiableCredential: [credential],
});

t.test('a credential in a JWT verifies, as it is, in an envelope and presented', async (t) => {
  const ports = await conformanceOf(t);
  const text = await sign(CLAIMS);
  const dated = await sign({ ...CLAIMS, iss: did, iat: NOW, nbf: NOW, exp: NOW + 60 });
  const old = await sign(
    {
      iss: did,
      sub: 'did:example:somebody',
      nbf: NOW,
      iat: NOW,
      vc: {
        '@context': [V1],
        type: ['VerifiableCredential'],
        credentialSubject: { id: 'did:example:somebody' },
      },
    },
    'JWT',
  );
  for (const one of [text, dated, old]) {
    for (const input of [one, enveloped(one), enveloped(one, 'application/jwt')]) {
      const verified = await verifyAnyCredential(input, ports);
      t.equal(verified.overall, 'pass', JSON.stringify(verified.checks));
    }
    const audience = { challenge: undefined, domain: undefined };
    const inside = await verifyAnyPresentation(presented(enveloped(one)), audience, ports);
    t.equal(inside.overall, 'pass', JSON.stringify(inside.credentials));
  }
});

t.test('a JWT that breaks a rule, or its signature, does not verify', async (t) => {
  const ports = await conformanceOf(t);
  const text = await sign(CLAIMS);
  t.equal((await verifyAnyCredential(enveloped(text), ports)).overall, 'pass');
  const other = generateEd25519Key();
  const byOther = await sign({ ...CLAIMS, issuer: didKey(other.publicKeyMultibase) });
  const [header = '', , signature = ''] = text.split('.');
  const changed = Buffer.from(JSON.stringify({ ...CLAIMS, id: 'urn:uuid:1' })).toString(
    'base64url',
  );
  const cases: [
    what: string,
    text: string,
    check: 'data-model' | 'proof' | 'validity',
    code: string,
  ][] = [
    ['changed', `${header}.${changed}.${signature}`, 'proof', 'PROOF_VERIFICATION_ERROR'],
    ['of another issuer', byOther, 'proof', 'INVALID_VERIFICATION_METHOD'],
    ['expired', await sign({ ...CLAIMS, exp: NOW }), 'proof', 'PROOF_VERIFICATION_ERROR'],
    ['from the future', await sign({ ...CLAIMS, iat: NOW + 90 }), 'proof', 'PROOF_CREATED_INVALID'],
    [
      'past its validUntil',
      await sign({ ...CLAIMS, validUntil: '2026-01-01T00:00:00Z' }),
      'validity',
      'CREDENTIAL_EXPIRED',
    ],
    ['a vc beside it', await sign({ ...CLAIMS, vc: {} }), 'data-model', 'MALFORMED_VALUE_ERROR'],
    ['a vp beside it', await sign({ ...CLAIMS, vp: {} }), 'data-model', 'MALFORMED_VALUE_ERROR'],
    [
      'another iss',
      await sign({ ...CLAIMS, iss: 'did:example:1' }),
      'data-model',
      'MALFORMED_VALUE_ERROR',
    ],
    [
      'a time that is none',
      await sign({ ...CLAIMS, exp: 'soon' }),
      'data-model',
      'MALFORMED_VALUE_ERROR',
    ],
    [
      'of VCDM 1.1',
      await sign({ ...CLAIMS, '@context': [V1] }),
      'data-model',
      'MALFORMED_VALUE_ERROR',
    ],
    ['without a type', await sign({ ...CLAIMS, type: [] }), 'data-model', 'MALFORMED_VALUE_ERROR'],
    ['with another typ', await sign(CLAIMS, 'JOSE'), 'data-model', 'MALFORMED_VALUE_ERROR'],
    ['an SD-JWT', `${text}~`, 'data-model', 'MALFORMED_VALUE_ERROR'],
  ];
  for (const [what, one, check, code] of cases) {
    const verified = await verifyAnyCredential(one, ports);
    t.equal(verified.overall, 'fail', what);
    t.same(checkOf(verified, check), { outcome: 'fail', code }, what);
    t.not((await verifyAnyCredential(enveloped(one), ports)).overall, 'pass', what);
  }
  const unsigned = `${Buffer.from('{"alg":"none","typ":"vc+jwt"}').toString('base64url')}.${changed}.`;
  t.equal((await verifyAnyCredential(unsigned, ports)).overall, 'fail', 'alg none');
  const said = { ...enveloped(text), name: 'unsigned' };
  t.same(checkOf(await verifyAnyCredential(said, ports), 'data-model').code, 'UNKNOWN_TERM');
});
