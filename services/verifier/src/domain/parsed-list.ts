import type { ProofsResult } from '#proofs/verify-proofs';
import { VcError } from '#vc/error';
import type { SignatureOptions } from './forms/credential.ts';
import type { StatusList } from './ports.ts';

// With the number of lists that are kept it bounds what they may take of the memory.
const MAX_ENTRIES = 2 ** 20;

/** A list whose members are of the form that they must have. Neither its proofs nor its bits have been looked at. */
export interface ParsedList
  extends Pick<StatusList, 'issuer' | 'purpose' | 'entrySize' | 'version' | 'validUntil'> {
  verifyProofs: (options: SignatureOptions) => Promise<ProofsResult>;
  /** @throws VcError STATUS_LIST_LENGTH_ERROR or STATUS_VERIFICATION_ERROR */
  decode: () => Uint8Array;
}

/** The most bytes that a list may decompress to. */
export function maxBytesOf(entrySize: StatusList['entrySize']): number {
  return (MAX_ENTRIES * entrySize) / 8;
}

/** The error of a list that was had and says nothing that could be relied on. */
export function unreliable(what: string, cause?: unknown): VcError {
  return new VcError('STATUS_VERIFICATION_ERROR', `The status list ${what}`, { cause });
}
