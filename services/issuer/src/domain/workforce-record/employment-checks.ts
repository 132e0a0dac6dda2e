import type { JsonObject } from '#vc/data-model';
import { booleanOf, type RecordFormat, renamed, same } from './record-format.ts';

const IDENTITY_CHECK = {
  ...same('legalFirstName', 'middleNames', 'legalSurname', 'birthDate'),
  ...same('identityVerified', 'evidenceCheckedBy', 'dateOfIdCheck'),
  GPG45profile: 'gpg45Profile',
};

// GMC reference numbers have seven digits, and the format's number type loses their leading zeros.
const GENERAL_MEDICAL_COUNCIL = 'General Medical Council';
const GMC_DIGITS = 7;

/** The employment checks: one credential type for each record type. */
export const employmentCheckFormats: Record<string, RecordFormat> = {
  RightToWork: check({
    type: 'RightToWorkCredential',
    members: {
      ...IDENTITY_CHECK,
      identityDocumentExpiryDate: 'identityDocumentExpiryDate',
      // Images stay in the employer's file: they are never signed.
      biometricPageImage: null,
      photograph: null,
    },
    booleans: ['identityVerified'],
    emptyWhenNone: ['middleNames'],
  }),
  DBSCheckSupportingInformation: check({
    type: 'DbsSupportingInformationCredential',
    members: {
      ...IDENTITY_CHECK,
      GPG44level: 'gpg44Level',
      ...same('currentAddress', 'currentAddressVerified', 'dateOfAddressCheck', 'subjectId'),
      ...same('passportNumber', 'passportBirthDate', 'passportNationality'),
      ...same('passportIssuingCountry', 'passportIssueDate'),
      ...same('drivingLicenceNumber', 'drivingLicenceBirthDate', 'drivingLicenceType'),
      ...same('drivingLicenceValidFrom', 'drivingLicenceCountry'),
    },
    booleans: ['identityVerified', 'currentAddressVerified'],
    emptyWhenNone: ['middleNames'],
  }),
  DBSCheckOutcome: check({
    type: 'DbsCheckCredential',
    members: {
      ...same(
        'applicantFirstName',
        'applicantMiddleNames',
        'applicantSurname',
        'applicantDateOfBirth',
      ),
      ...same('typeOfDbsCheck', 'adultsBarredListChecked', 'childrensBarredListChecked'),
      ...same('certificateNumber', 'disclosureIssueDate', 'informationDisclosed', 'workforceType'),
      ...same('registeredBodyNumber', 'registeredBodyName'),
    },
    booleans: ['adultsBarredListChecked', 'childrensBarredListChecked', 'informationDisclosed'],
    emptyWhenNone: ['applicantMiddleNames'],
  }),
  ProfessionalRegistration: check({
    type: 'ProfessionalRegistrationCredential',
    members: {
      ...same('professionalBody', 'registrationNumber', 'registrationDate', 'expiryDate'),
      ...same('revalidationDate', 'registrationCheckDate'),
    },
    adjust: withTextNumber,
  }),
};

interface Check {
  type: string;
  members: RecordFormat['members'];
  booleans?: string[];
  /** members that the format demands, and that people without one therefore send empty */
  emptyWhenNone?: string[];
  adjust?: (claims: JsonObject) => JsonObject;
}

function check({ type, members, booleans = [], emptyWhenNone = [], adjust }: Check): RecordFormat {
  return {
    members,
    toClaims: (record) => {
      const claims = renamed(record, members);
      for (const name of booleans) {
        const value = claims[name];
        if (value !== undefined) claims[name] = booleanOf(value);
      }
      for (const name of emptyWhenNone) if (claims[name] === '') delete claims[name];
      return { type, claims: adjust?.(claims) ?? claims };
    },
  };
}

/** The format types registration numbers as numbers; a register's number is text. */
function withTextNumber(claims: JsonObject): JsonObject {
  const number = claims['registrationNumber'];
  if (typeof number !== 'number') return claims;
  const digits = claims['professionalBody'] === GENERAL_MEDICAL_COUNCIL ? GMC_DIGITS : 0;
  return { ...claims, registrationNumber: String(number).padStart(digits, '0') };
}
