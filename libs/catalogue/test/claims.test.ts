import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { Problem } from '#vc/error';
import { toProblems } from '../problems.ts';
import { changed, exampleOf } from './helper.ts';

const BASE = '/credentialSubject';

const GMC = 'General Medical Council';
const numbers: [body: string, good: string[], bad: string[]][] = [
  [GMC, ['0000001', 'L123456'], ['123456', '12345678', 'l123456', '99Z9999Z']],
  ['Nursing and Midwifery Council', ['99Z9999Z'], ['0000001', '99z9999z']],
  ['Health and Care Professions Council', ['PH1', 'OT000123'], ['000123', 'PH1234567']],
  ['General Dental Council', ['012345'], ['PH1']],
  ['General Pharmaceutical Council', ['2000001'], ['1000001', '200001']],
];
for (const [professionalBody, good, bad] of numbers) {
  t.test(`a registration number is in the format of the ${professionalBody}`, async (t) => {
    for (const registrationNumber of good) {
      const change = { professionalBody, registrationNumber };
      t.same(changed('ProfessionalRegistrationCredential', change), [], registrationNumber);
    }
    for (const registrationNumber of bad) {
      const problems = changed('ProfessionalRegistrationCredential', {
        professionalBody,
        registrationNumber,
      });
      const finding = { code: 'CLAIMS_INVALID', pointer: `${BASE}/registrationNumber` };
      t.match(problems, [finding], registrationNumber);
      t.notMatch(JSON.stringify(problems), registrationNumber, 'the value is not repeated');
    }
  });
}

const refused: [
  sentence: string,
  type: string,
  change: Record<string, unknown>,
  pointer: string,
  detail: RegExp,
][] = [
  [
    '30 February',
    'DbsCheckCredential',
    { disclosureIssueDate: '2026-02-30' },
    '/disclosureIssueDate',
    /real calendar date/,
  ],
  [
    '29 February of a common year',
    'StaffIdentityCredential',
    { birthDate: '1995-02-29' },
    '/birthDate',
    /real calendar date/,
  ],
  [
    'a partial date of birth',
    'StaffIdentityCredential',
    { birthDate: '1995-02' },
    '/birthDate',
    /calendar date/,
  ],
  [
    'a registration number that is a number',
    'ProfessionalRegistrationCredential',
    { registrationNumber: 1234567 },
    '/registrationNumber',
    /must be text/,
  ],
  [
    'a certificate number that lost its zeros',
    'DbsCheckCredential',
    { certificateNumber: '1234567890' },
    '/certificateNumber',
    /12 digits/,
  ],
  [
    'a registered body number of ten digits',
    'DbsCheckCredential',
    { registeredBodyNumber: '0123456789' },
    '/registeredBodyNumber',
    /11 digits/,
  ],
  [
    'a workforce that is not handled',
    'DbsCheckCredential',
    { workforceType: 'Other' },
    '/workforceType',
    /one of: Child, Adult/,
  ],
  [
    'a boolean written as text',
    'DbsCheckCredential',
    { informationDisclosed: 'false' },
    '/informationDisclosed',
    /true or false, not text/,
  ],
  [
    'a missing certificate number',
    'DbsCheckCredential',
    { certificateNumber: undefined },
    '/certificateNumber',
    /is missing/,
  ],
  [
    'an identity that was not verified',
    'RightToWorkCredential',
    { identityVerified: false },
    '/identityVerified',
    /must be true/,
  ],
  [
    'low confidence for a right to work',
    'RightToWorkCredential',
    { gpg45Profile: 'L1A' },
    '/gpg45Profile',
    /medium/,
  ],
  [
    'a time-limited permission without its end',
    'RightToWorkCredential',
    { rightToWorkBasis: 'TimeLimitedPermission', permissionEndDate: undefined },
    '/permissionEndDate',
    /is missing/,
  ],
  [
    'a level that the skill does not have',
    'ResuscitationCredential',
    { subjectLevel: '2' },
    '',
    /known together only as/,
  ],
  [
    'a competency of another skill',
    'ResuscitationCredential',
    { competencyName: 'Fire Safety' },
    '',
    /known together only as/,
  ],
  [
    'a subject of another type',
    'FireSafetyCredential',
    { subjectName: 'Resuscitation' },
    '/subjectName',
    /must be "Fire Safety"/,
  ],
  [
    'health evidence without an event',
    'HepatitisBCredential',
    { events: [] },
    '/events',
    /at least 1/,
  ],
  [
    'an empty name',
    'StaffIdentityCredential',
    { legalSurname: '' },
    '/legalSurname',
    /not be empty/,
  ],
  [
    'a value object in place of text',
    'StaffIdentityCredential',
    { legalSurname: { '@value': 'Marsh' } },
    '/legalSurname',
    /must be text/,
  ],
  [
    'a JSON-LD keyword as text',
    'StaffIdentityCredential',
    { legalSurname: '@type' },
    '/legalSurname',
    /JSON-LD keyword/,
  ],
  [
    'a JSON-LD keyword within text',
    'StaffIdentityCredential',
    { legalSurname: '{"@id": "x"}' },
    '/legalSurname',
    /JSON-LD keyword/,
  ],
  [
    'a control character',
    'StaffIdentityCredential',
    { legalSurname: 'Ma\u0000rsh' },
    '/legalSurname',
    /control character/,
  ],
];
for (const [sentence, type, change, pointer, detail] of refused) {
  t.test(`${sentence} is refused in a ${type}`, async (t) => {
    t.same(changed(type, {}), []);
    t.match(changed(type, change), [
      { code: 'CLAIMS_INVALID', pointer: `${BASE}${pointer}`, detail },
    ]);
    t.equal(changed(type, change).length, 1, 'and nothing else is wrong');
  });
}

