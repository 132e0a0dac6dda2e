import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import t from 'tap';
import { checkClaims, credentialTypes } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { claimsToRecords, recordToClaims } from '../../src/domain/workforce-record.ts';
import { workforceRecords } from './workforce-record-arbitraries.ts';

for (const [recordType, records] of Object.entries(workforceRecords)) {
  t.test(`any ${recordType} record comes back as it was, its slips mended`, async (t) => {
    const comesBack = fc.property(records, ({ record, mended }) => {
      const { type, claims } = recordToClaims(record);
      assert.deepEqual(checkClaims(type, claims), []);
      assert.deepEqual(claimsToRecords({ type, claims }), [mended]);
    });
    t.doesNotThrow(() => fc.assert(comesBack, { numRuns: 200 }));
  });

  t.test(`claims made of any ${recordType} record come back as they were`, async (t) => {
    const comeBack = fc.property(records, ({ record }) => {
      const made = recordToClaims(record);
      const again = claimsToRecords(made).map((one) => recordToClaims(one));
      assert.deepEqual(again, [made]);
    });
    t.doesNotThrow(() => fc.assert(comeBack, { numRuns: 200 }));
  });
}

/** What the format has no member for: the claims that only an issuer of claims can make. */
const ONLY_CLAIMS: Record<string, string[]> = {
  RightToWorkCredential: ['rightToWorkBasis', 'permissionEndDate', 'workRestrictions'],
  DbsSupportingInformationCredential: ['residentFrom', 'passportExpiryDate'],
  DbsCheckCredential: ['checkOutcome', 'updateServiceSubscribed'],
  ProfessionalRegistrationCredential: ['registrationStatus', 'conditionsOrWarnings'],
};

t.test('the example of each type that the format has keeps all that it can hold', async (t) => {
  const held = credentialTypes().filter(({ type, example: claims }) => {
    const records = claimsToRecords({ type, claims });
    if (records.length === 0) return false;
    const made = records.map((record) => recordToClaims(record));
    t.same(new Set(made.map((one) => one.type)), new Set([type]));
    const again = made.map((one) => one.claims);
    const expected = Array.isArray(claims['events']) ? eventsOf(claims) : [without(type, claims)];
    t.same(again.toSorted(byText), expected.toSorted(byText), type);
    return true;
  });
  t.ok(held.length >= 19, `${held.length} types have records`);
});

// the format has no date of an observation
function eventsOf({ targetDisease, events }: JsonObject) {
  return (events as JsonObject[]).map((event) => {
    const { date: _, ...undated } = event;
    return { targetDisease, events: [event['recordType'] === 'Observation' ? undated : event] };
  });
}

function without(type: string, claims: JsonObject) {
  const lost = ONLY_CLAIMS[type] ?? [];
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !lost.includes(name)));
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

t.test('a type that the format lacks has no records', async (t) => {
  for (const type of ['StaffIdentityCredential', 'PrimaryEmploymentAssignmentCredential']) {
    const claims = credentialTypes().find((one) => one.type === type)?.example ?? {};
    t.ok(Object.keys(claims).length > 0, 'it has claims');
    t.same(claimsToRecords({ type, claims }), []);
  }
  t.same(claimsToRecords({ type: 'constructor', claims: {} }), []);
});

t.test('a registration number is a number only when no digit is lost by it', async (t) => {
  const type = 'ProfessionalRegistrationCredential';
  for (const [text, out] of [
    ['1234567', 1_234_567],
    ['0000137', '0000137'],
    ['0', '0'],
    ['L123456', 'L123456'],
    ['12345D', '12345D'],
    ['99999999999999999999', '99999999999999999999'],
    ['1e3', '1e3'],
    ['', ''],
  ] as const) {
    const [record] = claimsToRecords({ type, claims: { registrationNumber: text } });
    t.equal(record?.['registrationNumber'], out);
  }
});

t.test('a health credential of three events is three records', async (t) => {
  const event = { code: 'HEPB001', description: 'Hepatitis B Vaccine' };
  const events = [
    { recordType: 'Vaccination', ...event, date: '2018-10' },
    { recordType: 'Vaccination', ...event, date: '2018-11' },
    { recordType: 'Observation', ...event, result: 'Yes', date: '2019' },
  ];
  const claims = { targetDisease: 'Hepatitis B', events };
  t.same(claimsToRecords({ type: 'HepatitisBCredential', claims }), [
    events[0],
    events[1],
    // the format has no date of an observation
    { recordType: 'Observation', ...event, result: 'Yes' },
  ]);
});
