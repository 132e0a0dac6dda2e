import { VcError } from '#vc/error';

/**
 * What the two bits of a credential say, in W3C lists of purpose `message` and in IETF Token Status Lists alike: the
 * values are those of the IETF registry (VALID, INVALID, SUSPENDED). Nobody sets the fourth; `undefined` is the
 * word of Bitstring Status List 1.0 §2.1 for that. Who reads it treats it as revoked, because it is not valid.
 */
export const STATUS_MESSAGES = [
  { status: '0x0', message: 'valid' },
  { status: '0x1', message: 'revoked' },
  { status: '0x2', message: 'suspended' },
  { status: '0x3', message: 'undefined' },
] as const;

export interface CredentialStanding {
  revoked: boolean;
  suspended: boolean;
}

/** The two bits of a credential. Revoked wins: it is for ever, and there is one value only. */
export function statusValue({ revoked, suspended }: CredentialStanding): 0 | 1 | 2 {
  if (revoked) return 1;
  return suspended ? 2 : 0;
}

/** What two bits say of a credential. @throws VcError RANGE_ERROR for anything but 0 to 3 */
export function standingOf(value: number): CredentialStanding {
  if (STATUS_MESSAGES[value] === undefined) {
    throw new VcError('RANGE_ERROR', 'A status of two bits is 0 to 3');
  }
  return { revoked: value === 1 || value === 3, suspended: value === 2 };
}