for (const keyword of ['@context', '@id', '@type', '@value', '@graph']) {
  t.test(`the JSON-LD keyword ${keyword} is not a claim, at any depth`, async (t) => {
    t.match(changed('StaffIdentityCredential', { [keyword]: 'x' }), [
      { code: 'UNKNOWN_TERM', pointer: `${BASE}/${keyword}` },
    ]);
    const events = [
      { ...(exampleOf('HepatitisBCredential')['events'] as JsonObject[])[0], [keyword]: 'x' },
    ];
    t.match(changed('HepatitisBCredential', { events }), [
      { code: 'UNKNOWN_TERM', pointer: `${BASE}/events/0/${keyword}` },
    ]);
  });
}

for (const member of [
  'photograph',
  'passportNumber',
  'drivingLicenceNumber',
  'biometricPageImage',
]) {
  t.test(`an identity credential has no ${member}`, async (t) => {
    t.match(changed('StaffIdentityCredential', { [member]: '000000001' }), [
      { code: 'UNKNOWN_TERM' },
    ]);
  });
}

t.test('middle names are optional', async (t) => {
  t.same(changed('StaffIdentityCredential', { middleNames: undefined }), []);
  t.same(changed('DbsCheckCredential', { applicantMiddleNames: undefined }), []);
});

t.test('the date of a health event is as exact as it is known', async (t) => {
  const event = { recordType: 'Vaccination', code: 'HEPB001', description: 'Hepatitis B Vaccine' };
  for (const date of ['2019', '2019-05', '2019-05-14', '2024-02-29']) {
    t.same(changed('HepatitisBCredential', { events: [{ ...event, date }] }), [], date);
  }
  for (const date of ['19', '2019-13', '2019-5', '2026-02-30', '2019-05-14T00:00:00Z', '']) {
    const problems = changed('HepatitisBCredential', { events: [{ ...event, date }] });
    t.match(problems, [{ code: 'CLAIMS_INVALID', pointer: `${BASE}/events/0/date` }], date);
  }
});

t.test('an event has what its kind has', async (t) => {
  const event = { code: 'TB001', description: 'BCG Scar Evident' };
  const events = (one: object): Problem[] =>
    changed('TuberculosisCredential', { events: [{ ...event, ...one }] });
  t.same(events({ recordType: 'Observation', result: 'Yes' }), []);
  t.match(events({ recordType: 'Observation', result: 'Maybe' }), [
    { pointer: `${BASE}/events/0/result` },
  ]);
  t.match(events({ recordType: 'Observation' }), [{ pointer: `${BASE}/events/0/result` }]);
  t.match(events({ recordType: 'Vaccination' }), [{ pointer: `${BASE}/events/0/date` }]);
  t.match(events({ recordType: 'ClinicalTest', date: '2024' }), [
    { pointer: `${BASE}/events/0/interpretation` },
  ]);
});

t.test('a body full of mistakes does not buy an answer many times its size', async (t) => {
  const one = changed('TuberculosisCredential', { events: [{}] });
  t.ok(one.length > 2 && one.length < 10);
  for (const change of [
    { events: Array.from({ length: 5000 }, () => ({})) },
    { events: Array.from({ length: 5000 }, () => ({ description: '@id' })) },
    Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`claim${index}`, '@type'])),
  ]) {
    const problems = changed('TuberculosisCredential', change);
    t.ok(problems.length > 50);
    t.ok(JSON.stringify(problems).length < 50_000);
  }
});

t.test('Errors of a schema never become no finding', async (t) => {
  const error = {
    instancePath: '/level',
    keyword: 'const',
    params: { allowedValue: '1' },
  };
  const options = {
    base: '',
    subject: 'X',
    codes: { unknown: 'UNKNOWN_TERM', other: 'CLAIMS_INVALID' },
  } as const;
  const other = { ...error, schemaPath: '#/properties/level/const' };
  const tried = { ...error, schemaPath: '#/allOf/0/anyOf/0/properties/level/const' };
  t.equal(toProblems([other, tried], options).length, 1, 'what anyOf tried repeats another error');
  t.match(toProblems([tried], options), [{ code: 'CLAIMS_INVALID', pointer: '/level' }]);
  t.same(toProblems([], options), []);
});
