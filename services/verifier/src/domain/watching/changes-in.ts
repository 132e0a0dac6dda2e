import { readEntry } from '#status/bitstring';
import { readTokenStatus } from '#status/token-status-list';
import { VcError } from '#vc/error';
import type { EntryChange, WatchedEntry, WatchedPurpose } from './ports.ts';
import { statusChange } from './status-change.ts';

/** Which of the entries a list tells otherwise than they are known, as far as that is to be told. */
export function changesIn(
  bits: Uint8Array,
  purpose: WatchedPurpose,
  entries: readonly WatchedEntry[],
): EntryChange[] {
  return entries.flatMap(({ index, value: before }) => {
    const after = valueAt(bits, purpose, index);
    const change = after === undefined ? undefined : statusChange(purpose, before, after);
    return after === undefined || change === undefined ? [] : [{ index, before, after, ...change }];
  });
}

/** @returns undefined for an index that this version of the list does not have */
function valueAt(bits: Uint8Array, purpose: WatchedPurpose, index: number): number | undefined {
  try {
    if (purpose === 'token') return readTokenStatus(bits, index);
    return readEntry(bits, index, purpose === 'message' ? 2 : 1);
  } catch (error) {
    if (error instanceof VcError && error.code === 'RANGE_ERROR') return undefined;
    throw error;
  }
}
