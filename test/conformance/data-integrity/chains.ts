import type { Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import { createTestKey, secure, type TestKey } from '../../../services/verifier/test/suites.ts';
import type { SuiteClient } from '../helper.ts';
import { problemOf, proofOf, type Secured, signWith, unsigned } from '../signed-credentials.ts';

const FIRST = 'urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544';
const SECOND = 'urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54';

/** Data Integrity 1.0 §2.1.1, §2.1.2 and §4.5. */
export async function chains(t: Test, client: SuiteClient, secured: Secured): Promise<void> {
  const { suite, kind } = secured;
  const issuer = createTestKey(kind);
  const witness = createTestKey(kind);
  const document = unsigned(issuer.did, suite);
  const prove = async (
    key: TestKey,
    options: Record<string, unknown>,
    named: JsonObject[] = [],
  ) => {
    const over: JsonObject = named.length === 0 ? document : { ...document, proof: named };
    return proofOf(await secure(over, { suite, key, created: Date.now(), options }));
  };
  const accepts = async (t: Test, proof: JsonObject[]) => {
    const answer = await client.verify({ ...document, proof });
    t.equal(answer.status, 200, answer.text);
  };
  const refuses = async (t: Test, proof: JsonObject[], code = 'PROOF_VERIFICATION_ERROR') => {
    const answer = await client.verify({ ...document, proof });
    t.equal(answer.status, 400);
    t.equal(problemOf(answer), code, answer.text);
  };
  const first = await prove(issuer, { id: FIRST });

  await t.test('a set of proofs verifies, whatever their order and keys', async (t) => {
    const second = await prove(witness, {});
    await accepts(t, [first]);
    await accepts(t, [first, second]);
    await accepts(t, [second, first]);
    await accepts(t, [first, await prove(issuer, { id: SECOND })]);
  });
  await t.test('a set of which one proof is bad, or none is the issuer’s, does not', async (t) => {
    const second = await prove(witness, {});
    await refuses(t, [second], 'INVALID_VERIFICATION_METHOD');
    await refuses(t, [first, { ...second, created: '2025-01-01T00:00:00Z' }]);
    await refuses(t, [first, { ...second, cryptosuite: 'unknown-suite-2017' }]);
    const another = proofOf(await signWith({ ...secured, key: witness }));
    await refuses(t, [first, another]);
  });
  await t.test('a chain verifies by an id or a list of ids', async (t) => {
    await accepts(t, [first, await prove(witness, { previousProof: FIRST }, [first])]);
    await accepts(t, [first, await prove(witness, { previousProof: [FIRST] }, [first])]);
    const second = await prove(issuer, { id: SECOND, previousProof: FIRST }, [first]);
    const third = await prove(witness, { previousProof: [FIRST, SECOND] }, [first, second]);
    await accepts(t, [first, second, third]);
  });
  await t.test('a chain whose previous proof is not there does not verify', async (t) => {
    const missing = 'urn:uuid:00000000-0000-4000-8000-000000000000';
    await accepts(t, [first, await prove(witness, { previousProof: FIRST }, [first])]);
    for (const previousProof of [missing, [missing], [FIRST, missing], [], '', 456321, [7]]) {
      const named = previousProof === missing ? [] : [first];
      // what is not a URL can not be signed over as RDF
      const second = await prove(witness, { previousProof: FIRST }, named);
      await refuses(t, [first, { ...second, previousProof }]);
    }
    const onlyNamed = await prove(witness, { previousProof: missing });
    await refuses(t, [first, onlyNamed]);
  });
  await t.test('a chain whose previous proof is bad does not verify', async (t) => {
    const second = await prove(witness, { id: SECOND, previousProof: FIRST }, [first]);
    await accepts(t, [first, second]);
    await refuses(t, [{ ...first, proofValue: 'invalidProofValue' }, second]);
    await refuses(t, [first, { ...second, id: FIRST.replace('2', '3') }]);
    await refuses(t, [await prove(issuer, { id: FIRST, created: '2025-01-01T00:00:00Z' }), second]);
  });
  await t.test('a proof that names another without covering it does not verify', async (t) => {
    await refuses(t, [first, await prove(witness, { previousProof: FIRST })]);
  });
}
