import t from 'tap';
import { isJsonObject } from '#vc/data-model';
import { credentialTypes } from '../catalogue.ts';
import { changed } from './helper.ts';
import { entryOf, propertiesOf } from './traps-helper.ts';

const REGISTRATION = 'ProfessionalRegistrationCredential';
const formats: [body: string, good: string[], bad: string[]][] = [
  [
    'General Medical Council',
    ['0000001', '7654321', 'L123456'],
    ['123456', '12345678', 'l123456', 'LL23456', '0000001 ', '99Z9999Z'],
  ],
  [
    'Nursing and Midwifery Council',
    ['99Z9999Z', '01A0001A'],
    ['99Z9999', '9Z99999Z', '99z9999z', '99Z99999', '0000001'],
  ],
  [
    'Health and Care Professions Council',
    ['PH123456', 'PA00012', 'ODP12345', 'PYL012345', 'HAD1234', 'SL1'],
    ['PH1234567', 'XX12345', 'PHY12345', 'PH', '012345', 'ph12345', 'PH 12345'],
  ],
  ['General Dental Council', ['1', '012345', '123456', '12345D'], ['1234567', 'D12345', '']],
  ['General Pharmaceutical Council', ['2000001', '2999999'], ['1000001', '200001', '20000011']],
];

for (const [professionalBody, good, bad] of formats) {
  t.test(`a number of the ${professionalBody} is in its own format`, async (t) => {
    for (const registrationNumber of good) {
      t.same(changed(REGISTRATION, { professionalBody, registrationNumber }), []);
    }
    for (const registrationNumber of bad) {
      const problems = changed(REGISTRATION, { professionalBody, registrationNumber });
      const finding = { code: 'CLAIMS_INVALID', pointer: '/credentialSubject/registrationNumber' };
      t.match(problems, [finding], registrationNumber);
    }
  });
}

t.test('every body that the catalogue names has a format of its own', async (t) => {
  const body = propertiesOf(entryOf(REGISTRATION).schema).find(
    ([path]) => path === 'professionalBody',
  );
  const tried = formats.map(([professionalBody]) => professionalBody);
  t.same((body?.[1]['enum'] as string[] | undefined)?.toSorted(), tried.toSorted());
  for (const [professionalBody] of formats) {
    const change = { professionalBody, registrationNumber: '--' };
    t.match(changed(REGISTRATION, change), [{ code: 'CLAIMS_INVALID' }], professionalBody);
  }
});

const withZeros: [type: string, name: string, text: string, number: number][] = [
  [REGISTRATION, 'registrationNumber', '0000001', 1],
  ['DbsCheckCredential', 'certificateNumber', '000000000012', 12],
  ['DbsCheckCredential', 'registeredBodyNumber', '00000000012', 12],
  ['PrimaryEmploymentAssignmentCredential', 'esrAssignmentNumber', '00000001', 1],
  ['PrimaryEmploymentAssignmentCredential', 'vpd', '007', 7],
  ['PrimaryEmploymentAssignmentCredential', 'occupationCode', '011', 11],
  ['TemporaryAssignmentCredential', 'positionNumber', '000000001', 1],
  ['DbsSupportingInformationCredential', 'passportNumber', '000000001', 1],
  ['NewStarterInformationCredential', 'passportNumber', '000000001', 1],
  ['FireSafetyCredential', 'renewalPeriodNumber', '02', 2],
];
for (const [type, name, text, number] of withZeros) {
  t.test(`leading zeros of the ${name} of a ${type} stay, and a number is refused`, async (t) => {
    t.same(changed(type, { [name]: text }), []);
    t.match(changed(type, { [name]: number }), [
      { code: 'CLAIMS_INVALID', pointer: `/credentialSubject/${name}`, detail: /must be text/ },
    ]);
  });
}

t.test('no claim of any type is a JSON number', async (t) => {
  for (const { type, schema } of credentialTypes()) {
    for (const [path, property] of propertiesOf(schema)) {
      t.match(property['type'], /^(string|boolean|array|object)$/, `${type} ${path}`);
    }
  }
});

t.test('true or false as text is refused, wherever a claim is one of the two', async (t) => {
  let count = 0;
  for (const { type, schema, example } of credentialTypes()) {
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    for (const [name, property] of Object.entries(properties)) {
      if (!isJsonObject(property) || property['type'] !== 'boolean') continue;
      count += 1;
      t.same(changed(type, { [name]: example[name] }), []);
      for (const text of ['true', 'false', 'Yes', '']) {
        t.match(
          changed(type, { [name]: text }),
          [{ code: 'CLAIMS_INVALID', pointer: `/credentialSubject/${name}`, detail: /not text/ }],
          `${type} ${name}`,
        );
      }
    }
  }
  t.ok(count >= 15, `${count} claims were tried`);
});
