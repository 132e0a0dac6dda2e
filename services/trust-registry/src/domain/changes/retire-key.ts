import { type Apply, conflict, invalid, loadOrganisation } from './context.ts';
import type { RetireKey } from './operation.ts';

/**
 * Takes a key out of use, for all its purposes: its periods end now, and what it signed before stays good. A
 * compromised key is another matter, which one person may declare at once.
 */
export const retireKey: Apply<RetireKey> = async ({ odsCode, thumbprint }, context) => {
  const { changes, now } = context;
  await loadOrganisation(context, odsCode);
  const [key] = await changes.listKeyPurposes(odsCode, thumbprint);
  if (key === undefined) {
    throw invalid('/thumbprint', 'The organisation has no key with this thumbprint');
  }
  if (key.state !== 'active') throw conflict(`The key is ${key.state} already`, '/thumbprint');
  await changes.updateKeyState(thumbprint, { state: 'retired', reason: null, at: now });
  await changes.endKeyPurposes(thumbprint, now);
  return {
    result: { thumbprint },
    records: [odsCode],
    event: { action: 'key.retired', subject: { organisation: odsCode, thumbprint } },
  };
};
