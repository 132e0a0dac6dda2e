import t from 'tap';
import type { JsonValue } from '#vc/data-model';
import { recordToClaims } from '../../src/domain/workforce-record.ts';
import { changed, published } from './records.ts';

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
    /DTP, HEPB, MMR, MEAS, RUB, FLU, COVID, TB, VAR, VZV/,
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
    'zero, which is what a number says that nobody filled in,',
    'ProfessionalRegistration',
    { registrationNumber: 0 },
    '/record/registrationNumber',
    /must be text/,
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
