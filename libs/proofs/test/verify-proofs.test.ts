import * as fc from 'fast-check';
import t from 'tap';
import { canonicalize } from '#json-ld/canonicalize';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import {
  CREATED,
  credential,
  didDocument,
  ISSUER,
  issuerKey,
  loginKey,
  newKey,
  resolveVerificationMethod,
  signedBy,
  signedPresentation,
  signedTwice,
  verifyCredential,
  verifyPresentation,
  withProof,
} from './helper.ts';

t.test('a proof set is good when every proof is', async (t) => {
  const { verified, proofs, problems } = await verifyCredential(await signedTwice());
  t.equal(verified, true);
  t.same(problems, []);
  t.match(proofs, [
    { proof: { type: 'Ed25519Signature2020' }, verified: true },
    { proof: { type: 'DataIntegrityProof' }, verified: true },
  ]);
  const { publicKeyMultibase, signer } = issuerKey;
  const found = { verificationMethod: signer.id, controller: ISSUER, publicKeyMultibase };
  t.match(proofs, [found, { ...found, created: CREATED }]);
});

t.test('a tampered proof beside a good one makes the set bad', async (t) => {
  const signed = await signedTwice();
  const [first, second] = signed.proof as JsonObject[];
  for (const [bad, good] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const other = (bad === 0 ? second : first)?.['proofValue'] as string;
    const result = await verifyCredential(withProof(signed, bad, { proofValue: other }));
    t.equal(result.verified, false);
    t.equal(result.proofs[good]?.verified, true);
    t.match(result.proofs[bad], {
      verified: false,
      problems: [{ code: 'PROOF_VERIFICATION_ERROR', pointer: `/proof/${bad}` }],
    });
  }
});

t.test('no proof, an empty set and a set of nonsense are bad', async (t) => {
  const signed = await signedBy(issuerKey);
  t.match(await verifyCredential(signed), { verified: true });
  t.match(await verifyCredential({ ...signed, proof: [] }), {
    verified: false,
    problems: [{ code: 'PROOF_MISSING' }],
  });
  t.match(await verifyCredential(credential()), {
    verified: false,
    problems: [{ code: 'PROOF_MISSING' }],
  });
  for (const proof of [
    null,
    'proof',
    7,
    [signed.proof as JsonObject, null],
    [[signed.proof as JsonObject]],
    {},
  ]) {
    t.match(await verifyCredential({ ...signed, proof }), { verified: false });
  }
});

t.test('more proofs than a document may have are refused before any is checked', async (t) => {
  const signed = await signedBy(issuerKey);
  const proof = Array.from({ length: 9 }, () => signed.proof as JsonObject);
  t.match(await verifyCredential({ ...signed, proof }), {
    verified: false,
    problems: [{ code: 'TOO_COMPLEX' }],
  });
});

t.test('a changed claim, context order or member makes the signature not fit', async (t) => {
  const signed = await signedTwice();
  t.match(await verifyCredential(signed), { verified: true });
  for (const changes of [
    { name: 'Advanced life support' },
    { validFrom: '2026-11-22T16:00:01Z' },
    { credentialSubject: { id: ISSUER } },
    { description: 'added' },
  ]) {
    const { verified, problems } = await verifyCredential({ ...signed, ...changes });
    t.equal(verified, false);
    t.match(problems, [{ code: 'PROOF_VERIFICATION_ERROR' }, { code: 'PROOF_VERIFICATION_ERROR' }]);
  }
});

t.test('an unknown term added to a signed credential is found, not dropped', async (t) => {
  const { verified, problems } = await verifyCredential({
    ...(await signedTwice()),
    shoeSize: '43',
  });
  t.equal(verified, false);
  t.match(problems, [{ code: 'UNKNOWN_TERM', pointer: '/shoeSize' }]);
});

t.test('a key that is listed for another purpose only is refused', async (t) => {
  t.match(await verifyCredential(await signedBy(issuerKey)), { verified: true });
  t.match(await verifyCredential(await signedBy(loginKey)), {
    verified: false,
    problems: [{ code: 'INVALID_VERIFICATION_METHOD' }],
  });
});

t.test('a key of another controller is named as such, and not found under this one', async (t) => {
  const stranger = newKey();
  const result = await verifyCredential(await signedBy(stranger));
  t.match(result, {
    verified: true,
    proofs: [{ controller: `did:key:${stranger.publicKeyMultibase}` }],
  });
  t.match(await verifyCredential(await signedBy(newKey(ISSUER))), {
    verified: false,
    problems: [{ code: 'INVALID_VERIFICATION_METHOD' }],
  });
});

