import t from 'tap';
import { canonicalize } from '#json-ld/canonicalize';
import { chainProof, signCredential, signPresentation } from '../add-proof.ts';
import { checkedSigner } from '../signer.ts';
import { publicKeyObject } from '#did/keys';
import {
  CHALLENGE,
  CREATED,
  credential,
  DOMAIN,
  holderKey,
  issuerKey,
  newKey,
  presentation,
  signedTwice,
  V2,
  verifyCredential,
  verifyPresentation,
} from './helper.ts';

const { signer } = issuerKey;
const created = CREATED;

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

t.test('each suite makes the proof of its name', async (t) => {
  const one = await signCredential({
    credential: credential(),
    signer,
    suites: ['eddsa-rdfc-2022'],
    created,
  });
  t.same(one['@context'], [V2], 'VCDM 2.0 has the terms already');
  t.match(one.proof, {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-rdfc-2022',
    created,
    verificationMethod: signer.id,
    proofPurpose: 'assertionMethod',
    proofValue: /^z/,
  });
  const other = await signCredential({
    credential: credential(),
    signer,
    suites: ['Ed25519Signature2020'],
    created,
  });
  t.same(other['@context'], [V2, 'https://w3id.org/security/suites/ed25519-2020/v1']);
  t.match(other.proof, {
    type: 'Ed25519Signature2020',
    created,
    verificationMethod: signer.id,
    proofPurpose: 'assertionMethod',
    proofValue: /^z/,
  });
});

t.test('a proof set has the context before any of its proofs, whatever their order', async (t) => {
  const suites = ['eddsa-rdfc-2022', 'Ed25519Signature2020'] as const;
  const signed = await signCredential({ credential: credential(), signer, suites, created });
  t.match(await verifyCredential(signed), { verified: true, proofs: { length: 2 } });
});

t.test('a credential of the 1.1 data model gets the contexts that its suites need', async (t) => {
  const { validFrom: issuanceDate, name: _name, ...rest } = credential();
  const older = {
    ...rest,
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    issuanceDate,
  } as never;
  const suites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const;
  const signed = await signCredential({ credential: older, signer, suites, created });
  t.equal(signed['@context'].length, 3);
  t.match(await verifyCredential(signed), { verified: true, proofs: { length: 2 } });
});

t.test('signing changes none of its inputs', async (t) => {
  const suites = ['Ed25519Signature2020'] as const;
  const unsigned = frozen(credential());
  await signCredential({ credential: unsigned, signer, suites, created });
  t.same(unsigned, credential());
  const unsignedPresentation = frozen(presentation());
  await signPresentation({
    presentation: unsignedPresentation,
    signer,
    suite: suites[0],
    challenge: CHALLENGE,
    created,
  });
  t.same(unsignedPresentation, presentation());
  const document = frozen(await signedTwice());
  const before = structuredClone(document);
  await chainProof({
    document,
    signer,
    created,
    previousProof: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  });
  t.same(document, before);
});

t.test('a holder signs a presentation with either suite', async (t) => {
  for (const suite of ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const) {
    const signed = await signPresentation({
      presentation: presentation(),
      signer: holderKey.signer,
      suite,
      challenge: CHALLENGE,
      domain: DOMAIN,
      created,
    });
    t.match(signed.proof, { challenge: CHALLENGE, domain: DOMAIN, proofPurpose: 'authentication' });
    t.match(await verifyPresentation(signed), { verified: true });
  }
});

t.test('a term that no context defines is never signed', async (t) => {
  const suites = ['eddsa-rdfc-2022'] as const;
  await t.resolves(signCredential({ credential: credential(), signer, suites, created }));
  const unknown = credential({ credentialSubject: { id: signer.id, shoeSize: '43' } });
  await t.rejects(signCredential({ credential: unknown, signer, suites, created }), {
    code: 'UNKNOWN_TERM',
    errors: [{ pointer: '/credentialSubject/shoeSize' }],
  });
});

t.test('a signer that fails, and no suite at all, are errors of ours', async (t) => {
  const suites = ['eddsa-rdfc-2022'] as const;
  const failing = { ...signer, sign: () => Promise.reject(new Error('token removed')) };
  await t.rejects(signCredential({ credential: credential(), signer: failing, suites, created }), {
    code: 'PROOF_GENERATION_ERROR',
    cause: { message: 'token removed' },
  });
  await t.rejects(signCredential({ credential: credential(), signer, suites: [], created }), {
    code: 'PROOF_GENERATION_ERROR',
  });
});

t.test('a signer that answers with another key is found before anything leaves', async (t) => {
  const publicKey = publicKeyObject(issuerKey.publicKeyMultibase);
  const suites = ['eddsa-rdfc-2022'] as const;
  const good = checkedSigner({ signer, publicKey, timeoutMs: 5_000 });
  await t.resolves(signCredential({ credential: credential(), signer: good, suites, created }));
  const stranger = { ...newKey().signer, id: signer.id };
  const other = checkedSigner({ signer: stranger, publicKey, timeoutMs: 5_000 });
  await t.rejects(signCredential({ credential: credential(), signer: other, suites, created }), {
    code: 'PROOF_GENERATION_ERROR',
  });
});

t.test('the canonicalize handed in is used, once for the document of a set', async (t) => {
  let calls = 0;
  await signCredential({
    credential: credential(),
    signer,
    suites: ['Ed25519Signature2020', 'eddsa-rdfc-2022'],
    created,
    canonicalize: (document, options) => {
      calls += 1;
      return canonicalize(document, options);
    },
  });
  t.equal(calls, 3);
});
