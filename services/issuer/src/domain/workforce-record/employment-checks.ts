import type { JsonObject } from '#vc/data-model';
import { booleanOf, type RecordFormat, renamed, restored, same } from './record-format.ts';

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
  RightToWork: check('RightToWork', {
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
  DBSCheckSupportingInformation: check('DBSCheckSupportingInformation', {
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
  DBSCheckOutcome: check('DBSCheckOutcome', {
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
    restore: (record) => ({
      ...record,
      applicantMiddleNames: record['applicantMiddleNames'] ?? '',
    }),
  }),
  ProfessionalRegistration: check('ProfessionalRegistration', {
    type: 'ProfessionalRegistrationCredential',
    members: {
      ...same('professionalBody', 'registrationNumber', 'registrationDate', 'expiryDate'),
      ...same('revalidationDate', 'registrationCheckDate'),
    },
    adjust: withTextNumber,
    restore: withNumber,
  }),
};

interface Check {
  type: string;
  members: RecordFormat['members'];
  booleans?: string[];
  /** members that the format demands, and that people without one therefore send empty */
  emptyWhenNone?: string[];
  adjust?: (claims: JsonObject) => JsonObject;
  /** what the format wants otherwise than the claims have it */
  restore?: (record: JsonObject) => JsonObject;
}

function check(recordType: string, options: Check): RecordFormat {
  const { type, members, booleans = [], emptyWhenNone = [], adjust, restore } = options;
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
    toRecords: (claimsType, claims) => {
      if (claimsType !== type) return [];
      const record = restored(claims, members);
      for (const name of emptyWhenNone) if (record[name] === '') delete record[name];
      return [{ recordType, ...(restore?.(record) ?? record) }];
    },
  };
}

/**
 * The format types registration numbers as numbers; a register's number is text. Zero is what a number says that nobody
 * filled in, and is left for the catalogue to refuse: it is not the registration 0000000.
 */
function withTextNumber(claims: JsonObject): JsonObject {
  const number = claims['registrationNumber'];
  if (typeof number !== 'number' || number === 0) return claims;
  const digits = claims['professionalBody'] === GENERAL_MEDICAL_COUNCIL ? GMC_DIGITS : 0;
  return { ...claims, registrationNumber: String(number).padStart(digits, '0') };
}

/** A number only when it is the same text again: a leading zero, a letter or a long number would be lost. */
function withNumber(record: JsonObject): JsonObject {
  const text = record['registrationNumber'];
  const number = Number(text);
  const isSame = Number.isSafeInteger(number) && number > 0 && String(number) === text;
  return isSame ? { ...record, registrationNumber: number } : record;
}