t.test('a proof of one key under the name of another does not fit', async (t) => {
  const signed = await signedBy(newKey());
  const renamed = withProof(signed, 0, { verificationMethod: issuerKey.signer.id });
  t.match(await verifyCredential(renamed), {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR' }],
  });
});

t.test('a key whose document cannot be fetched leaves the proof unknown', async (t) => {
  const signed = await signedBy(newKey('did:web:elsewhere.example'));
  t.match(await verifyCredential(signed), {
    verified: false,
    problems: [{ code: 'DID_NOT_FOUND' }],
  });
});

t.test('a verification method that is not a DID URL is refused', async (t) => {
  const signed = await signedBy(issuerKey);
  for (const verificationMethod of [
    'https://passport.northmoor.example/key',
    ISSUER,
    { id: issuerKey.signer.id },
    7,
  ]) {
    t.match(await verifyCredential(withProof(signed, 0, { verificationMethod })), {
      verified: false,
      problems: [{ code: /^INVALID_(DID_URL|VERIFICATION_METHOD)$/ }],
    });
  }
});

t.test('a credential put into a signed presentation breaks its proof', async (t) => {
  const signed = await signedPresentation({ verifiableCredential: [await signedTwice()] });
  t.match(await verifyPresentation(signed), { verified: true });
  const swapped = { ...signed, verifiableCredential: [await signedBy(issuerKey)] };
  t.match(await verifyPresentation(swapped), {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR' }],
  });
});

t.test('a document over the limits is a finding', async (t) => {
  const signed = await signedBy(issuerKey);
  const description = Array.from({ length: 2_001 }, (_, index) => `line ${index}`);
  t.match(await verifyCredential({ ...signed, description }), {
    verified: false,
    problems: [{ code: 'TOO_COMPLEX' }],
  });
});

t.test(
  'the canonicalize handed in is used, once for a document that several proofs cover',
  async (t) => {
    const documents: JsonObject[] = [];
    const signed = await signedTwice();
    const counted: typeof canonicalize = (document, options) => {
      documents.push(document);
      return canonicalize(document, options);
    };
    t.match(await verifyCredential(signed, { canonicalize: counted }), { verified: true });
    t.equal(documents.filter(({ id }) => id === signed['id']).length, 1);
    t.equal(documents.length, 3);
  },
);

t.test('an unexpected failure is not mistaken for a finding', async (t) => {
  const signed = await signedBy(issuerKey);
  await t.rejects(verifyCredential(signed, { canonicalize: broken }), /a fault of ours/);
  await t.rejects(
    verifyCredential(signed, { resolveVerificationMethod: broken }),
    /a fault of ours/,
  );
});

t.test('a document that there was no time for is not found bad', async (t) => {
  const signed = await signedBy(issuerKey);
  t.match(await verifyCredential(signed), { verified: true });
  await t.rejects(verifyCredential(signed, { canonicalize: busy }), {
    code: 'SERVICE_UNAVAILABLE',
  });
});

t.test('verifying changes neither the document nor the resolver’s', async (t) => {
  const signed = await signedTwice();
  const before = structuredClone([signed, didDocument]);
  await verifyCredential(Object.freeze(signed));
  t.same([signed, didDocument], before);
  t.match(await resolveVerificationMethod(issuerKey.signer.id, 'assertionMethod'), {
    controller: ISSUER,
  });
});

t.test('no changed character anywhere in a signed credential goes unnoticed', async (t) => {
  const signed = JSON.stringify(await signedTwice());
  const positions = fc.integer({ min: 0, max: signed.length - 1 });
  const property = fc.asyncProperty(
    positions,
    fc.integer({ min: 0, max: 6 }),
    async (position, bit) => {
      const flipped = String.fromCharCode(signed.charCodeAt(position) ^ (1 << bit));
      const text = signed.slice(0, position) + flipped + signed.slice(position + 1);
      const document = parse(text);
      return document === undefined || !(await verifyCredential(document)).verified;
    },
  );
  await t.resolves(fc.assert(property, { numRuns: 300 }));
});

const broken = () => Promise.reject(new TypeError('a fault of ours'));
const busy = () => Promise.reject(new VcError('SERVICE_UNAVAILABLE', 'send it again'));

function parse(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}
