import { trustDid } from '#did/identifiers';
import { encodeBitstring, setBit, setEntry } from '#status/bitstring';
import { statusValue } from '#status/status-value';
import { encodeTokenStatusList, setTokenStatus } from '#status/token-status-list';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type {
  Draft,
  FenceCause,
  PublicationStore,
  SignStatusList,
  SignStatusListToken,
} from './ports.ts';
import { checkSignedList, checkSignedToken } from './signed-list.ts';

/*
 * Why a change that was answered is in every version read from then on (invariant 3), in each list that shows it and
 * with any number of publishers.
 *
 * 1. A change commits before it is answered, with a note in `unpublished` for every list of its pair that shows it. A
 *    statement that starts later sees both: PostgreSQL gives a READ COMMITTED statement a snapshot of all that was
 *    committed when it started. A two-bit list is made by a transaction that is alone with the pair, as changes are:
 *    a change commits before it and is in the bits that its first draft reads, or after it and leaves it a note.
 * 2. Drafting is one transaction: it holds the list's row while it allots the next version; then it reads the list's
 *    notes; then the bits, from the two tables that all forms share. Drafts of one list therefore follow each other.
 *    No version is allotted before the one before it is settled (below), so what was signed as a later version was
 *    read after what was signed as an earlier one. A set revocation bit is never cleared, so a later version has
 *    every revocation that an earlier one has.
 * 3. Notes are read before bits. A note that was seen is committed, so its bit is in the bits that are read: it may be
 *    taken away with this version. A change that commits in between may be in the bits without its note being seen:
 *    it is then published once more, which harms nobody. A note that was not seen stays, whatever its number, and
 *    makes the list due again: numbers are drawn before commit, so "up to number n" would lose some. A change counts
 *    as published when no list has a note of it: when every form shows it.
 * 4. Storing compares: a version replaces only a lower one. A publisher that was held up between drafting and storing
 *    (a stopped process whose lock was lost) finds a higher version stored and changes nothing. What it had seen is
 *    in the higher version by 2.
 * 5. The version commits before the issuer signs, and the issuer signs a version once, so versions rise when the clock
 *    falls.
 *
 * Why lists of a restored database are not published (invariant 2). The issuer refuses as fenced a version when it has
 * signed one above `previousVersion`: one that this database does not know. Every version that was allotted here is
 * known here, so nothing but a lost tail of the database leads to that. But a version that was allotted after the
 * restore must not pass for known: with it as `previousVersion` the next one would be signed. So the draft notes
 * what it is about to ask, and until an answer to that is known, a later draft asks for the same version again, after
 * the same previous one:
 *    signed: nothing above the previous one had been signed. If it is recent it is published, else only settled.
 *    CONFLICT: the issuer has signed this version (an answer that got lost, or another publisher asked too) or a
 *      higher one. It is settled, and the next question, with this one as the previous, tells which.
 *    fenced: the fence is put up for everybody, and stands until an operator lifts it.
 *    refused as of the future, and it is, by minutes: a clock was wrong when it was allotted. It is withdrawn, or the
 *      list would stand still until that time. Should the issuer know it after all, its answers say CONFLICT and then
 *      fenced: nothing is lost by it.
 *    anything else (no answer, no key): the question stays.
 *
 * A publisher that was stopped while an operator restored the database (status-restore) has a draft of before: its
 * bits lack what was replayed, and numbers of changes may have been given again. It says which restore was the newest
 * then, and is not stored after another.
 *
 * A publisher that dies at any step leaves at most a version that was asked for; the list is still due.
 * The publisher's lock only spares work: nothing above rests on it.
 */

/** Drafts until one is stored: another publisher is there only when a list is new, or one was stuck. */
const ATTEMPTS = 5;

/** Milliseconds after which an allotted version is too old to be worth publishing: it says when it was issued. */
const STALE_MS = 60_000;

/** Milliseconds; the issuer signs up to a minute ahead of its clock, and no question is under way for a minute. */
const FAR_AHEAD_MS = 120_000;

export interface PublishListDeps {
  store: Pick<
    PublicationStore,
    'draftVersion' | 'settleVersion' | 'storeVersion' | 'withdrawVersion'
  >;
  sign: SignStatusList;
  signToken: SignStatusListToken;
  raiseFence: (fence: FenceCause, at: number) => Promise<void>;
  /** brings the list's file up to the stored version */
  copyToFile: (listId: string) => Promise<void>;
  sha256: (text: string) => Uint8Array;
  clock: Clock;
  publicOrigin: string;
  /** seconds that one publication took, and for which each change waited that it was the first of its list to show */
  onPublished?: (seconds: number, waits: readonly number[]) => void;
}

