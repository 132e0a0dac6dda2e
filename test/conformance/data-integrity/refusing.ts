import { createHash, sign } from 'node:crypto';
import type { Test } from 'tap';
import { didKey, didKeyMethod } from '#did/keys';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import { canonicalize } from '#json-ld/canonicalize';
import { canonicalizeJson } from '#json-ld/canonicalize-json';
import type { JsonObject } from '#vc/data-model';
import { createTestKey } from '../../../services/verifier/test/suites.ts';
import type { SuiteClient } from '../helper.ts';
import {
  problemOf,
  proofOf,
  type Secured,
  signWith,
  unsigned,
  withProof,
} from '../signed-credentials.ts';

const NEVER = 'PROOF_VERIFICATION_ERROR';
const PAST = '2025-01-01T00:00:00Z';

/** What a verifier must not accept of a suite. In each test the whole document verifies. */
export async function refusing(t: Test, client: SuiteClient, secured: Secured): Promise<void> {
  const { suite, kind } = secured;
  const whole = await signWith(secured);
  t.equal((await client.verify(whole)).status, 200, 'the whole document verifies');
  const refuses = async (t: Test, document: unknown, code: string, options?: JsonObject) => {
    const { status, ...answer } = await client.verify(document, options);
    t.ok([400, 422].includes(status), `${status}`);
    t.equal(problemOf({ status, ...answer }), code, answer.text);
  };
  const { proof, ...bare } = whole;
  const value = proofOf(whole)['proofValue'] as string;
  const bytes = decodeBase58btc(value);
  const other = createTestKey(kind);
  const wrongKind = createTestKey(kind === 'ed25519' ? 'P-256' : 'ed25519');

  await t.test('a document without a proof, or with none that is an object', async (t) => {
    await refuses(t, bare, 'PROOF_MISSING');
    await refuses(t, { ...bare, proof: [] }, 'PROOF_MISSING');
    for (const nothing of [null, 'proof', 7, [null], ['proof']]) {
      await refuses(t, { ...bare, proof: nothing }, NEVER);
    }
  });

  const members: [what: string, change: Record<string, unknown>, code: string][] = [
    ['no type', { type: undefined }, NEVER],
    ['another type', { type: 'UnknownProofType' }, NEVER],
    ['another suite', { type: 'DataIntegrityProof', cryptosuite: 'unknown-suite-2017' }, NEVER],
    ['an empty suite', { type: 'DataIntegrityProof', cryptosuite: '' }, NEVER],
    ['no suite', { type: 'DataIntegrityProof', cryptosuite: undefined }, NEVER],
    ['a suite that is no text', { type: 'DataIntegrityProof', cryptosuite: [suite] }, NEVER],
    ['no verification method', { verificationMethod: undefined }, 'INVALID_VERIFICATION_METHOD'],
    ['a method that is no URL', { verificationMethod: 'did:key:invalidVm' }, 'INVALID_DID_URL'],
    ['a method that is no DID', { verificationMethod: 'did:key:@invalidVm@' }, 'INVALID_DID_URL'],
    [
      'a method whose key is not multibase',
      { verificationMethod: `${other.did.replace(':z', ':')}#${other.publicKeyMultibase}` },
      'INVALID_DID',
    ],
    ['a key of another DID', { verificationMethod: other.id }, NEVER],
    ['no purpose', { proofPurpose: undefined }, 'PROOF_PURPOSE_MISMATCH'],
    ['another purpose', { proofPurpose: 'invalidPurpose' }, 'PROOF_PURPOSE_MISMATCH'],
    ['the purpose of presentations', { proofPurpose: 'authentication' }, 'PROOF_PURPOSE_MISMATCH'],
    ['no value', { proofValue: undefined }, NEVER],
    ['null as its value', { proofValue: null }, NEVER],
    ['a value that is not multibase', { proofValue: value.slice(1) }, NEVER],
    [
      'a value in another base',
      { proofValue: `u${Buffer.from(bytes).toString('base64url')}` },
      NEVER,
    ],
    ['a value of other letters', { proofValue: `${value.slice(0, -1)}0` }, NEVER],
    [
      'a longer value',
      { proofValue: encodeBase58btc(Buffer.concat([bytes, Buffer.alloc(32, 7)])) },
      NEVER,
    ],
    ['a shorter value', { proofValue: encodeBase58btc(bytes.subarray(1)) }, NEVER],
    [
      'a value that was changed',
      { proofValue: encodeBase58btc(bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte))) },
      NEVER,
    ],
    ['a time that is none', { created: 'invalidDate' }, 'PROOF_CREATED_INVALID'],
    ['a day that is none', { created: '2026-02-30T00:00:00Z' }, 'PROOF_CREATED_INVALID'],
    ['a time to come', { created: '2999-01-01T00:00:00Z' }, 'PROOF_CREATED_INVALID'],
    ['an end that is no time', { expires: 'invalidDate' }, NEVER],
    ['another time', { created: PAST }, NEVER],
    ['an id that is no URL', { id: 'proof-1' }, NEVER],
    ['a context of its own', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, NEVER],
  ];
  for (const [what, change, code] of members) {
    await t.test(`a proof with ${what}`, (t) => refuses(t, withProof(whole, change), code));
  }

  await t.test('a proof that was signed with an end that is past', async (t) => {
    await refuses(t, await signWith({ ...secured, proof: { expires: PAST } }), NEVER);
    const bareTime = PAST.replace('Z', '');
    await refuses(t, await signWith({ ...secured, proof: { expires: bareTime } }), NEVER);
  });
  await t.test('a proof that was signed for another purpose', async (t) => {
    const signed = await signWith({ ...secured, proof: { proofPurpose: 'authentication' } });
    await refuses(t, signed, 'PROOF_PURPOSE_MISMATCH');
  });
  await t.test('a proof that somebody else made in the name of the issuer', async (t) => {
    const forged = await signWith({ ...secured, change: { issuer: other.did } });
    await refuses(t, forged, 'INVALID_VERIFICATION_METHOD');
  });
  await t.test('a key of a kind that the suite does not have', async (t) => {
    await refuses(t, await signWith({ ...secured, key: wrongKind }), NEVER);
  });
  await t.test('an option that asks for another purpose, challenge or domain', async (t) => {
    for (const asked of [
      { expectedProofPurpose: 'authentication' },
      { domain: 'domain.example' },
      { domain: 'domain.example', challenge: '1235abcd6789' },
    ]) {
      const { status } = await client.verify(whole, { checks: ['proof'], ...asked });
      t.equal(status, 400, JSON.stringify(asked));
    }
  });
  await t.test('a document that was changed after it was signed', async (t) => {
    const subject = whole['credentialSubject'] as JsonObject;
    const isJson = suite === 'eddsa-jcs-2022';
    await refuses(t, { ...whole, id: 'urn:uuid:another' }, NEVER);
    await refuses(
      t,
      { ...whole, credentialSubject: { id: didKey(other.publicKeyMultibase) } },
      NEVER,
    );
    const undefinedTerm = { ...whole, credentialSubject: { ...subject, undefinedTerm: 'lost' } };
    await refuses(t, undefinedTerm, isJson ? NEVER : 'UNKNOWN_TERM');
    const undefinedType = { ...whole, type: ['VerifiableCredential', 'UndefinedType'] };
    await refuses(t, undefinedType, isJson ? NEVER : 'UNKNOWN_TERM');
    await refuses(t, { ...whole, '@context': ['https://host.example/1'] }, 'MALFORMED_VALUE_ERROR');
  });
  if (suite === 'eddsa-rdfc-2022' || suite === 'Ed25519Signature2020') {
    await t.test('a signature over another canonical form, or by another hash', async (t) => {
      for (const [canonicalForm, hash] of [
        [canonicalize, 'sha256'],
        [canonicalizeJson, 'sha256'],
        [canonicalize, 'sha512'],
      ] as const) {
        const key = createTestKey('ed25519');
        const document = unsigned(key.did, suite);
        const { proofValue: _, ...options } = withProof(whole, {
          verificationMethod: didKeyMethod(key.publicKeyMultibase),
        })['proof'] as JsonObject;
        const digest = async (part: JsonObject) =>
          createHash(hash)
            .update(await canonicalForm(part))
            .digest();
        const configuration = await digest({ '@context': document['@context'], ...options });
        const signed = Buffer.concat([configuration, await digest(document)]);
        const proofValue = encodeBase58btc(sign(null, signed, key.privateKey));
        const made = { ...document, proof: { ...options, proofValue } };
        const { status } = await client.verify(made);
        t.equal(status, canonicalForm === canonicalize && hash === 'sha256' ? 200 : 400, hash);
      }
    });
  }
  t.ok(proof);
}
