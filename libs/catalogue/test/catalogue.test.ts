import t from 'tap';
import { CREDENTIALS_V1_CONTEXT, type JsonObject } from '#vc/data-model';
import {
  checkClaims,
  checkCredentialSchema,
  credentialSchemaDocument,
  credentialTypes,
  findCredentialType,
  schemaUrl,
  trustFrameworkFor,
  typeIri,
} from '../catalogue.ts';
import { changed, credentialFor, exampleOf } from './helper.ts';

const BASE = '/credentialSubject';

for (const entry of credentialTypes()) {
  t.test(`the ${entry.type} example passes, alone and in a credential`, async (t) => {
    t.same(checkClaims(entry.type, entry.example), []);
    t.same(checkCredentialSchema(credentialFor(entry)), []);
    t.same(checkCredentialSchema(credentialFor(entry, CREDENTIALS_V1_CONTEXT)), []);
  });

  t.test(`a ${entry.type} says in plain English what its fields are`, async (t) => {
    for (const [name, field] of Object.entries(entry.fields)) {
      t.ok(field.label.length > 1 && field.description.length > 1, name);
    }
    for (const text of [entry.title, entry.description, entry.issuedBy, entry.provenance]) {
      t.ok(text.length > 1);
    }
    t.equal(entry.status, 'approved');
    t.match(entry.version, /^\d+\.\d+\.\d+$/);
  });

  t.test(`a ${entry.type} with a field that it does not have is refused by name`, async (t) => {
    t.match(checkClaims(entry.type, { ...entry.example, shoeSize: '7' }), [
      { code: 'UNKNOWN_TERM', pointer: `${BASE}/shoeSize`, detail: /"shoeSize"/ },
    ]);
  });
}

t.test('there are 24 levels and variants of core skills', async (t) => {
  const variants = credentialTypes().flatMap((entry) => entry.variants ?? []);
  t.equal(variants.length, 24);
  t.equal(credentialTypes().filter((entry) => entry.variants !== undefined).length, 11);
});

t.test('every fault is found at once', async (t) => {
  const problems = changed('DbsCheckCredential', {
    certificateNumber: '1',
    workforceType: 'Other',
    shoeSize: '7',
  });
  t.equal(problems.length, 3);
});

t.test('claims are not altered by the check', async (t) => {
  const claims = {
    ...exampleOf('DbsCheckCredential'),
    informationDisclosed: 'false',
    shoeSize: '7',
  };
  const before = structuredClone(claims);
  checkClaims('DbsCheckCredential', claims);
  t.same(claims, before);
});

t.test('a type that the catalogue does not have is named as such', async (t) => {
  t.match(checkClaims('toString', {}), [{ code: 'UNKNOWN_CREDENTIAL_TYPE', pointer: '/type' }]);
  t.equal(findCredentialType('__proto__'), undefined);
  t.throws(() => trustFrameworkFor('NoCredential', { organisationName: 'x', lastRefresh: 'x' }), {
    code: 'UNKNOWN_CREDENTIAL_TYPE',
  });
});

t.test('a credential that does not follow the schema it names is a SCHEMA_MISMATCH', async (t) => {
  const entry = findCredentialType('FireSafetyCredential');
  if (entry === undefined) throw new Error('the type is missing');
  const good = credentialFor(entry);
  const subject = good['credentialSubject'] as JsonObject;
  t.same(checkCredentialSchema(good), []);
  const broken: [JsonObject, string][] = [
    [
      { ...good, credentialSubject: { ...subject, dateLastAwarded: '2026-02-30' } },
      `${BASE}/dateLastAwarded`,
    ],
    [{ ...good, credentialSubject: { ...subject, shoeSize: '7' } }, `${BASE}/shoeSize`],
    [{ ...good, credentialSubject: entry.example }, `${BASE}/id`],
    [{ ...good, type: ['VerifiableCredential', 'ResuscitationCredential'] }, '/type'],
    [{ ...good, trustFramework: { origin: 'x' } }, '/trustFramework/assurancePolicy'],
    [
      {
        ...good,
        credentialSchema: { id: schemaUrl('FireSafetyCredential', '9.0.0'), type: 'JsonSchema' },
      },
      '/credentialSchema',
    ],
    [{ ...good, credentialSchema: [] }, '/credentialSchema'],
    [{ ...good, supersedes: 'https://x.example/older' }, '/supersedes'],
    [{ ...good, supersedes: [good['id'] ?? ''] }, '/supersedes'],
  ];
  for (const [credential, pointer] of broken) {
    const problems = checkCredentialSchema(credential);
    t.ok(problems.length > 0 && problems.every(({ code }) => code === 'SCHEMA_MISMATCH'), pointer);
    t.equal(problems[0]?.pointer, pointer);
  }
});

t.test('the published schema is at its own URL', async (t) => {
  const url = 'https://staffpassport.example/schemas/FireSafetyCredential/1.0.0';
  t.equal(credentialSchemaDocument('FireSafetyCredential', '1.0.0')?.['$id'], url);
  t.equal(credentialSchemaDocument('FireSafetyCredential', '2.0.0'), undefined);
  t.equal(
    typeIri('FireSafetyCredential'),
    'https://staffpassport.example/vocab#FireSafetyCredential',
  );
});

t.test('the trust framework block names the provider and the time', async (t) => {
  const options = {
    organisationName: 'Ashmere Teaching Hospitals Trust',
    lastRefresh: '2026-01-05T09:00:00Z',
  };
  t.match(trustFrameworkFor('FireSafetyCredential', options), {
    assuranceOutcome: 'CSTF applied',
    provider: 'Ashmere Teaching Hospitals Trust',
    lastRefresh: '2026-01-05T09:00:00Z',
  });
});
