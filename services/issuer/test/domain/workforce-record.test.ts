import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { checkClaims, credentialTypes } from '#catalogue/catalogue';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { recordToClaims } from '../../src/domain/workforce-record.ts';

const fixtures = new URL('../fixtures/dsp-api/', import.meta.url);
const samples = new URL('../../../../deploy/samples/ashmere/', import.meta.url);

function read(file: URL): JsonObject {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

function published(recordType: string): JsonObject {
  return read(new URL(`AddEmployeeRecordRequest${recordType}.json`, fixtures));
}

/** Published records with one member changed; undefined takes it out. */
function changed(recordType: string, change: Record<string, JsonValue | undefined>): JsonObject {
  const members = Object.entries({ ...published(recordType), ...change });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as JsonObject;
}

const expected: Record<string, string> = {
  RightToWork: 'RightToWorkCredential',
  DBSCheckOutcome: 'DbsCheckCredential',
  DBSCheckSupportingInformation: 'DbsSupportingInformationCredential',
  ProfessionalRegistration: 'ProfessionalRegistrationCredential',
  CoreSkillsTraining: 'InformationGovernanceDataSecurityCredential',
  Vaccination: 'HepatitisBCredential',
  ClinicalTest: 'DiphtheriaTetanusPolioCredential',
  Observation: 'TuberculosisCredential',
};

for (const [recordType, type] of Object.entries(expected)) {
  t.test(`the published ${recordType} record becomes a ${type}`, async (t) => {
    const mapped = recordToClaims(published(recordType));
    t.equal(mapped.type, type);
    t.same(checkClaims(mapped.type, mapped.claims), []);
  });

  t.test(
    `a ${recordType} record with a member that it does not have is refused by name`,
    async (t) => {
      t.throws(() => recordToClaims(changed(recordType, { 'shoe/size': '7' })), {
        code: 'UNKNOWN_TERM',
        errors: [{ pointer: '/record/shoe~1size', detail: /"shoe\/size"/ }],
      });
    },
  );
}

for (const name of ['CoreSkills', 'DBSCheckOutcome', 'ScreeningAndVaccination']) {
  t.test(`every record of the published ${name} answer becomes claims`, async (t) => {
    const { records } = read(new URL(`GetEmployeeRecordsResponse${name}.json`, fixtures));
    for (const record of records as JsonObject[]) {
      const mapped = recordToClaims(record);
      t.same(checkClaims(mapped.type, mapped.claims), [], mapped.type);
    }
  });
}

const files = readdirSync(new URL('records/', samples)).toSorted();

for (const file of files) {
  t.test(`the sample record ${file} becomes claims that pass the catalogue`, async (t) => {
    const record = read(new URL(`records/${file}`, samples));
    const { type, claims } = recordToClaims(record);
    t.same(checkClaims(type, claims), []);
    t.not(type, undefined);
  });
}

t.test('the samples are thirty, with every core skill once', async (t) => {
  t.equal(files.length, 30);
  const skills = files
    .map((file) => recordToClaims(read(new URL(`records/${file}`, samples))))
    .filter(({ claims }) => claims['competencyName'] !== undefined)
    .map(({ type, claims }) =>
      JSON.stringify([type, claims['subjectLevel'], claims['competencyName']]),
    );
  const variants = credentialTypes().flatMap(({ type, variants: all = [] }) =>
    all.map(({ subjectLevel, competencyName }) =>
      JSON.stringify([type, subjectLevel, competencyName]),
    ),
  );
  t.equal(variants.length, 24);
  t.same(skills.toSorted(), variants.toSorted());
});

t.test('the sample employee is the person of the sample records', async (t) => {
  const employee = read(new URL('employee.json', samples));
  const { claims } = recordToClaims(read(new URL('records/25-right-to-work.json', samples)));
  t.equal(claims['legalFirstName'], employee['firstName']);
  t.equal(claims['legalSurname'], employee['surname']);
  t.equal(claims['birthDate'], employee['birthDate']);
});

t.test('images are dropped', async (t) => {
  const record = published('RightToWork');
  t.ok(record['photograph'] && record['biometricPageImage'], 'the record has both');
  const { claims } = recordToClaims(record);
  t.notMatch(JSON.stringify(claims), /photograph|biometric|\/9j\//);
  t.equal(claims['gpg45Profile'], 'H1A');
});

t.test('booleans that were sent as text become booleans', async (t) => {
  const record = published('DBSCheckOutcome');
  t.equal(record['informationDisclosed'], 'false');
  const { claims } = recordToClaims(record);
  t.match(claims, {
    informationDisclosed: false,
    adultsBarredListChecked: true,
    childrensBarredListChecked: true,
  });
  t.throws(() => recordToClaims({ ...record, informationDisclosed: 'no' }), {
    code: 'CLAIMS_INVALID',
    errors: [{ pointer: '/record/informationDisclosed', detail: /true or false/ }],
  });
});

t.test('empty middle names are left out', async (t) => {
  const { claims } = recordToClaims(changed('DBSCheckOutcome', { applicantMiddleNames: '' }));
  t.notOk('applicantMiddleNames' in claims);
});

const GMC = 'General Medical Council';
const numbers: [sentence: string, professionalBody: string, sent: JsonValue, claimed: string][] = [
  ['a number becomes text', GMC, 1234567, '1234567'],
  ['a GMC number gets its leading zeros back', GMC, 137, '0000137'],
  ['text keeps its leading zeros', GMC, '0000137', '0000137'],
  ['a letter stays', GMC, 'L123456', 'L123456'],
  ['no zeros are added for other bodies', 'General Dental Council', 12345, '12345'],
  ['letters stay for other bodies', 'Health and Care Professions Council', 'OT000137', 'OT000137'],
];
for (const [sentence, professionalBody, registrationNumber, claimed] of numbers) {
  t.test(`registration numbers: ${sentence}`, async (t) => {
    const { claims } = recordToClaims(
      changed('ProfessionalRegistration', { professionalBody, registrationNumber }),
    );
    t.equal(claims['registrationNumber'], claimed);
  });
}

t.test('the spelling of a clinical interpretation is mended', async (t) => {
  const record = published('ClinicalTest');
  t.equal(record['interpretation'], 'Not Detected');
  const { claims } = recordToClaims(record);
  t.match(claims, {
    events: [{ recordType: 'ClinicalTest', code: 'DTP002', interpretation: 'Not detected' }],
  });
});

t.test('an observation that a YAML reader turned into a boolean is Yes or No', async (t) => {
  t.match(recordToClaims(changed('Observation', { result: true })).claims, {
    events: [{ result: 'Yes' }],
  });
  t.match(recordToClaims(changed('Observation', { result: false })).claims, {
    events: [{ result: 'No' }],
  });
});

t.test('a varicella code becomes varicella evidence', async (t) => {
  for (const code of ['VAR001', 'VZV002']) {
    t.equal(recordToClaims(changed('Vaccination', { code })).type, 'VaricellaCredential');
  }
});

t.test('one event claims no verdict, and a record no more than it says', async (t) => {
  t.notOk('evidenceSatisfied' in recordToClaims(published('Vaccination')).claims);
  t.notOk('rightToWorkBasis' in recordToClaims(published('RightToWork')).claims);
  t.notOk('registrationStatus' in recordToClaims(published('ProfessionalRegistration')).claims);
});

t.test(
  'commas, case and spaces do not hide a core skill, and its own name is claimed',
  async (t) => {
    const names = {
      subjectName: 'Equality Diversity  and human rights',
      competencyName: 'Equality, Diversity and Human Rights',
    };
    const { type, claims } = recordToClaims(changed('CoreSkillsTraining', names));
    t.equal(type, 'EqualityDiversityHumanRightsCredential');
    t.match(claims, {
      subjectName: 'Equality, Diversity and Human Rights',
      competencyName: 'Equality Diversity and Human Rights',
    });
  },
);

const refused: [
  sentence: string,
  recordType: string,
  change: Record<string, JsonValue | undefined>,
  pointer: string,
  detail: RegExp,
][] = [
  [
    'a vaccination code that is in no type',
    'Vaccination',
    { code: 'YFV001' },
    '/record/code',
    /DTP, HEPB, TB, VAR, VZV/,
  ],
  ['a code of another form', 'Vaccination', { code: 'HEPB' }, '/record/code', /three digits/],
  [
    'a date that does not exist',
    'Vaccination',
    { date: '2026-02-30' },
    '/record/date',
    /calendar date/,
  ],
  [
    'a vaccination without its date',
    'Vaccination',
    { date: undefined },
    '/record/date',
    /is missing/,
  ],
  [
    'a GPG 45 profile of another form',
    'RightToWork',
    { GPG45profile: 'high' },
    '/record/GPG45profile',
    /^GPG45profile is not/,
  ],
  [
    'a GPG 44 level that is not in the list',
    'DBSCheckSupportingInformation',
    { GPG44level: 'Top' },
    '/record/GPG44level',
    /^GPG44level must be one of/,
  ],
  [
    'a missing certificate number',
    'DBSCheckOutcome',
    { certificateNumber: undefined },
    '/record/certificateNumber',
    /is missing/,
  ],
  [
    'a short registered body number',
    'DBSCheckOutcome',
    { registeredBodyNumber: '1' },
    '/record/registeredBodyNumber',
    /11 digits/,
  ],
  [
    'a workforce that is not handled',
    'DBSCheckOutcome',
    { workforceType: 'Other' },
    '/record/workforceType',
    /one of/,
  ],
  [
    'a fraction as registration number',
    'ProfessionalRegistration',
    { registrationNumber: 12345.6 },
    '/record/registrationNumber',
    /GMC/,
  ],
  [
    'a registration that nobody looked up',
    'ProfessionalRegistration',
    { registrationCheckDate: undefined },
    '/record/registrationCheckDate',
    /is missing/,
  ],
  [
    'a subject that is no core skill',
    'CoreSkillsTraining',
    { subjectName: 'Juggling' },
    '/record/subjectName',
    /"Fire Safety"/,
  ],
  [
    'a level that the core skill does not have',
    'CoreSkillsTraining',
    { subjectLevel: '4' },
    '/record',
    /known together only as/,
  ],
  [
    'training that was not achieved',
    'CoreSkillsTraining',
    { attainmentStatus: 'STARTED' },
    '/record/attainmentStatus',
    /ACHIEVED/,
  ],
  [
    'an object as text',
    'CoreSkillsTraining',
    { learningMethod: { '@value': 'x' } },
    '/record/learningMethod',
    /must be text/,
  ],
  [
    'an unknown record type',
    'Vaccination',
    { recordType: 'constructor' },
    '/record/recordType',
    /one of: RightToWork/,
  ],
];
for (const [sentence, recordType, change, pointer, detail] of refused) {
  t.test(`${sentence} is refused`, async (t) => {
    t.doesNotThrow(() => recordToClaims(published(recordType)));
    t.throws(() => recordToClaims(changed(recordType, change)), {
      code: 'CLAIMS_INVALID',
      errors: [{ pointer, detail }],
    });
  });
}

t.test('a record that is no object is refused', async (t) => {
  for (const record of [null, 'RightToWork', [], 7, undefined]) {
    t.throws(() => recordToClaims(record), {
      code: 'CLAIMS_INVALID',
      errors: [{ pointer: '/record' }],
    });
  }
});

t.test('every fault of a record is told at once, and no value is repeated', async (t) => {
  const record = changed('DBSCheckOutcome', {
    certificateNumber: 'Jane-1',
    workforceType: 'Other',
    shoeSize: '7',
  });
  try {
    recordToClaims(record);
    t.fail('the record was accepted');
  } catch (error) {
    t.match(error, { code: 'UNKNOWN_TERM', errors: { length: 3 } });
    t.notMatch(JSON.stringify(error), /Jane/);
  }
});

t.test('the record is not altered', async (t) => {
  const record = published('DBSCheckOutcome');
  const before = structuredClone(record);
  recordToClaims(record);
  t.same(record, before);
});
