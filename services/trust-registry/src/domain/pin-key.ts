import { thumbprint as thumbprintOf } from '#did/keys';
import { VcError } from '#vc/error';
import { loadOpenForChange } from './load-organisation.ts';
import type { KeyPurpose, PinnedKey } from './organisation.ts';
import { parsePeriod, type PeriodInput } from './period.ts';
import type { Change, RegistryChanges } from './ports.ts';

export interface KeyInput extends PeriodInput {
  odsCode: string;
  publicKeyMultibase: string;
  purpose: KeyPurpose;
}

/**
 * Pins a public key to an organisation for a purpose. Who holds the private half is proved elsewhere.
 * @throws VcError CONFLICT when another organisation has the key, it has the purpose, or it is out of use;
 *   CLAIMS_INVALID, INVALID_VERIFICATION_METHOD, NOT_FOUND
 */
export async function pinKey(
  changes: RegistryChanges,
  input: KeyInput,
  now: number,
): Promise<Change<PinnedKey>> {
  const { odsCode, publicKeyMultibase, purpose } = input;
  const thumbprint = thumbprintOf(publicKeyMultibase);
  const key = { odsCode, publicKeyMultibase, purpose, thumbprint, ...parsePeriod(input, now) };
  await loadOpenForChange(changes, odsCode);
  const held = await changes.insertKey(key, now);
  if (held.odsCode !== odsCode) {
    throw new VcError('CONFLICT', 'The key is pinned to another organisation');
  }
  if (held.state !== 'active') throw new VcError('CONFLICT', `The key is ${held.state}`);
  if (!(await changes.insertKeyPurpose(key))) {
    throw new VcError('CONFLICT', 'The key is pinned for this purpose already');
  }
  const { validFrom, validUntil } = key;
  return {
    result: {
      thumbprint,
      publicKeyMultibase,
      purpose,
      validFrom,
      validUntil,
      state: 'active',
    },
    event: { action: 'key.pinned', subject: { organisation: odsCode, thumbprint, purpose } },
  };
}
