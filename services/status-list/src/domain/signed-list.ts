import { isJsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';

export interface ExpectedList {
  listUrl: string;
  issuer: string;
  purpose: string;
  /** milliseconds since the epoch */
  version: number;
  encodedList: string;
}

/**
 * That what the issuer signed is the version that was asked for: nothing else is ever served under the list's URL.
 * Its signature is the verifiers' to check.
 * @returns `validUntil` in milliseconds since the epoch
 * @throws VcError PROOF_GENERATION_ERROR
 */
export function checkSignedList(signed: Record<string, unknown>, expected: ExpectedList): number {
  const subject = signed['credentialSubject'];
  const validUntil = parseDateTimeStamp(signed['validUntil']);
  const fits =
    signed['id'] === expected.listUrl &&
    signed['issuer'] === expected.issuer &&
    parseDateTimeStamp(signed['validFrom']) === expected.version &&
    isJsonObject(signed['proof']) &&
    isJsonObject(subject) &&
    subject['statusPurpose'] === expected.purpose &&
    subject['encodedList'] === expected.encodedList;
  if (!fits || validUntil === undefined || validUntil <= expected.version) {
    throw new VcError(
      'PROOF_GENERATION_ERROR',
      'The issuer signed another list than was asked for',
    );
  }
  return validUntil;
}
