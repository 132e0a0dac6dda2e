import type { Test } from 'tap';
import type { SuiteClient } from '../helper.ts';
import { readJsonVector } from '../../../libs/proofs/test/vectors.ts';
import {
  DATA_INTEGRITY,
  problemOf,
  type Secured,
  type SignOptions,
  signWith,
  V2,
} from '../signed-credentials.ts';

/** The documents that the W3C published with the specifications. */
const VECTORS: Readonly<Record<string, string>> = {
  'eddsa-rdfc-2022 ed25519': 'vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json',
  'eddsa-jcs-2022 ed25519': 'vc-di-eddsa/eddsa-jcs-2022/signedJCS.json',
  'Ed25519Signature2020 ed25519': 'vc-di-eddsa/Ed25519Signature2020/signedEdSig.json',
  'ecdsa-rdfc-2019 P-256': 'vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json',
  'ecdsa-rdfc-2019 P-384': 'vc-di-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json',
};

const YEAR = 31_536_000_000;
const SECOND = /\.\d+Z$/;
const at = (time: number) => new Date(time).toISOString().replace(SECOND, 'Z');

/** What a verifier has to accept of a suite. */
export async function verifying(t: Test, client: SuiteClient, secured: Secured): Promise<void> {
  const accepts = async (t: Test, options: Partial<SignOptions>) => {
    const answer = await client.verify(await signWith({ ...secured, ...options }));
    t.equal(answer.status, 200, answer.text);
    t.same(answer.body, { verified: true });
  };
  await t.test('credentials of both versions of the data model verify', async (t) => {
    await accepts(t, {});
    await accepts(t, { version: '1.1' });
  });
  await t.test('a proof does not have to say when it was made', (t) =>
    accepts(t, { proof: { created: undefined } }),
  );
  await t.test('a proof may be a year old', (t) =>
    accepts(t, { proof: { created: at(Date.now() - YEAR) } }),
  );
  await t.test('times have any offset, and without one they are read as UTC', async (t) => {
    await accepts(t, { proof: { created: '2026-01-01T05:00:00+05:00' } });
    await accepts(t, { proof: { created: '2026-01-01T00:00:00' } });
    await accepts(t, { proof: { expires: at(Date.now() + YEAR).replace('Z', '') } });
  });
  await t.test('a proof may have an id, an end, a nonce and a domain', (t) =>
    accepts(t, {
      proof: {
        id: 'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544',
        expires: at(Date.now() + YEAR),
        ...(secured.suite !== 'Ed25519Signature2020' && { nonce: 'n-1' }),
        domain: 'verifier.example',
      },
    }),
  );
  await t.test('an issuer is named by a DID, or by any URL', async (t) => {
    await accepts(t, { change: { issuer: 'https://issuer.example/1' } });
    await accepts(t, { change: { issuer: { id: 'https://issuer.example/1', name: 'One' } } });
  });
  await t.test('the W3C’s own document verifies, and a changed one does not', async (t) => {
    const vector = readJsonVector(VECTORS[`${secured.suite} ${secured.kind}`] as string);
    const whole = await client.verify(vector);
    t.equal(whole.status, 200, whole.text);
    const changed = await client.verify({ ...vector, name: 'Another name' });
    t.equal(changed.status, 400);
    t.equal(problemOf(changed), 'PROOF_VERIFICATION_ERROR');
  });
  if (secured.suite === 'eddsa-jcs-2022') {
    await t.test('further contexts may follow those of a proof over JSON', async (t) => {
      const signed = await signWith(secured);
      const examples = 'https://www.w3.org/ns/credentials/examples/v2';
      const more = await client.verify({ ...signed, '@context': [V2, examples] });
      t.equal(more.status, 200, more.text);
      const inline = await client.verify({ ...signed, '@context': [V2, { a: 'urn:x:a' }] });
      t.equal(inline.status, 200, inline.text);
      const contexts = [V2, DATA_INTEGRITY];
      const before = await signWith({ ...secured, change: { '@context': contexts } });
      t.equal((await client.verify(before)).status, 200);
      t.equal((await client.verify({ ...before, '@context': [V2] })).status, 400);
    });
  }
}
