import type { StatusList } from '../ports.ts';
import type { WatchedPurpose } from './ports.ts';

const OF_BITSTRINGS: readonly WatchedPurpose[] = ['revocation', 'suspension', 'message'];

/** As what a list is watched; undefined for one of a purpose of which nobody is told. */
export function watchedPurposeOf({
  kind,
  purpose,
}: Pick<StatusList, 'kind' | 'purpose'>): WatchedPurpose | undefined {
  return kind === 'token' ? 'token' : OF_BITSTRINGS.find((one) => one === purpose);
}
