import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { checkCredentialSchema } from '#catalogue/catalogue';
import { publicKeyObject } from '#did/keys';
import { verifyProofs } from '#proofs/verify-proofs';
import type { JsonObject, VerifiableCredential } from '#vc/data-model';
import { START, TYPE } from './fakes.ts';
import { buildReady, CLAIMS, mintBody, mintOnce } from './helper.ts';

function verify(document: JsonObject, verificationMethod: string) {
  const publicKeyMultibase = verificationMethod.split('#')[1] ?? '';
  return verifyProofs({
    document,
    purpose: 'assertionMethod',
    now: START,
    resolveVerificationMethod: async (id) => ({
      id,
      controller: id.split('#')[0] ?? '',
      publicKeyMultibase,
      publicKey: publicKeyObject(publicKeyMultibase),
    }),
  });
}

t.test('typed claims become a credential that verifies and follows its schema', async (test) => {
  const issuer = await buildReady(test);
  const answer = await mintOnce(issuer);
  test.equal(answer.statusCode, 201);
  const { verifiableCredential } = answer.json<{ verifiableCredential: VerifiableCredential }>();
  test.equal(
    answer.headers.location,
    `/credentials/${(verifiableCredential['id'] as string).slice(9)}`,
  );
  test.match(verifiableCredential, {
    '@context': [
      'https://www.w3.org/ns/credentials/v2',
      'https://staffpassport.example/contexts/v1',
      'https://w3id.org/security/suites/ed25519-2020/v1',
    ],
    type: ['VerifiableCredential', TYPE],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    validFrom: '2026-11-22T16:00:00Z',
    credentialSubject: { id: issuer.wallet.did, ...CLAIMS },
    trustFramework: { provider: 'Ashmere Teaching Hospitals Trust' },
    credentialSchema: { id: `https://staffpassport.example/schemas/${TYPE}/1.0.0` },
    credentialStatus: [
      { statusPurpose: 'revocation', statusListIndex: '0' },
      { statusPurpose: 'suspension', statusListIndex: '0' },
    ],
    proof: {
      type: 'Ed25519Signature2020',
      created: '2026-11-22T16:00:00Z',
      verificationMethod: issuer.key.verificationMethod,
    },
  });
  test.same(checkCredentialSchema(verifiableCredential), []);
  const result = await verify(verifiableCredential, issuer.key.verificationMethod);
  test.equal(result.verified, true, JSON.stringify(result.problems));
});

t.test(
  'what is committed is what was answered, with its digest, key, index and requester',
  async (test) => {
    const issuer = await buildReady(test);
    const answer = await mintOnce(issuer);
    const [row] = await issuer.admin('select * from issuer.credentials');
    test.equal(answer.body, `{"verifiableCredential":${String(row?.['document'])}}`);
    const digest = createHash('sha256').update(String(row?.['document'])).digest();
    test.ok(digest.equals(row?.['digest'] as Buffer));
    test.match(row, {
      ods_code: 'ZZA01',
      employee_id: 'E-1',
      holder_did: issuer.wallet.did,
      catalogue_version: '1.0.0',
      list_index: 0,
      requested_by: 'client-ZZA01',
      status: 'active',
    });
    const events = await issuer.admin(
      `select event from issuer.audit where event like '%credential.issued%'`,
    );
    test.equal(events.length, 1);
    test.match(events[0]?.['event'], String(row?.['id']));
  },
);

t.test('a workforce record becomes a credential', async (test) => {
  const issuer = await buildReady(test);
  const record = JSON.parse(
    readFileSync(
      new URL('./fixtures/dsp-api/AddEmployeeRecordRequestRightToWork.json', import.meta.url),
      'utf8',
    ),
  ) as JsonObject;
  const answer = await mintOnce(issuer, { employeeId: 'E-1', record });
  test.equal(answer.statusCode, 201, answer.body);
  test.equal(answer.json().verifiableCredential.type[1], 'RightToWorkCredential');
});

t.test('logs hold no claim, no DID of a person and no employee id', async (test) => {
  const issuer = await buildReady(test);
  await mintOnce(issuer, mintBody({ employeeId: 'E-CANARY' }));
  await mintOnce(issuer, mintBody({ claims: { ...CLAIMS, subjectName: 'CANARY' } }));
  await mintOnce(issuer);
  test.ok(issuer.logs.length > 2);
  test.notMatch(issuer.logs.join(''), /CANARY|E-1|did:key|Fire Safety/);
});
