import * as fc from 'fast-check';
import { credentialTypes } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';

/** A record as a workforce system may send it, and the same with the format's own slips mended. */
export interface Sent {
  record: JsonObject;
  mended: JsonObject;
}

const DAY_MS = 86_400_000;
const LAST_DAY = 30_000;

const day = fc
  .integer({ min: 0, max: LAST_DAY })
  .map((days) => new Date(days * DAY_MS).toISOString().slice(0, 10));
const partialDay = fc
  .tuple(day, fc.constantFrom(4, 7, 10))
  .map(([date, length]) => date.slice(0, length));
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz\'-. 0123456789éßŁ&<>"';
const words = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...LETTERS.split('')), minLength: 1, maxLength });
const digits = (length: number) => matching('0123456789', length);
const matching = (from: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...from.split('')), minLength: length, maxLength: length });
const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const CAPITALS_AND_DIGITS = `${CAPITALS}0123456789`;

/** A member's value: what it is, and what it may be sent as. */
type Member = fc.Arbitrary<{ sent: unknown; meant: unknown }>;
const plain = (value: fc.Arbitrary<unknown>): Member =>
  value.map((sent) => ({ sent, meant: sent }));
/** the published examples write booleans as text */
const flag: Member = fc
  .tuple(fc.boolean(), fc.boolean())
  .map(([meant, asText]) => ({ sent: asText ? String(meant) : meant, meant }));
const always: Member = fc.constantFrom(true, 'true').map((sent) => ({ sent, meant: true }));
const image: Member = words(50).map((sent) => ({ sent, meant: undefined }));
const middleNames: Member = fc
  .option(words(100), { nil: '' })
  .map((sent) => ({ sent, meant: sent === '' ? undefined : sent }));

function record(
  recordType: string,
  required: Record<string, Member>,
  optional: Record<string, Member> = {},
): fc.Arbitrary<Sent> {
  const requiredKeys = Object.keys(required);
  return fc.record({ ...required, ...optional }, { requiredKeys }).map((members) => {
    const take = (which: 'sent' | 'meant') =>
      Object.entries(members)
        .map(([name, value]) => [name, value?.[which]] as const)
        .filter(([, value]) => value !== undefined);
    return {
      record: { recordType, ...Object.fromEntries(take('sent')) },
      mended: { recordType, ...Object.fromEntries(take('meant')) },
    };
  });
}

const identity = {
  legalFirstName: plain(words(100)),
  legalSurname: plain(words(100)),
  birthDate: plain(day),
  identityVerified: always,
  evidenceCheckedBy: plain(fc.constantFrom('Example Identity Checks Ltd', 'Second Checks B.V.')),
  dateOfIdCheck: plain(day),
  GPG45profile: plain(
    fc
      .tuple(fc.constantFrom('M', 'H', 'V'), fc.constantFrom('1', '2'), matching(CAPITALS, 1))
      .map((parts) => parts.join('')),
  ),
};

const rightToWork = record(
  'RightToWork',
  {
    ...identity,
    identityDocumentExpiryDate: plain(day),
    biometricPageImage: image,
    photograph: image,
  },
  { middleNames },
);

