import { VcError } from '#vc/error';
import { loadOpenForChange } from './load-organisation.ts';
import type { Organisation, OrganisationStatus } from './organisation.ts';
import type { Change, RegistryChanges } from './ports.ts';

/**
 * Suspends an organisation, lifts the suspension, or closes it for ever.
 * @throws VcError CONFLICT when it is closed or has that status, NOT_FOUND
 */
export async function changeOrganisationStatus(
  changes: RegistryChanges,
  change: { odsCode: string; status: OrganisationStatus; reason: string },
  now: number,
): Promise<Change<Organisation>> {
  const { odsCode, status, reason } = change;
  const organisation = await loadOpenForChange(changes, odsCode);
  if (organisation.status === status) {
    throw new VcError('CONFLICT', `The organisation is ${status} already`);
  }
  await changes.updateOrganisationStatus(odsCode, { status, reason, at: now });
  return {
    result: { ...organisation, status },
    event: {
      action: 'organisation.status-changed',
      subject: { organisation: odsCode, from: organisation.status, to: status },
    },
  };
}
