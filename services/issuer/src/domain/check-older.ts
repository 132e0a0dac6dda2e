import { VcError } from '#vc/error';
import { refusal } from './credential-request.ts';
import type { Holder, IssuanceLedger, Supersession } from './ports.ts';

interface Newer extends Pick<Supersession, 'credentialId'> {
  odsCode: string;
  type: string;
  holder: Holder;
}

/**
 * Refuses early what the ledger would refuse at the commit: a credential takes the place of one of the same trust,
 * type and person, that still stands.
 * @throws VcError NOT_FOUND, CLAIMS_INVALID, LIFECYCLE_CHANGE_REFUSED, CONFLICT when it is superseded already
 */
export async function checkOlder(
  ledger: Pick<IssuanceLedger, 'findOlder'>,
  { odsCode, credentialId, type, holder }: Newer,
): Promise<void> {
  const older = await ledger.findOlder(odsCode, credentialId);
  const pointer = '/supersedes/credentialId';
  if (older === undefined) {
    throw new VcError('NOT_FOUND', 'The credential to supersede is none of this trust', {
      errors: [{ pointer, detail: 'names no credential of this trust' }],
    });
  }
  if (older.type !== type || older.employeeId !== holder.employeeId) {
    const detail = 'must be of the same type, and issued to the same employee';
    throw refusal('CLAIMS_INVALID', [{ pointer, detail }]);
  }
  if (older.lifecycle === 'superseded') throw alreadySuperseded();
  if (older.lifecycle === 'withdrawn' || older.status === 'revoked') throw notStanding();
}

export function alreadySuperseded(): VcError {
  return new VcError('CONFLICT', 'The credential has been superseded: supersede the newer one');
}

export function notStanding(): VcError {
  return new VcError(
    'LIFECYCLE_CHANGE_REFUSED',
    'A credential that was withdrawn or revoked is not superseded: issue without supersedes',
  );
}