const dbsSupport = record(
  'DBSCheckSupportingInformation',
  {
    ...identity,
    currentAddressVerified: flag,
    subjectId: plain(fc.uuid()),
  },
  {
    middleNames,
    currentAddress: plain(
      fc.array(words(30), { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n')),
    ),
    dateOfAddressCheck: plain(day),
    GPG44level: plain(fc.constantFrom('Low', 'Medium', 'High', 'Very high')),
    passportNumber: plain(matching(CAPITALS_AND_DIGITS, 9)),
    passportBirthDate: plain(day),
    passportNationality: plain(words(50)),
    passportIssuingCountry: plain(matching(CAPITALS, 3)),
    passportIssueDate: plain(day),
    drivingLicenceNumber: plain(matching(CAPITALS_AND_DIGITS, 16)),
    drivingLicenceBirthDate: plain(day),
    drivingLicenceType: plain(fc.constantFrom('Photocard', 'Paper')),
    drivingLicenceValidFrom: plain(day),
    drivingLicenceCountry: plain(matching(CAPITALS, 3)),
  },
);

const dbsOutcome = record(
  'DBSCheckOutcome',
  {
    applicantFirstName: plain(words(100)),
    // the format demands it, so people without one have it empty, in and out
    applicantMiddleNames: plain(fc.option(words(100), { nil: '' })),
    applicantSurname: plain(words(100)),
    applicantDateOfBirth: plain(day),
    typeOfDbsCheck: plain(
      fc.constantFrom(
        'Basic check',
        'Standard check',
        'Enhanced check',
        'Enhanced with barred list(s) check',
      ),
    ),
    adultsBarredListChecked: flag,
    childrensBarredListChecked: flag,
    certificateNumber: plain(digits(12)),
    disclosureIssueDate: plain(day),
    informationDisclosed: flag,
    registeredBodyNumber: plain(digits(11)),
    registeredBodyName: plain(words(100)),
  },
  { workforceType: plain(fc.constantFrom('Child', 'Adult', 'Child and Adult')) },
);

/** Each body's numbers: as the register has them, and as a number where a sender made one of it. */
const registrationNumber = fc.oneof(
  numbers('General Medical Council', digits(7), (text) => Number(text) || text),
  numbers(
    'General Medical Council',
    digits(6).map((six) => `L${six}`),
  ),
  numbers('General Dental Council', fc.integer({ min: 1, max: 999_999 }).map(String), Number),
  numbers('General Dental Council', digits(6)),
  numbers(
    'General Pharmaceutical Council',
    digits(6).map((six) => `2${six}`),
    Number,
  ),
  numbers(
    'Health and Care Professions Council',
    fc.tuple(fc.constantFrom('PH', 'OT', 'ODP', 'PYL'), digits(6)).map((parts) => parts.join('')),
  ),
  numbers(
    'Nursing and Midwifery Council',
    fc
      .tuple(digits(2), matching(CAPITALS, 1), digits(4), matching(CAPITALS, 1))
      .map((parts) => parts.join('')),
  ),
);

function numbers(
  body: string,
  text: fc.Arbitrary<string>,
  asNumber?: (text: string) => number | string,
) {
  return fc.tuple(text, fc.boolean()).map(([number, numeric]) => ({
    body,
    sent: numeric && asNumber !== undefined ? asNumber(number) : number,
    // a number only where no digit is lost by it
    meant: /^[1-9][0-9]*$/.test(number) ? Number(number) : number,
  }));
}

const registration = fc
  .tuple(
    record(
      'ProfessionalRegistration',
      { registrationCheckDate: plain(day) },
      { registrationDate: plain(day), expiryDate: plain(day), revalidationDate: plain(day) },
    ),
    registrationNumber,
  )
  .map(([{ record: rest, mended }, { body: professionalBody, sent, meant }]) => ({
    record: { ...rest, professionalBody, registrationNumber: sent },
    mended: { ...mended, professionalBody, registrationNumber: meant },
  }));

const skills = credentialTypes().flatMap(({ subjectName = '', variants = [] }) =>
  variants.map((variant) => ({ subjectName, ...variant })),
);
const framework = (name: fc.Arbitrary<string>) => ({
  competencyFramework: plain(name),
  attainmentStatus: plain(fc.constant('ACHIEVED')),
  awardingOrganisation: plain(fc.constantFrom('ZZA01', 'ZZB02', 'ZZC03')),
  dateLastAwarded: plain(day),
});
const course = {
  renewalPeriodNumber: plain(fc.integer({ min: 1, max: 99 }).map(String)),
  renewalPeriodUnits: plain(fc.constantFrom('Year', 'Years', 'Month', 'Months')),
  proficiencyLevel: plain(fc.constantFrom('0 - Not Assessed', '1 - Assessed')),
  learningMethod: plain(words(50)),
  dateTo: plain(day),
};
const coreSkill = fc
  .tuple(
    record('CoreSkillsTraining', framework(fc.constantFrom('CSTF', 'MAND')), course),
    fc.constantFrom(...skills),
    fc.boolean(),
  )
  .map(([{ record: rest, mended }, skill, shouted]) => ({
    // training systems differ in case, commas and spaces
    record: {
      ...rest,
      ...skill,
      ...(shouted && { subjectName: skill.subjectName.replaceAll(' ', '  ').toUpperCase() }),
    },
    mended: { ...mended, ...skill },
  }));
const otherTraining = record(
  'CoreSkillsTraining',
  {
    ...framework(fc.constant('MAND')),
    subjectName: plain(words(50).map((name) => `Course in ${name}`)),
    competencyName: plain(words(50)),
    subjectLevel: plain(fc.constantFrom('1', '2', '3')),
  },
  course,
);

const prefixes = credentialTypes().flatMap(({ codePrefixes = [] }) => codePrefixes);
const event = {
  code: plain(
    fc.tuple(fc.constantFrom(...prefixes), digits(3)).map(([prefix, number]) => prefix + number),
  ),
  description: plain(words(100)),
};
const vaccination = record('Vaccination', { ...event, date: plain(partialDay) });
const clinicalTest = record(
  'ClinicalTest',
  {
    ...event,
    date: plain(partialDay),
    // its examples write it with a capital, its list does not
    interpretation: fc
      .constantFrom('Detected', 'Not detected', 'Not Detected', 'Equivocal')
      .map((sent) => ({ sent, meant: sent === 'Not Detected' ? 'Not detected' : sent })),
  },
  { result: plain(words(50)) },
);
const observation = record('Observation', {
  ...event,
  // to a YAML 1.1 reader its unquoted Yes and No are booleans
  result: fc
    .constantFrom<unknown>('Yes', 'No', true, false)
    .map((sent) => ({ sent, meant: sent === true ? 'Yes' : sent === false ? 'No' : sent })),
});

/** Every record type of the format, with all that its schema allows and systems really send. */
export const workforceRecords: Record<string, fc.Arbitrary<Sent>> = {
  RightToWork: rightToWork,
  DBSCheckSupportingInformation: dbsSupport,
  DBSCheckOutcome: dbsOutcome,
  ProfessionalRegistration: registration,
  'CoreSkillsTraining (core skill)': coreSkill,
  'CoreSkillsTraining (other mandatory training)': otherTraining,
  Vaccination: vaccination,
  ClinicalTest: clinicalTest,
  Observation: observation,
};
