import { VcError } from '#vc/error';
import type { Organisation, OrganisationKind } from './organisation.ts';
import type { Change, RegistryChanges } from './ports.ts';

export interface OrganisationInput {
  odsCode: string;
  name: string;
  kind: OrganisationKind;
  icsOdsCode?: string | undefined;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// spaces, marks and invisible characters alone name nobody
const READABLE = /[\p{L}\p{N}]/u;

/**
 * Registers an organisation under an ODS code that was never used before; a trust under an ICS that is there.
 * @throws VcError CLAIMS_INVALID, CONFLICT
 */
export async function registerOrganisation(
  changes: RegistryChanges,
  input: OrganisationInput,
  now: number,
): Promise<Change<Organisation>> {
  const { odsCode, name, kind, icsOdsCode } = input;
  if (CONTROL.test(name) || !READABLE.test(name)) {
    throw invalid('/name', 'name must be readable text without control characters');
  }
  if (kind === 'ics' && icsOdsCode !== undefined) {
    throw invalid('/icsOdsCode', 'an ICS stands under no other ICS');
  }
  if (kind === 'trust') await checkIcs(changes, icsOdsCode);
  const organisation: Organisation = {
    odsCode,
    name,
    kind,
    icsOdsCode: icsOdsCode ?? null,
    status: 'registered',
  };
  if (!(await changes.insertOrganisation(organisation, now))) {
    throw new VcError('CONFLICT', 'The ODS code is taken, and ODS codes are never used again');
  }
  return {
    result: organisation,
    event: { action: 'organisation.registered', subject: { organisation: odsCode, kind } },
  };
}

async function checkIcs(changes: RegistryChanges, icsOdsCode: string | undefined): Promise<void> {
  if (icsOdsCode === undefined) throw invalid('/icsOdsCode', 'a trust needs the ICS it belongs to');
  const ics = await changes.lockOrganisation(icsOdsCode);
  if (ics?.kind !== 'ics' || ics.status === 'closed') {
    throw invalid('/icsOdsCode', 'icsOdsCode is not the code of a registered ICS');
  }
}

function invalid(pointer: string, detail: string): VcError {
  return new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer, detail }] });
}
