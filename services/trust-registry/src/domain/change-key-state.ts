import { VcError } from '#vc/error';
import { loadForChange } from './load-organisation.ts';
import type { PinnedKey } from './organisation.ts';
import type { Change, RegistryChanges } from './ports.ts';

export interface KeyStateChange {
  odsCode: string;
  thumbprint: string;
  state: 'retired' | 'compromised';
}

/**
 * Takes a key out of use, for all its purposes. A retired key's periods end now and what it signed before stays good;
 * a compromised key is believed for no time, and never again.
 * @returns every purpose of the key
 * @throws VcError CONFLICT when the key is compromised or has that state, NOT_FOUND
 */
export async function changeKeyState(
  changes: RegistryChanges,
  { odsCode, thumbprint, state }: KeyStateChange,
  now: number,
): Promise<Change<PinnedKey[]>> {
  await loadForChange(changes, odsCode);
  const [key] = await changes.listKeyPurposes(odsCode, thumbprint);
  if (key === undefined) {
    throw new VcError('NOT_FOUND', 'The organisation has no key with this thumbprint');
  }
  if (key.state === state || key.state === 'compromised') {
    throw new VcError('CONFLICT', `The key is ${key.state} already`);
  }
  await changes.updateKeyState(thumbprint, state, now);
  if (state === 'retired') await changes.endKeyPurposes(thumbprint, now);
  return {
    result: await changes.listKeyPurposes(odsCode, thumbprint),
    event: { action: `key.${state}`, subject: { organisation: odsCode, thumbprint } },
  };
}
