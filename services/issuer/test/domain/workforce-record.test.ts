import t from 'tap';
import { checkClaims } from '#catalogue/catalogue';
import type { JsonValue } from '#vc/data-model';
import { recordToClaims } from '../../src/domain/workforce-record.ts';
import { changed, published } from './records.ts';

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

t.test('the record is not altered', async (t) => {
  const record = published('DBSCheckOutcome');
  const before = structuredClone(record);
  recordToClaims(record);
  t.same(record, before);
});
