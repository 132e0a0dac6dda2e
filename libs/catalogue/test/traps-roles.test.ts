import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { credentialTypes, trustFrameworkFor } from '../catalogue.ts';
import { changed } from './helper.ts';
import { entryOf, propertiesOf } from './traps-helper.ts';

const OPTIONS = {
  organisationName: 'Ashmere Teaching Hospitals Trust',
  lastRefresh: '2026-01-05T09:00:00Z',
};

t.test('a DBS check has no end, and none is suggested', async (t) => {
  const type = 'DbsCheckCredential';
  const { schema, example, trustFramework, rendering } = entryOf(type);
  t.same(changed(type, {}), []);
  const names = propertiesOf(schema).map(([path]) => path);
  t.same(
    names.filter((name) => /end|expir|until|dateTo|renew|review/i.test(name)),
    [],
  );
  t.notMatch(JSON.stringify([example, trustFramework, rendering]), /valid|expir|until/i);
  for (const name of ['expiryDate', 'endDate', 'validUntil', 'dateTo']) {
    t.match(changed(type, { [name]: '2028-06-03' }), [
      { code: 'UNKNOWN_TERM', pointer: `/credentialSubject/${name}` },
    ]);
  }
});

t.test('a DBS check covers children, adults or both, never another workforce', async (t) => {
  const type = 'DbsCheckCredential';
  for (const workforceType of ['Child', 'Adult', 'Child and Adult', undefined]) {
    t.same(changed(type, { workforceType }), []);
  }
  for (const workforceType of ['Other', 'Other Workforce', 'Adult and Child', 'adult']) {
    t.match(changed(type, { workforceType }), [
      { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/workforceType' },
    ]);
  }
});

t.test('a pay scale is marked as pay, and its holder may always withhold it', async (t) => {
  const found = credentialTypes().flatMap(({ type, schema, fields, alwaysDisclosed }) =>
    propertiesOf(schema)
      .filter(([path]) => /pay(?!ment)|salary|band/i.test(path))
      .map(([path]) => [type, path, fields[path]?.sensitivity, alwaysDisclosed.includes(path)]),
  );
  t.same(found, [['PrimaryEmploymentAssignmentCredential', 'payScale', 'pay', false]]);
});

t.test('an occupational health clearance has no room for a diagnosis', async (t) => {
  const type = 'OccupationalHealthClearanceCredential';
  t.same(changed(type, {}), []);
  const { schema, mayIssue } = entryOf(type);
  const free = propertiesOf(schema).filter(
    ([, one]) => one['type'] === 'string' && !one['enum'] && one['format'] !== 'date',
  );
  t.same(
    free.map(([path]) => path),
    ['occupationalHealthProvider'],
    'only the name of the service is free text',
  );
  t.same(mayIssue, ['occupational-health']);
  for (const name of ['diagnosis', 'reason', 'notes', 'adjustments', 'restrictions', 'basis']) {
    t.match(changed(type, { [name]: 'words' }), [
      { code: 'UNKNOWN_TERM', pointer: `/credentialSubject/${name}` },
    ]);
  }
  t.match(changed(type, { clearanceStatus: 'Fit, but has a bad back' }), [
    { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/clearanceStatus' },
  ]);
});

t.test('every health claim is marked as health, and results can be withheld', async (t) => {
  const types = credentialTypes().filter(({ mayIssue }) =>
    mayIssue.includes('occupational-health'),
  );
  t.equal(types.length, 8);
  for (const { type, fields, alwaysDisclosed } of types) {
    for (const [name, { sensitivity }] of Object.entries(fields)) {
      if (name !== 'occupationalHealthProvider') t.equal(sensitivity, 'health', `${type} ${name}`);
      if (/events|basis|Ivs$|epp|renal/.test(name)) t.notOk(alwaysDisclosed.includes(name), name);
    }
  }
});

t.test('new starter information is what the person says, and says so', async (t) => {
  const type = 'NewStarterInformationCredential';
  const { mayIssue, schema, alwaysDisclosed, example } = entryOf(type);
  t.same(mayIssue, ['self-declared']);
  t.match(trustFrameworkFor(type, OPTIONS), {
    origin: 'Self',
    verificationMethod: 'Self-declared',
    pedigree: 'Self-declared',
  });
  const declared = credentialTypes().filter(
    (one) =>
      one.mayIssue.includes('self-declared') || one.trustFramework.pedigree === 'Self-declared',
  );
  t.same(
    declared.map((one) => one.type),
    [type],
    'nothing else is self-declared',
  );
  t.same(
    [schema['required'], alwaysDisclosed],
    [[], []],
    'every field is the choice of the person',
  );
  for (const name of Object.keys(example)) {
    const others = Object.keys(example).filter((one) => one !== name);
    const without = Object.fromEntries(others.map((one) => [one, undefined]));
    t.same(changed(type, without), [], `${name} alone`);
  }
  const nothing = Object.fromEntries(Object.keys(example).map((one) => [one, undefined]));
  t.match(changed(type, nothing), [{ code: 'CLAIMS_INVALID', detail: /at least one field/ }]);
});

t.test('people who are named in what somebody else holds are third parties', async (t) => {
  const { fields } = entryOf('NewStarterInformationCredential');
  t.equal(fields['emergencyContacts']?.sensitivity, 'third-party');
  const assignment = entryOf('TemporaryAssignmentCredential').fields;
  for (const name of ['departmentContactName', 'hrContact', 'approvedBy']) {
    t.equal(assignment[name]?.sensitivity, 'third-party', name);
  }
});

t.test('the host issues a temporary assignment, the employer an employment', async (t) => {
  const type = 'TemporaryAssignmentCredential';
  const { mayIssue, trustFramework, alwaysDisclosed } = entryOf(type);
  t.same(mayIssue, ['host']);
  t.equal(trustFramework.origin, 'Host organisation');
  t.ok(alwaysDisclosed.includes('licenceToAttend'));
  t.same(entryOf('PrimaryEmploymentAssignmentCredential').mayIssue, ['employer']);
  t.same(changed(type, {}), []);
  for (const name of ['hostOdsCode', 'permanentEmployerOdsCode', 'licenceToAttend']) {
    t.match(changed(type, { [name]: undefined }), [
      { code: 'CLAIMS_INVALID', pointer: `/credentialSubject/${name}`, detail: /is missing/ },
    ]);
  }
});

t.test('an access key is for signing in only', async (t) => {
  const type = 'AccessKeyCredential';
  t.same(changed(type, {}), []);
  const issuedFor = (entryOf(type).schema['properties'] as JsonObject)['issuedFor'] as JsonObject;
  t.same(issuedFor['enum'], ['EmployeePortalLogin']);
  for (const purpose of ['ProofOfEmployment', 'EmployeePortalLogin ', '', undefined]) {
    t.match(changed(type, { issuedFor: purpose }), [
      { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/issuedFor' },
    ]);
  }
  for (const name of ['jobTitle', 'legalSurname', 'staffGroup', 'employingOrganisation']) {
    t.match(changed(type, { [name]: 'words' }), [{ code: 'UNKNOWN_TERM' }], name);
  }
});

t.test('a right to work without a time limit has no end and no restriction', async (t) => {
  const type = 'RightToWorkCredential';
  t.same(changed(type, { rightToWorkBasis: 'TimeLimitedPermission' }), []);
  for (const rightToWorkBasis of ['BritishOrIrishCitizen', 'SettledOrIndefinite', undefined]) {
    const free = { rightToWorkBasis, permissionEndDate: undefined, workRestrictions: undefined };
    t.same(changed(type, free), []);
    t.match(changed(type, { ...free, permissionEndDate: '2029-08-07' }), [
      { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/permissionEndDate' },
    ]);
  }
});

t.test(
  'an outcome for exposure-prone work says that there are restrictions, also when they are withheld',
  async (t) => {
    const type = 'OccupationalHealthClearanceCredential';
    const work = (clearanceStatus: string, eppClearance: string, roleCategory = 'Clinical EPP') =>
      changed(type, { clearanceStatus, eppClearance, roleCategory });
    t.same(work('Fit', 'EPP cleared'), []);
    t.same(work('Fit with adjustments', 'EPP cleared with restrictions'), []);
    t.same(work('Temporarily not fit', 'Non-EPP only'), []);
    t.same(work('Fit', 'Non-EPP only', 'Clinical non-EPP'), []);
    for (const [status, epp] of [
      ['Fit', 'EPP cleared with restrictions'],
      ['Fit', 'Non-EPP only'],
      ['Fit', 'Not applicable'],
      ['Fit with adjustments', 'Non-EPP only'],
    ] as const) {
      t.match(work(status, epp), [
        { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/eppClearance' },
      ]);
    }
  },
);
