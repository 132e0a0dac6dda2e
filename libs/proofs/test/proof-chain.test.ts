import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { chainProof, signCredential } from '../add-proof.ts';
import {
  CREATED,
  credential,
  issuerKey,
  newKey,
  signedTwice,
  verifyCredential,
  withProof,
} from './helper.ts';

const FIRST = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const SECOND = 'urn:uuid:00000000-0000-4000-8000-000000000002';
const CHAINED = 'urn:uuid:00000000-0000-4000-8000-000000000003';
const notary = newKey();

async function chained(previousProof: string | string[] = [FIRST, SECOND]): Promise<JsonObject> {
  return chainProof({
    document: await signedTwice(),
    signer: notary.signer,
    previousProof,
    created: CREATED,
    proofId: CHAINED,
  });
}

const proofsOf = (document: JsonObject): JsonObject[] => document['proof'] as JsonObject[];

t.test('a chain is good over a proof of either suite, and over both', async (t) => {
  for (const previousProof of [FIRST, SECOND, [FIRST, SECOND]]) {
    const document = await chained(previousProof);
    t.match(proofsOf(document)[2], { id: CHAINED, previousProof, proofPurpose: 'assertionMethod' });
    t.match(await verifyCredential(document), { verified: true, proofs: { length: 3 } });
  }
});

t.test('a chain on a chain is good', async (t) => {
  const document = await chainProof({
    document: await chained(FIRST),
    signer: issuerKey.signer,
    previousProof: CHAINED,
    created: CREATED,
  });
  t.match(await verifyCredential(document), { verified: true, proofs: { length: 4 } });
});

t.test('a chain whose named proof was changed or re-signed is bad', async (t) => {
  const document = await chained(SECOND);
  t.match(await verifyCredential(document), { verified: true });
  const resigned = await signCredential({
    credential: credential(),
    signer: newKey().signer,
    suites: ['Ed25519Signature2020', 'eddsa-rdfc-2022'],
    created: CREATED,
    proofIds: [FIRST, SECOND],
  });
  const replaced = withProof(document, 1, (resigned.proof as JsonObject[])[1] as JsonObject);
  const { verified, proofs } = await verifyCredential(replaced);
  t.equal(verified, false);
  t.match(proofs, [{ verified: true }, { verified: true }, { verified: false }]);
});

t.test('a chain is bad once the document has changed', async (t) => {
  const { verified, proofs } = await verifyCredential({ ...(await chained()), name: 'Another' });
  t.equal(verified, false);
  t.match(proofs, [{ verified: false }, { verified: false }, { verified: false }]);
});

t.test('a dangling chain is bad', async (t) => {
  const document = await chained(SECOND);
  const without = { ...document, proof: proofsOf(document).filter(({ id }) => id !== SECOND) };
  const { verified, proofs } = await verifyCredential(without);
  t.equal(verified, false);
  t.match(proofs[1], {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR', pointer: '/proof/1' }],
  });
});

t.test('a chain that names itself, runs in a circle, or names nothing is bad', async (t) => {
  const document = await chained(SECOND);
  const refused = [
    withProof(document, 2, { previousProof: CHAINED }),
    withProof(document, 1, { previousProof: CHAINED }),
    withProof(document, 2, { previousProof: [] }),
    withProof(document, 2, { previousProof: [SECOND, SECOND] }),
    withProof(document, 2, { previousProof: 7 }),
    withProof(document, 0, { id: SECOND }),
  ];
  for (const broken of refused) {
    const { verified, proofs } = await verifyCredential(broken);
    t.equal(verified, false);
    t.match(proofs[2], { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] });
  }
});

t.test('only a DataIntegrityProof can be chained', async (t) => {
  const result = await verifyCredential(
    withProof(await signedTwice(), 0, { previousProof: SECOND }),
  );
  t.match(result, { verified: false, problems: [{ detail: /DataIntegrityProof/ }] });
});

t.test('a chain taken off leaves a set that is good by itself', async (t) => {
  const document = await chained();
  const set = { ...document, proof: proofsOf(document).slice(0, 2) };
  t.match(await verifyCredential(set), { verified: true });
});

t.test('a chain over a proof that is not there is not made', async (t) => {
  await t.rejects(chained('urn:uuid:00000000-0000-4000-8000-000000000009'), {
    code: 'PROOF_GENERATION_ERROR',
  });
  await t.rejects(chained([]), { code: 'PROOF_GENERATION_ERROR' });
});
