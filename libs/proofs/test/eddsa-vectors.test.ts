import { createHash, createPrivateKey } from 'node:crypto';
import t from 'tap';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import type { Credential, JsonObject } from '#vc/data-model';
import { signCredential } from '../add-proof.ts';
import { createEd25519Signer } from '../signer.ts';
import { createSuite, type ProofSuite } from '../suites.ts';
import { createTransform } from '../transform.ts';
import { createVerifyData } from '../verify-data.ts';
import { verifyProofs } from '../verify-proofs.ts';
import { canonicalize, readJsonVector, readVector, verifying } from './vectors.ts';

const folder = 'vc-di-eddsa/';
const read = (file: string): string => readVector(folder + file);
const readJson = (file: string): JsonObject => readJsonVector(folder + file);

const CREATED = '2023-02-24T23:36:38Z';
const transform = createTransform(canonicalize, {});

// Multicodec ed25519-priv (0x1300 as varint), then the seed.
const keyPair = readJson('keyPair.json') as {
  publicKeyMultibase: string;
  privateKeyMultibase: string;
};
const seed = decodeBase58btc(keyPair.privateKeyMultibase).subarray(2);
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
const signer = createEd25519Signer({
  id: `did:key:${keyPair.publicKeyMultibase}#${keyPair.publicKeyMultibase}`,
  privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
});
const vectors: {
  name: string;
  suite: ProofSuite;
  unsigned: string;
  at: (part: string) => string;
}[] = [
  {
    name: 'Ed25519Signature2020',
    suite: 'Ed25519Signature2020',
    unsigned: 'unsigned.json',
    at: (part) => `Ed25519Signature2020/${part}EdSig`,
  },
  {
    name: 'eddsa-rdfc-2022',
    suite: 'eddsa-rdfc-2022',
    unsigned: 'unsigned.json',
    at: (part) => `eddsa-rdfc-2022/${part}DataInt`,
  },
  {
    name: 'eddsa-rdfc-2022, employment authorization',
    suite: 'eddsa-rdfc-2022',
    unsigned: 'employmentAuth.json',
    at: (part) => `eddsa-rdfc-2022/employ/${part}DataInt`,
  },
];

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

for (const { name, suite, unsigned, at } of vectors) {
  const signed = readJson(`${at('signed')}.json`);
  const { proof, ...document } = signed as { proof: JsonObject };
  const proofConfig = readJson(`${at('proofConfig')}.json`);

  t.test(`${name}: the canonical document and its hash are the W3C's`, async (t) => {
    const canonical = await transform(document);
    t.equal(canonical, read(`${at('canonDoc')}.txt`));
    t.equal(sha256(canonical), read(`${at('docHash')}.txt`));
  });

  t.test(`${name}: the canonical proof configuration and its hash are the W3C's`, async (t) => {
    const canonical = await transform(proofConfig);
    t.equal(canonical, read(`${at('proofCanon')}.txt`));
    t.equal(sha256(canonical), read(`${at('proofHash')}.txt`));
  });

  t.test(`${name}: what is signed and the signature are the W3C's`, async (t) => {
    const verifyData = await createSuite(suite, { transform }).createVerifyData({
      document,
      proof,
    });
    t.equal(Buffer.from(verifyData).toString('hex'), read(`${at('combinedHash')}.txt`));
    const checked = await createVerifyData({ suite, document, proof, transform, hash: 'sha256' });
    t.same(checked, Buffer.from(verifyData), 'what is verified is what the library signs');
    const signature = await signer.sign({ data: verifyData });
    t.equal(Buffer.from(signature).toString('hex'), read(`${at('sigHex')}.txt`));
    t.equal(encodeBase58btc(signature), read(`${at('sigBTC58')}.txt`));
  });

  t.test(`${name}: signing the W3C's credential gives the W3C's signed credential`, async (t) => {
    const credential = readJson(unsigned) as Credential;
    const made = await signCredential({
      credential,
      signer,
      suites: [suite],
      created: CREATED,
      canonicalize,
    });
    t.same(made, signed);
  });

  t.test(`${name}: the W3C's signed credential verifies`, async (t) => {
    const result = await verifyProofs(verifying(signed));
    t.match(result, { verified: true, problems: [], proofs: [{ created: CREATED }] });
  });
}

t.test('the product does not know the contexts of the vectors', async (t) => {
  for (const file of ['eddsa-rdfc-2022/signedDataInt.json', 'eddsa-jcs-2022/signedJCS.json']) {
    const document = readJson(file);
    t.match(await verifyProofs(verifying(document)), { verified: true });
    const ours = { canonicalize: undefined, canonicalizeJson: undefined };
    const result = await verifyProofs(verifying(document, ours));
    t.match(result, { verified: false, problems: [{ code: 'CONTEXT_NOT_ALLOWED' }] }, file);
  }
});
