import { createHash, createPrivateKey, sign } from 'node:crypto';
import t from 'tap';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import type { JsonObject } from '#vc/data-model';
import { createVerifyData } from '../verify-data.ts';
import { verifyProofs } from '../verify-proofs.ts';
import { canonicalizeJson, readJsonVector, readVector, verifying } from './vectors.ts';

const read = (part: string): string => readVector(`vc-di-eddsa/eddsa-jcs-2022/${part}`);
const readJson = (part: string): JsonObject => JSON.parse(read(part)) as JsonObject;

const signed = readJson('signedJCS.json');
const { proof: secured, ...document } = signed;
const proof = secured as JsonObject;
const proofConfig = readJson('proofConfigJCS.json');

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

t.test('eddsa-jcs-2022: the canonical document and its hash are the W3C’s', async (t) => {
  t.same(document, readJsonVector('vc-di-eddsa/unsigned.json'));
  const canonical = await canonicalizeJson(document);
  t.equal(canonical, read('canonDocJCS.txt'));
  t.equal(sha256(canonical), read('docHashJCS.txt'));
});

t.test(
  'eddsa-jcs-2022: the canonical proof configuration and its hash are the W3C’s',
  async (t) => {
    const canonical = await canonicalizeJson(proofConfig);
    t.equal(canonical, read('proofCanonJCS.txt'));
    t.equal(sha256(canonical), read('proofHashJCS.txt'));
  },
);

t.test('eddsa-jcs-2022: what is signed and the signature are the W3C’s', async (t) => {
  const verifyData = await createVerifyData({
    suite: 'eddsa-jcs-2022',
    proof,
    document,
    transform: canonicalizeJson,
    hash: 'sha256',
  });
  t.equal(verifyData.toString('hex'), read('combinedHashJCS.txt'));
  const { privateKeyMultibase } = readJsonVector('vc-di-eddsa/keyPair.json') as {
    privateKeyMultibase: string;
  };
  const seed = decodeBase58btc(privateKeyMultibase).subarray(2);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const signature = sign(null, verifyData, privateKey);
  t.equal(signature.toString('hex'), read('sigHexJCS.txt'));
  t.equal(encodeBase58btc(signature), read('sigBTC58JCS.txt'));
  t.equal(proof['proofValue'], read('sigBTC58JCS.txt'));
});

t.test('eddsa-jcs-2022: the W3C’s signed credential verifies', async (t) => {
  t.match(await verifyProofs(verifying(signed)), { verified: true, problems: [] });
});

t.test('eddsa-jcs-2022: the order of members does not count, every value does', async (t) => {
  const members = Object.entries(signed).toReversed();
  t.match(await verifyProofs(verifying(Object.fromEntries(members))), { verified: true });
  for (const [what, changed] of [
    ['a value', { ...signed, name: 'Alumni credential' }],
    ['a member', { ...signed, extra: null }],
    ['a proof option', { ...signed, proof: { ...proof, created: '2023-02-24T23:36:39Z' } }],
    ['a proof member', { ...signed, proof: { ...proof, nonce: 'x' } }],
    ['one value as a list', { ...signed, issuer: [document['issuer'] as string] }],
  ] as [string, JsonObject][]) {
    const result = await verifyProofs(verifying(changed));
    t.match(result, { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] }, what);
  }
});

t.test('eddsa-jcs-2022: a context that was added after signing is refused', async (t) => {
  t.match(await verifyProofs(verifying(signed)), { verified: true });
  const contexts = document['@context'] as string[];
  const added = 'https://w3id.org/security/data-integrity/v2';
  const changed = { ...signed, '@context': [...contexts, added] };
  t.match(await verifyProofs(verifying(changed)), {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR' }],
  });
});
