import { VcError } from '#vc/error';
import type { Organisation } from './organisation.ts';
import type { RegistryChanges } from './ports.ts';

/** The organisation, held until the transaction ends. @throws VcError NOT_FOUND */
export async function loadForChange(
  changes: RegistryChanges,
  odsCode: string,
): Promise<Organisation> {
  const organisation = await changes.lockOrganisation(odsCode);
  if (organisation === undefined) {
    throw new VcError('NOT_FOUND', 'No organisation is registered under this ODS code');
  }
  return organisation;
}

/** As loadForChange, for what a closed organisation cannot be given. @throws VcError CONFLICT, NOT_FOUND */
export async function loadOpenForChange(
  changes: RegistryChanges,
  odsCode: string,
): Promise<Organisation> {
  const organisation = await loadForChange(changes, odsCode);
  if (organisation.status === 'closed') {
    throw new VcError('CONFLICT', 'The organisation is closed, which is final');
  }
  return organisation;
}
