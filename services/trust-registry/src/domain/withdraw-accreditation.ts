import { VcError } from '#vc/error';
import { loadForChange } from './load-organisation.ts';
import type { Accreditation } from './organisation.ts';
import type { Change, RegistryChanges } from './ports.ts';

export interface Withdrawal {
  odsCode: string;
  id: string;
  forCause: boolean;
  reason: string;
}

/**
 * Withdraws an accreditation. One that was withdrawn without cause can still be withdrawn for cause, when the cause
 * comes to light later; the other way round never.
 * @throws VcError CONFLICT when that was done already, NOT_FOUND
 */
export async function withdrawAccreditation(
  changes: RegistryChanges,
  { odsCode, id, forCause, reason }: Withdrawal,
  now: number,
): Promise<Change<Accreditation>> {
  await loadForChange(changes, odsCode);
  const accreditation = (await changes.listAccreditations(odsCode)).find((each) => each.id === id);
  if (accreditation === undefined) {
    throw new VcError('NOT_FOUND', 'The organisation has no such accreditation');
  }
  const adds = accreditation.withdrawnAt === null || (forCause && !accreditation.withdrawnForCause);
  if (!adds) throw new VcError('CONFLICT', 'The accreditation is withdrawn already');
  const withdrawnAt = accreditation.withdrawnAt ?? now;
  await changes.updateWithdrawal(id, { withdrawnAt, forCause, reason });
  return {
    result: { ...accreditation, withdrawnAt, withdrawnForCause: forCause },
    event: {
      action: forCause ? 'accreditation.withdrawn-for-cause' : 'accreditation.withdrawn',
      subject: { organisation: odsCode, accreditation: id },
    },
  };
}
