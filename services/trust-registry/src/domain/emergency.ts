import { VcError } from '#vc/error';
import { checkText } from '#catalogue/text';
import type { Clock } from '#vc/clock';
import { setStatus } from './changes/change-organisation-status.ts';
import type { PinnedKey, PublishedOrganisation } from './organisation.ts';
import type { Outcome, RegistryChanges } from './ports.ts';

/*
 * What one caller may do at once. Both only take trust away, both can be repeated without harm, and neither can be
 * undone by one person: a compromise is for ever, and lifting a suspension is a change that needs two.
 */

/**
 * Marks a key compromised: nothing that it ever signed is believed, for no purpose and at no time.
 * @returns every purpose of the key
 * @throws VcError NOT_FOUND
 */
export async function compromiseKey(
  changes: RegistryChanges,
  { odsCode, thumbprint, reason }: { odsCode: string; thumbprint: string; reason: string },
  { clock }: { clock: Clock },
): Promise<Outcome<PinnedKey[]>> {
  checkReason(reason);
  await changes.lockRegistry();
  const purposes = await changes.listKeyPurposes(odsCode, thumbprint);
  const [key] = purposes;
  if (key === undefined) {
    throw new VcError('NOT_FOUND', 'The organisation has no key with this thumbprint');
  }
  if (key.state === 'compromised') return { result: purposes, events: [] };
  const now = clock();
  await changes.updateKeyState(thumbprint, { state: 'compromised', reason, at: now });
  const epoch = await changes.appendVersions([odsCode], now);
  return {
    result: await changes.listKeyPurposes(odsCode, thumbprint),
    events: [{ action: 'key.compromised', subject: { organisation: odsCode, thumbprint, epoch } }],
  };
}

/**
 * Suspends an organisation that is registered.
 * @throws VcError NOT_FOUND, CONFLICT when it is invited, closed or merged
 */
export async function suspendOrganisation(
  changes: RegistryChanges,
  { odsCode, reason }: { odsCode: string; reason: string },
  { clock }: { clock: Clock },
): Promise<Outcome<PublishedOrganisation>> {
  checkReason(reason);
  await changes.lockRegistry();
  const before = await load(changes, odsCode);
  if (before.status === 'suspended') return { result: before, events: [] };
  if (before.status !== 'registered') {
    throw new VcError(
      'CONFLICT',
      `The organisation is ${before.status}: nothing is to be suspended`,
    );
  }
  const now = clock();
  await setStatus(before, { status: 'suspended', reason, mergedInto: null }, { changes, now });
  const epoch = await changes.appendVersions([odsCode], now);
  return {
    result: await load(changes, odsCode),
    events: [{ action: 'organisation.suspended', subject: { organisation: odsCode, epoch } }],
  };
}

async function load(changes: RegistryChanges, odsCode: string): Promise<PublishedOrganisation> {
  const organisation = await changes.findOrganisation(odsCode);
  if (organisation !== undefined) return organisation;
  throw new VcError('NOT_FOUND', 'No organisation is registered under this ODS code');
}

function checkReason(reason: string): void {
  const [problem] = checkText(reason, '/reason');
  if (problem === undefined) return;
  const { detail } = problem;
  throw new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer: '/reason', detail }] });
}
