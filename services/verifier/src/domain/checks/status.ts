import { parseStatusListIndex, readEntry } from '#status/bitstring';
import { standingOf } from '#status/status-value';
import { readTokenStatus } from '#status/token-status-list';
import type { JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { ShapedCredential } from '../forms/credential.ts';
import { checkPinnedKeys } from '../pinned-keys.ts';
import type { StatusList, StatusLists, TrustRecords } from '../ports.ts';
import { failed, type Finding, PASS, unknown, unknownBecause } from '../report.ts';
import { isOnHostOf } from '../trust-did.ts';
import { type StatusPlace, statusPlacesOf } from './status-references.ts';

export interface StatusCheckOptions {
  issuer: string;
  statusLists: StatusLists;
  trustRecords: TrustRecords;
}

/** What one entry of `credentialStatus`, or the one of `status`, came to. */
export interface EntryResult {
  entry: JsonValue;
  found: Finding;
  /** in the list, once it was read there */
  index?: number;
  /** the bits, once they were read */
  value?: number;
  list?: StatusList;
}

export interface CheckedStatus {
  found: Finding;
  entries: EntryResult[];
}

/**
 * Bitstring Status List 1.0 §3.2 for the entries that every credential of ours has: one of each purpose, or one in a
 * list of messages, which says both, as one in a Token Status List does. A list that cannot be had, or not relied on,
 * leaves the status unknown.
 */
export async function checkStatus(
  credential: ShapedCredential,
  lists: Omit<StatusCheckOptions, 'issuer'>,
): Promise<CheckedStatus> {
  const places = statusPlacesOf(credential);
  if (!Array.isArray(places)) return { found: places, entries: [] };
  const options = { ...lists, issuer: credential.issuer };
  const entries = await Promise.all(places.map((place) => checkPlace(place, options)));
  const found = entries.map((entry) => entry.found);
  const worst =
    found.find(({ outcome }) => outcome === 'fail') ??
    found.find(({ outcome }) => outcome === 'unknown') ??
    PASS;
  return { found: worst, entries };
}

async function checkPlace(place: StatusPlace, options: StatusCheckOptions): Promise<EntryResult> {
  const { entry, kind, pointer, purpose, url } = place;
  try {
    const index = parseStatusListIndex(place.index);
    if (!isOnHostOf(options.issuer, url)) {
      return { entry, found: failed('STATUS_VERIFICATION_ERROR', place.at.url) };
    }
    const list = await options.statusLists.load(url, kind);
    const reliable = await checkList(list, purpose, options);
    if (reliable.outcome !== 'pass') return { entry, found: { ...reliable, pointer }, list };
    const value = readValue(list, index);
    return { entry, found: judge(purpose, value, pointer), index, value, list };
  } catch (error) {
    return { entry, found: troubleWith(error, place) };
  }
}

// The two kinds of list begin at opposite ends of a byte.
function readValue({ kind, bits, entrySize }: StatusList, index: number): number {
  return kind === 'token' ? readTokenStatus(bits, index) : readEntry(bits, index, entrySize);
}

/** Of a message every value but 0x0 is a no: what nobody defined counts as revoked. */
function judge(purpose: StatusPlace['purpose'], value: number, pointer: string): Finding {
  const { revoked, suspended } =
    purpose === 'message'
      ? standingOf(value)
      : { revoked: value === 1 && purpose === 'revocation', suspended: value === 1 };
  if (revoked) return failed('CREDENTIAL_REVOKED', pointer);
  return suspended ? failed('CREDENTIAL_SUSPENDED', pointer) : PASS;
}

/** Whether a list that is good in itself speaks of this issuer's credentials and of this purpose. */
export async function checkList(
  list: StatusList,
  purpose: string,
  { issuer, trustRecords }: Pick<StatusCheckOptions, 'issuer' | 'trustRecords'>,
): Promise<Finding> {
  if (list.issuer !== issuer || list.purpose !== purpose) {
    return unknown('STATUS_VERIFICATION_ERROR');
  }
  const { proofs } = list;
  const pinned = await checkPinnedKeys({ issuer, proofs, purpose: 'status', trustRecords });
  if (pinned.outcome !== 'fail') return pinned;
  return unknown('STATUS_VERIFICATION_ERROR');
}

/** An index that no list has is the credential's fault; everything else leaves the status unknown. */
function troubleWith(error: unknown, { at, pointer }: StatusPlace): Finding {
  if (error instanceof VcError && error.code === 'RANGE_ERROR') {
    return failed('RANGE_ERROR', at.index);
  }
  return unknownBecause(error, pointer);
}
