import { trustDid } from '#did/identifiers';
import { encodeBitstring, setBit } from '#status/bitstring';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Draft, PublicationStore, SignStatusList } from './ports.ts';
import { checkSignedList } from './signed-list.ts';

/*
 * Why a change that was answered is in every version read from then on (invariant 3), with any number of publishers.
 *
 * 1. A change commits before it is answered. A statement that starts later sees it: PostgreSQL gives a READ COMMITTED
 *    statement a snapshot of all that was committed when it started.
 * 2. Drafting is one transaction: it raises lists.last_version, and with that holds the list's row; then it reads the
 *    unpublished changes; then the bits. Drafts of one list therefore follow each other, in the order of their
 *    versions, and the bits of a later version are read after those of an earlier one. A set revocation bit is never
 *    cleared, so a later version has every revocation that an earlier one has.
 * 3. Changes are read before bits. A change that was seen is committed, so its bit is in the bits that are read: it
 *    may be marked as published by this version. One that commits in between may be in the bits without being seen:
 *    it is then published once more, which harms nobody. One that was not seen stays unmarked, whatever its number,
 *    and makes the list due again: numbers are drawn before commit, so "up to number n" would lose some.
 * 4. Storing compares: a version replaces only a lower one. A publisher that was held up between drafting and storing
 *    (a stopped process whose lock was lost) finds a higher version stored and changes nothing. What it had seen is
 *    in the higher version by 2.
 * 5. last_version commits before the issuer signs, so a version that was signed and lost is never signed again with
 *    other bits, and versions rise when the clock falls.
 *
 * A publisher that dies at any step leaves at most an allotted version that nobody sees; the list is still due.
 * The publisher's lock only spares work: nothing above rests on it.
 */

/** Drafts until one is signed: another publisher is there only when a list is new, or one was stuck. */
const ATTEMPTS = 5;

export interface PublishListDeps {
  store: PublicationStore;
  sign: SignStatusList;
  sha256: (text: string) => Uint8Array;
  clock: Clock;
  publicOrigin: string;
  /** seconds one publication took */
  onPublished?: (seconds: number) => void;
}

export type PublishList = (listId: string) => Promise<void>;

/**
 * Makes and stores a list's next version.
 * @throws VcError as the signer and the store do; SERVICE_UNAVAILABLE when the signer has seen a higher version each
 * time; PROOF_GENERATION_ERROR when the issuer signed something else
 */
export function createPublishList(deps: PublishListDeps): PublishList {
  const { store, sign, sha256, clock, publicOrigin } = deps;
  const publishOnce: PublishList = async (listId) => {
    const startedAt = clock();
    const draft = await store.draftVersion(listId, startedAt);
    const { odsCode, purpose, version } = draft;
    const encodedList = encodeBitstring(bitsOf(draft));
    const signed = await sign({ listId, odsCode, purpose, version, encodedList });
    const validUntil = checkSignedList(signed, {
      listUrl: `${publicOrigin}/status-lists/${listId}`,
      issuer: trustDid(publicOrigin, odsCode),
      purpose,
      version,
      encodedList,
    });
    const document = JSON.stringify(signed);
    const digest = sha256(document);
    const etag = `"${version}-${hex(digest).slice(0, 32)}"`;
    await store.storeVersion({ draft, document, digest, etag, validUntil }, clock());
    deps.onPublished?.((clock() - startedAt) / 1000);
  };
  return async (listId) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await publishOnce(listId);
        return;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
        if (attempt === ATTEMPTS) throw neverHighest(error);
      }
    }
  };
}

/** The signer has seen a later draft of the list, whose version may not be stored yet: ours has to be drafted again. */
function isOvertaken(error: unknown): boolean {
  return error instanceof VcError && error.code === 'CONFLICT';
}

function neverHighest(cause: unknown): VcError {
  return new VcError('SERVICE_UNAVAILABLE', 'The issuer has signed a higher version each time', {
    cause,
  });
}

function bitsOf({ size, set }: Draft): Uint8Array {
  const bits = new Uint8Array(size / 8);
  for (const index of set) setBit(bits, index);
  return bits;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
