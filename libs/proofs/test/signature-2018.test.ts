import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { verifyProofs, type VerifyProofsOptions } from '../verify-proofs.ts';
import { CHALLENGE, DOMAIN } from './helper.ts';
import { readJsonVector, verifying } from './vectors.ts';

const NAMES = ['vcdm1', 'vcdm2'] as const;
const read = (name: string): JsonObject => readJsonVector(`ed25519-signature-2018/${name}.json`);
const presented = (document: JsonObject, changes: Partial<VerifyProofsOptions> = {}) =>
  verifyProofs(
    verifying(document, {
      purpose: 'authentication',
      challenge: CHALLENGE,
      domain: DOMAIN,
      canonicalize: undefined,
      ...changes,
    }),
  );
const code = 'PROOF_VERIFICATION_ERROR';

const whole = read('vcdm1');
const proof = whole['proof'] as JsonObject;
const jws = proof['jws'] as string;
const [, , signature = ''] = jws.split('.');

const withProof = (changes: Record<string, unknown>): JsonObject =>
  ({ ...whole, proof: { ...proof, ...changes } }) as JsonObject;
const withHeader = (header: unknown): JsonObject =>
  withProof({
    jws: `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${signature}`,
  });

for (const name of NAMES) {
  t.test(
    `what another implementation signed with Ed25519Signature2018 verifies: ${name}`,
    async (t) => {
      const result = await presented(read(name));
      t.match(result, {
        verified: true,
        problems: [],
        proofs: [{ created: '2026-11-22T16:00:00Z' }],
      });
    },
  );
}

t.test('Ed25519Signature2018 is refused on a credential', async (t) => {
  t.match(await presented(whole), { verified: true });
  const result = await presented(withProof({ proofPurpose: 'assertionMethod' }), {
    purpose: 'assertionMethod',
  });
  t.match(result, { verified: false, problems: [{ code, detail: /presentations only/ }] });
});

t.test('Ed25519Signature2018 over another challenge or domain fails', async (t) => {
  t.match(await presented(whole, { challenge: 'other' }), {
    verified: false,
    problems: [{ code: 'INVALID_CHALLENGE_ERROR' }],
  });
  t.match(await presented(whole, { domain: 'https://other.example' }), {
    verified: false,
    problems: [{ code: 'INVALID_DOMAIN_ERROR' }],
  });
  t.match(await presented(withProof({ challenge: 'other' }), { challenge: 'other' }), {
    verified: false,
    problems: [{ code }],
  });
});

for (const [what, changed] of [
  ['another document', { ...whole, id: 'urn:uuid:00000000-0000-4000-8000-000000000001' }],
  ['another time', withProof({ created: '2026-11-22T16:00:01Z' })],
  ['no header', withProof({ jws: `..${signature}` })],
  ['a payload', withProof({ jws: jws.replace('..', '.e30.') })],
  ['a fourth part', withProof({ jws: `${jws}.` })],
  ['a signature in base58', withProof({ jws: undefined, proofValue: 'z2HnFSSPPBzR36zdDgK8' })],
  ['a loosely spelt signature', withProof({ jws: `${jws}=` })],
  ['a short signature', withProof({ jws: jws.slice(0, -4) })],
  ['a number', withProof({ jws: 7 })],
  ['another algorithm', withHeader({ alg: 'none', b64: false, crit: ['b64'] })],
  ['an encoded payload', withHeader({ alg: 'EdDSA', b64: true, crit: ['b64'] })],
  ['no crit', withHeader({ alg: 'EdDSA', b64: false })],
  ['another crit', withHeader({ alg: 'EdDSA', b64: false, crit: ['b64', 'exp'] })],
  ['a key in its header', withHeader({ alg: 'EdDSA', b64: false, crit: ['b64'], kid: 'x' })],
  ['a list as header', withHeader(['EdDSA'])],
  ['a second signature', withProof({ proofValue: 'z2HnFSSPPBzR36zdDgK8' })],
  ['a chain', withProof({ previousProof: 'urn:uuid:1' })],
  ['a cryptosuite', withProof({ cryptosuite: 'eddsa-rdfc-2022' })],
  ['the type of 2020', withProof({ type: 'Ed25519Signature2020' })],
] as const) {
  t.test(`Ed25519Signature2018 with ${what} fails`, async (t) => {
    t.match(await presented(whole), { verified: true });
    t.match(await presented(changed), { verified: false, problems: [{ code }] });
  });
}

t.test('Ed25519Signature2018 under VCDM 2.0 needs the context of the suite', async (t) => {
  const document = read('vcdm2');
  t.match(await presented(document), { verified: true });
  const [first = ''] = document['@context'] as string[];
  t.match(await presented({ ...document, '@context': [first] }), {
    verified: false,
    problems: [{ code, detail: 'The document lacks the context of the suite' }],
  });
});
