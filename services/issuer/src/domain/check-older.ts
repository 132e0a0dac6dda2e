import { VcError } from '#vc/error';
import { refusal } from './credential-request.ts';
import type { Holder, IssuanceLedger, OlderCredential, Supersession } from './ports.ts';

interface Newer extends Pick<Supersession, 'credentialId' | 'how'> {
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
  { odsCode, credentialId, how, type, holder }: Newer,
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
  checkReplaceable(older, how);
}

/** Suspended for these, a credential waits for another key; what it says is not in doubt. */
const REASONS_OF_THE_KEY = ['holder-request', 'key-compromise'];

/**
 * Who may only issue must not bring back what somebody took away. A newer credential with claims of its own may take
 * the place of a suspended one, as it could be issued beside it; the same claims may not be signed again while they are
 * in doubt, or while a batch that revokes them can still be undone.
 * @throws VcError LIFECYCLE_CHANGE_REFUSED, CONFLICT when it is superseded already
 */
export function checkReplaceable(
  { lifecycle, status, statusReason }: Omit<OlderCredential, 'type' | 'employeeId'>,
  how: Supersession['how'],
): void {
  if (lifecycle === 'superseded') {
    throw new VcError('CONFLICT', 'The credential has been superseded: supersede the newer one');
  }
  if (lifecycle === 'withdrawn' || status === 'revoked') {
    const state = lifecycle === 'withdrawn' ? lifecycle : status;
    throw new VcError(
      'LIFECYCLE_CHANGE_REFUSED',
      `The credential is ${state}: issue another one with POST /v1/credentials, without supersedes`,
    );
  }
  const inDoubt = status === 'suspended' && !REASONS_OF_THE_KEY.includes(statusReason ?? '');
  if (how === 'reissues' && inDoubt) {
    throw new VcError(
      'LIFECYCLE_CHANGE_REFUSED',
      'The credential is suspended, and not for its key: reinstate it first',
    );
  }
}
