import t from 'tap';
import { createVerifyData } from '../verify-data.ts';
import type { JsonObject } from '#vc/data-model';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import { createTransform } from '../transform.ts';
import { verifyProofs } from '../verify-proofs.ts';
import { canonicalize, readJsonVector, readVector, verifying } from './vectors.ts';

// The orders of the groups (SEC 2 §2.4.2 and §2.5.1).
const ORDERS = {
  256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

const vectors = [
  { name: 'P-256', bits: 256, hash: 'sha256', folder: 'ecdsa-rdfc-2019-p256/' },
  {
    name: 'P-256, employment authorization',
    bits: 256,
    hash: 'sha256',
    folder: 'ecdsa-rdfc-2019-p256/employ/',
  },
  { name: 'P-384', bits: 384, hash: 'sha384', folder: 'ecdsa-rdfc-2019-p384/' },
  {
    name: 'P-384, employment authorization',
    bits: 384,
    hash: 'sha384',
    folder: 'ecdsa-rdfc-2019-p384/employ/',
  },
] as const;

for (const { name, bits, hash, folder } of vectors) {
  const at = `vc-di-ecdsa/${folder}`;
  const signed = readJsonVector(`${at}signedECDSAP${bits}.json`);
  const { proof, ...document } = signed as { proof: JsonObject };
  const signature = decodeBase58btc(proof['proofValue'] as string);
  const half = bits / 8;
  const withSignature = (bytes: Uint8Array): JsonObject => ({
    ...signed,
    proof: { ...proof, proofValue: encodeBase58btc(bytes) },
  });

  t.test(`ecdsa-rdfc-2019, ${name}: what is signed is the W3C’s`, async (t) => {
    const verifyData = await createVerifyData({
      suite: 'ecdsa-rdfc-2019',
      proof,
      document,
      transform: createTransform(canonicalize, { hashAlgorithm: hash }),
      hash,
    });
    t.equal(verifyData.toString('hex'), readVector(`${at}combinedHashECDSAP${bits}.txt`));
  });

  t.test(`ecdsa-rdfc-2019, ${name}: the W3C’s signed credential verifies`, async (t) => {
    t.equal(signature.length, half * 2);
    const result = await verifyProofs(verifying(signed));
    t.match(result, { verified: true, problems: [] });
  });

  t.test(`ecdsa-rdfc-2019, ${name}: both values that S can have count`, async (t) => {
    const s = BigInt(`0x${Buffer.from(signature.subarray(half)).toString('hex')}`);
    const other = (ORDERS[bits] - s).toString(16).padStart(half * 2, '0');
    const bytes = Buffer.concat([signature.subarray(0, half), Buffer.from(other, 'hex')]);
    t.match(await verifyProofs(verifying(withSignature(bytes))), { verified: true });
  });

  t.test(
    `ecdsa-rdfc-2019, ${name}: a signature out of range or of another length fails`,
    async (t) => {
      t.match(await verifyProofs(verifying(signed)), { verified: true });
      const order = Buffer.from(ORDERS[bits].toString(16), 'hex');
      const zero = Buffer.alloc(half);
      const [r, s] = [signature.subarray(0, half), signature.subarray(half)];
      for (const [what, bytes] of [
        ['R zero', Buffer.concat([zero, s])],
        ['S zero', Buffer.concat([r, zero])],
        ['all zero', Buffer.concat([zero, zero])],
        ['R of the order', Buffer.concat([order, s])],
        ['S of the order', Buffer.concat([r, order])],
        ['R and S exchanged', Buffer.concat([s, r])],
        ['short', signature.subarray(1)],
        ['long', Buffer.concat([signature, Buffer.alloc(1)])],
      ] as const) {
        const result = await verifyProofs(verifying(withSignature(bytes)));
        t.match(
          result,
          { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] },
          what,
        );
      }
    },
  );

  t.test(`ecdsa-rdfc-2019, ${name}: a changed document or proof fails`, async (t) => {
    t.match(await verifyProofs(verifying(signed)), { verified: true });
    for (const changed of [
      { ...signed, name: 'Another' },
      { ...signed, proof: { ...proof, created: '2023-02-24T23:36:39Z' } },
      { ...signed, proof: { ...proof, cryptosuite: 'eddsa-rdfc-2022' } },
      { ...signed, proof: { ...proof, cryptosuite: 'eddsa-jcs-2022' } },
    ]) {
      const result = await verifyProofs(verifying(changed));
      t.match(result, { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] });
    }
  });
}
