import { sign } from 'node:crypto';
import t from 'tap';
import { encodeBase58btc } from '#did/multibase';
import { didKey, didKeyMethod } from '#did/keys';
import { createDidResolver } from '#did/resolver';
import { CREDENTIAL_LIMITS, canonicalize } from '#json-ld/canonicalize';
import { canonicalizeJson } from '#json-ld/canonicalize-json';
import {
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2018_CONTEXT,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import { generateEd25519Key } from '../signer.ts';
import { createVerifyData } from '../verify-data.ts';
import { type VerifyProofsOptions, verifyProofs } from '../verify-proofs.ts';
import { CHALLENGE, CREATED, DOMAIN, NOW, V2 } from './helper.ts';

/*
 * Each proof here has a signature that fits whatever it says, so that nothing but the one check that is named can
 * refuse it.
 */
const { privateKey, publicKeyMultibase } = generateEd25519Key();
const ISSUER = didKey(publicKeyMultibase);
const { resolveVerificationMethod } = createDidResolver({
  now: () => NOW,
  fetchDocument: () => Promise.reject(new Error('nothing is fetched')),
});
const DOCUMENT: JsonObject = {
  '@context': [V2],
  type: ['VerifiableCredential'],
  issuer: ISSUER,
  credentialSubject: { name: 'Sam' },
};
const OPTIONS: JsonObject = {
  '@context': DOCUMENT['@context'] as string[],
  type: 'DataIntegrityProof',
  cryptosuite: 'eddsa-jcs-2022',
  created: CREATED,
  verificationMethod: didKeyMethod(publicKeyMultibase),
  proofPurpose: 'assertionMethod',
  challenge: CHALLENGE,
  domain: DOMAIN,
};

/** The document with a proof of these options, some changed, over it and the proofs that it names. */
async function signed(change: Record<string, unknown> = {}, named: JsonObject[] = []) {
  const proof = JSON.parse(JSON.stringify({ ...OPTIONS, ...change })) as JsonObject;
  const verifyData = await createVerifyData({
    suite: 'eddsa-jcs-2022',
    proof,
    document: named.length === 0 ? DOCUMENT : { ...DOCUMENT, proof: named },
    transform: (document) => canonicalizeJson(document, { limits: CREDENTIAL_LIMITS }),
    hash: 'sha256',
  });
  return { ...proof, proofValue: encodeBase58btc(sign(null, verifyData, privateKey)) };
}

function verify(proof: JsonValue, options: Partial<VerifyProofsOptions> = {}) {
  return verifyProofs({
    document: { ...DOCUMENT, proof },
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: NOW,
    ...options,
  });
}

const code = 'PROOF_VERIFICATION_ERROR';
const CREATED_CODE = 'PROOF_CREATED_INVALID';
const asked = { challenge: CHALLENGE, domain: DOMAIN };

for (const { name, changes, options = {}, found } of [
  {
    name: 'a signature fits, and its proof is of another type',
    changes: [{ type: 'AnyProof' }, { type: 'Ed25519Signature2020' }, { type: undefined }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof names a cryptosuite that is not known, or none',
    changes: [{ cryptosuite: 'eddsa-jcs-2023' }, { cryptosuite: 7 }, { cryptosuite: undefined }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof repeats other contexts than its document has',
    changes: [{ '@context': [V2, DATA_INTEGRITY_V2_CONTEXT] }, { '@context': V2 }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof was made for another purpose, or for none',
    changes: [{ proofPurpose: 'authentication' }, { proofPurpose: undefined }],
    found: 'PROOF_PURPOSE_MISMATCH',
  },
  {
    name: 'a signature fits, and the id of its proof is no URL',
    changes: [{ id: 'proof-1' }, { id: 7 }, { id: ['urn:x:1'] }, { id: null }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof was created at no time, or in time to come',
    changes: [
      { created: 'today' },
      { created: '2026-02-30T00:00:00Z' },
      { created: 1_795_363_200 },
      { created: '2026-11-22T16:01:01Z' },
    ],
    found: CREATED_CODE,
  },
  {
    name: 'a signature fits, and its proof has expired, or at no time that could be read',
    changes: [{ expires: '2026-11-22T15:59:59Z' }, { expires: 'never' }, { expires: null }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof is for no domain that could be one',
    changes: [{ domain: 7 }, { domain: [] }, { domain: [DOMAIN, 7] }],
    found: code,
  },
  {
    name: 'a signature fits, and its proof is over another challenge than was given out',
    changes: [{ challenge: 'another' }, { challenge: undefined }, { challenge: [CHALLENGE] }],
    options: asked,
    found: 'INVALID_CHALLENGE_ERROR',
  },
  {
    name: 'a signature fits, and its proof is for other domains than the one that asks',
    changes: [
      { domain: 'https://elsewhere.example' },
      { domain: [DOMAIN, 'https://elsewhere.example'] },
      { domain: undefined },
    ],
    options: asked,
    found: 'INVALID_DOMAIN_ERROR',
  },
]) {
  t.test(name, async (t) => {
    t.match(await verify(await signed(), options), { verified: true }, 'the unbroken proof');
    for (const change of changes) {
      const result = await verify(await signed(change), options);
      t.match(result, { verified: false, problems: [{ code: found }] }, JSON.stringify(change));
    }
  });
}

t.test('a signature fits, and its times have no offset: they are in UTC', async (t) => {
  const times = { created: '2026-11-22T16:00:00', expires: '2026-11-22T16:00:01' };
  t.match(await verify(await signed(times)), { verified: true });
  const ahead = await verify(await signed({ created: '2026-11-22T16:01:01' }));
  t.match(ahead, { verified: false, problems: [{ code: CREATED_CODE }] });
});

t.test('a signature fits, and the proof that it is chained to is missing or bad', async (t) => {
  const id = 'urn:uuid:00000000-0000-4000-8000-000000000001';
  const first = await signed({ id });
  const second = await signed({ previousProof: id }, [first]);
  t.match(await verify([first, second]), { verified: true });
  t.match(await verify([await signed(), second]), { problems: [{ code }], verified: false });
  const changed = { ...first, created: '2026-11-22T15:00:00Z' };
  const over = await signed({ previousProof: id }, [changed]);
  t.match(await verify([changed, over]), { problems: [{ code }], verified: false });
  for (const previousProof of [7, [], [id, 'urn:x:2'], 'urn:x:2']) {
    const chained = await signed({ previousProof });
    t.match(await verify([first, chained]), { verified: false }, JSON.stringify(previousProof));
  }
});

t.test('of a set each proof counts', async (t) => {
  const good = await signed();
  const bad = { ...(await signed({ nonce: 'a' })), nonce: 'b' };
  t.match(await verify([good, await signed({ nonce: 'a' })]), { verified: true });
  for (const set of [
    [good, bad],
    [bad, good],
  ]) {
    t.match(await verify(set), { verified: false, problems: [{ code }] });
  }
});

t.test('a proof is an object, and so is each of a set', async (t) => {
  const good = await signed();
  t.match(await verify([good]), { verified: true });
  for (const proof of ['z', 7, [good, 'z'], [good, [good]], []] as JsonValue[]) {
    t.match(await verify(proof), { verified: false }, JSON.stringify(proof));
  }
});

t.test('a detached JWS fits, and its header says something else', async (t) => {
  const document = { '@context': [V2, ED25519_2018_CONTEXT], type: ['VerifiablePresentation'] };
  const options = { ...OPTIONS, type: 'Ed25519Signature2018', proofPurpose: 'authentication' };
  const { '@context': _context, cryptosuite: _suite, ...proof } = options as JsonObject;
  const verifyData = await createVerifyData({
    suite: 'Ed25519Signature2018',
    proof,
    document,
    transform: (part) => canonicalize(part),
    hash: 'sha256',
  });
  const presented = (header: unknown) => {
    const text = Buffer.from(JSON.stringify(header)).toString('base64url');
    const input = Buffer.concat([Buffer.from(`${text}.`), verifyData]);
    const jws = `${text}..${sign(null, input, privateKey).toString('base64url')}`;
    return verifyProofs({
      document: { ...document, proof: { ...proof, jws } },
      purpose: 'authentication',
      resolveVerificationMethod,
      now: NOW,
    });
  };
  const header = { alg: 'EdDSA', b64: false, crit: ['b64'] };
  t.match(await presented(header), { verified: true });
  for (const change of [{ alg: 'none' }, { b64: true }, { crit: [] }, { kid: 'x' }]) {
    t.match(
      await presented({ ...header, ...change }),
      { verified: false, problems: [{ code }] },
      JSON.stringify(change),
    );
  }
});