export type PublishList = (listId: string) => Promise<void>;

/**
 * Makes and stores a list's next version.
 * @throws VcError as the signer and the store do; STATUS_LIST_FENCED when the database is older than what was
 * published from it; SERVICE_UNAVAILABLE when the signer has seen a higher version each time; PROOF_GENERATION_ERROR
 * when the issuer signed something else
 */
export function createPublishList(deps: PublishListDeps): PublishList {
  const { store, sha256, clock } = deps;

  /** @returns whether there is a version to serve that has what was changed before the call */
  const publishOnce = async (listId: string) => {
    const startedAt = clock();
    const draft = await store.draftVersion(listId, startedAt);
    const { version } = draft;
    const signed = await signDraft(deps, draft).catch((error: unknown) => error as Error);
    if (signed instanceof Error) {
      if (isCode(signed, 'STATUS_LIST_FENCED')) {
        const detail = `version ${version} after ${draft.previousVersion}`;
        const { restoredAt } = draft;
        await deps.raiseFence({ cause: 'issuer', listId, detail, restoredAt }, clock());
      }
      if (isCode(signed, 'INVALID_REQUEST') && version > clock() + FAR_AHEAD_MS) {
        await store.withdrawVersion(listId, version);
        return signed;
      }
      if (!isCode(signed, 'CONFLICT')) throw signed;
    }
    if (signed instanceof Error || version < startedAt - STALE_MS) {
      await store.settleVersion(listId, version);
      return signed instanceof Error ? signed : undefined;
    }
    const { document, validUntil } = signed;
    const digest = sha256(document);
    const etag = `"${version}-${hex(digest).slice(0, 32)}"`;
    const shown = await store.storeVersion({ draft, document, digest, etag, validUntil }, clock());
    await deps.copyToFile(listId);
    const now = clock();
    const waits = (shown?.changedAt ?? []).map((at) => Math.max(0, now - at) / 1000);
    deps.onPublished?.((now - startedAt) / 1000, waits);
    return 'published';
  };

  return async (listId) => {
    let cause: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const outcome = await publishOnce(listId);
      if (outcome === 'published') return;
      cause = outcome ?? cause;
    }
    throw new VcError('SERVICE_UNAVAILABLE', 'The issuer has signed a higher version each time', {
      cause,
    });
  };
}

/** What the issuer signed for a draft: nothing else is ever stored. */
async function signDraft(
  { sign, signToken, publicOrigin }: PublishListDeps,
  draft: Draft,
): Promise<{ document: string; validUntil: number }> {
  const { listId, odsCode, form, version, previousVersion } = draft;
  const listUrl = `${publicOrigin}/status-lists/${listId}`;
  const asked = { listId, odsCode, version, previousVersion };
  if (form === 'token') {
    const lst = encodeTokenStatusList(bytesOf(draft));
    const document = await signToken({ ...asked, lst });
    return { document, validUntil: checkSignedToken(document, { listUrl, version, lst }) };
  }
  const encodedList = encodeBitstring(bytesOf(draft));
  const signed = await sign({ ...asked, purpose: form, encodedList });
  const issuer = trustDid(publicOrigin, odsCode);
  const expected = { listUrl, issuer, purpose: form, version, encodedList };
  return { document: JSON.stringify(signed), validUntil: checkSignedList(signed, expected) };
}

function bytesOf({ form, size, revoked, suspended }: Draft): Uint8Array {
  if (form === 'revocation' || form === 'suspension') {
    const bits = new Uint8Array(size / 8);
    for (const index of form === 'revocation' ? revoked : suspended) setBit(bits, index);
    return bits;
  }
  const bytes = new Uint8Array(size / 4);
  const set = (index: number, value: number) =>
    form === 'token' ? setTokenStatus(bytes, index, value) : setEntry(bytes, index, value, 2);
  // what is both is revoked: written last
  for (const index of suspended) set(index, statusValue({ revoked: false, suspended: true }));
  for (const index of revoked) set(index, statusValue({ revoked: true, suspended: false }));
  return bytes;
}

function isCode(error: Error, code: VcError['code']): boolean {
  return error instanceof VcError && error.code === code;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
