import type { VcError } from '#vc/error';

export type StatusPurpose = 'revocation' | 'suspension';

/** A list that says both in two bits an entry: a W3C list of messages, or an IETF Token Status List. */
export type TwoBitForm = 'message' | 'token';

/** What a list shows, and how. A pair has the first two, and the others when they were asked for. */
export type ListForm = StatusPurpose | TwoBitForm;

/** A pair of lists of one trust: a revocation and a suspension list that share their indexes, and its two-bit lists. */
export interface ListPair {
  id: string;
  revocationListId: string;
  suspensionListId: string;
  /** entries of each list */
  size: number;
  /** indexes in one lease */
  sliceSize: number;
  /** 32 bytes: the order in which indexes are leased; lost for a pair that a restore had to make again */
  secret: Uint8Array | undefined;
}

/** A pair as it is made: with its secret. */
export interface NewPair extends ListPair {
  secret: Uint8Array;
}

/** One slice of a pair's permutation, given to one caller for ever. */
export interface LeasedSlice {
  pair: ListPair;
  slice: number;
  /** ids of the pair's two-bit lists that are published */
  twoBitListIds: Partial<Record<TwoBitForm, string>>;
}

interface Acting {
  odsCode: string;
  clientId: string;
  /** milliseconds since the epoch */
  at: number;
}

/** Leasing, always for one trust. */
export interface LeaseStore {
  /**
   * The next unused slice of the trust's open pair, committed; undefined when no open pair has one left, or the open
   * pair lacks a published list of one of these forms.
   */
  leaseSlice(acting: Acting, forms: readonly TwoBitForm[]): Promise<LeasedSlice | undefined>;
  /**
   * The pair to lease from next, with lists of these forms, and those of its lists that wait for their first
   * publication: the trust's open pair when it has slices left, else the one in preparation, which `pair` becomes
   * when there is none. `newListId` names a list that has to be made.
   */
  preparePair(
    acting: Acting,
    options: { pair: NewPair; forms: readonly TwoBitForm[]; newListId: () => string },
  ): Promise<PreparedPair>;
  /** Makes a prepared pair the one that is leased from; does nothing when it is already. */
  openPair(acting: Acting, pairId: string): Promise<void>;
}

export interface PreparedPair {
  id: string;
  unpublishedListIds: string[];
}

export interface StatusChangeRequest {
  odsCode: string;
  listPairId: string;
  index: number;
  purpose: StatusPurpose;
  value: boolean;
  reason: string;
  clientId: string;
}

export interface StatusChange {
  value: boolean;
  /** false when the bit already stood so */
  changed: boolean;
  /** milliseconds since the epoch: when the bit came to stand as it does */
  changedAt: number;
}

export interface BitState {
  value: boolean;
  changedAt: number;
}

/** What stands at one index of a pair. */
export interface IndexState {
  /** undefined when the index was never leased */
  leasedAt: number | undefined;
  /** undefined for a bit that never changed */
  revocation: BitState | undefined;
  suspension: BitState | undefined;
}

/** Whether the bit changes, and since when it stands as it was asked for. */
export interface Decision {
  change: boolean;
  /** milliseconds since the epoch */
  changedAt: number;
}

/** A change of one index of a known pair, and the slice by which it was leased, when the pair's order is known. */
export interface IndexChange extends StatusChangeRequest {
  slice: number | undefined;
}

/** What became of one of the changes that were committed together. */
export type ChangeOutcome = StatusChange | { refused: VcError };

export interface ChangeStore {
  /** A trust's pair; undefined when it has none of this id. What is answered never changes. */
  findPair(odsCode: string, pairId: string): Promise<ListPair | undefined>;
  /**
   * Decides about changes of one trust's pair, one after the other, in one transaction that is alone with the pair.
   * Those that change something are written together with their audit rows and are committed when this resolves;
   * one for which `decide` throws a VcError writes nothing and is answered with it.
   */
  changeIndexes(
    pair: ListPair,
    changes: IndexChange[],
    options: {
      /** milliseconds since the epoch */
      at: number;
      decide: (state: IndexState, change: IndexChange, at: number) => Decision;
    },
  ): Promise<ChangeOutcome[]>;
}

/** A version to ask the issuer for, with the bits as they stood when they were read under it. */
export interface Draft {
  listId: string;
  odsCode: string;
  form: ListForm;
  /** milliseconds since the epoch */
  version: number;
  /** the highest version allotted before this one; 0 for none */
  previousVersion: number;
  size: number;
  /** indexes whose revocation bit is set; empty in a draft of a suspension list */
  revoked: number[];
  /** indexes whose suspension bit is set; empty in a draft of a revocation list */
  suspended: number[];
  /** numbers of the changes that this list had not shown before */
  changes: number[];
  /** milliseconds since the epoch: the newest restore that was finished before */
  restoredAt: number | undefined;
}

export interface SignedList {
  draft: Draft;
  /** the bytes to serve */
  document: string;
  digest: Uint8Array;
  etag: string;
  validUntil: number;
}

/** What a stored version shows for the first time: when each change was made, in milliseconds. */
export interface Shown {
  changedAt: number[];
}

export interface Backlog {
  /** milliseconds since the epoch; undefined when every list shows every change */
  oldestUnpublishedChange: number | undefined;
  /** the version of the list that was signed longest ago, of those in use */
  oldestVersion: number | undefined;
  /** lists with unpublished changes, or due for signing again */
  dueLists: number;
}

export interface PublicationStore {
  /** Lists to publish now, the one with the oldest unpublished change first. */
  findDueLists(options: { versionsBefore: number }): Promise<string[]>;
  /**
   * In one transaction: takes the version that the issuer was asked for and has not answered, or else allots one
   * above all before it and notes it as asked; then reads changes; then bits.
   * @throws VcError STATUS_LIST_FENCED while a fence stands
   */
  draftVersion(listId: string, at: number): Promise<Draft>;
  /** The issuer has answered for this version: what it was asked for is known. */
  settleVersion(listId: string, version: number): Promise<void>;
  /**
   * The issuer has refused this version because it is far in its future. It gives the list back to the right clock:
   * the next one is asked for as if this had not been allotted.
   */
  withdrawVersion(listId: string, version: number): Promise<void>;
  /**
   * Settles and stores a version and takes its changes off the list's notes; false when a newer one is stored.
   * @throws VcError STATUS_LIST_FENCED while a fence stands, and when the database was restored since the draft
   */
  storeVersion(list: SignedList, at: number): Promise<Shown | undefined>;
  readBacklog(options: { versionsBefore: number }): Promise<Backlog>;
  /** Runs `work` as the one publisher among replicas; false, without running it, when another is. */
  withPublisherLock(work: () => Promise<void>): Promise<boolean>;
}

/** Asks the issuer to build and sign the list credential of a draft. */
export type SignStatusList = (request: {
  listId: string;
  odsCode: string;
  purpose: StatusPurpose | 'message';
  version: number;
  previousVersion: number;
  encodedList: string;
}) => Promise<Record<string, unknown>>;

/** Asks the issuer to build and sign the status list token of a draft. */
export type SignStatusListToken = (request: {
  listId: string;
  odsCode: string;
  version: number;
  previousVersion: number;
  lst: string;
}) => Promise<string>;

export interface PublishedList {
  form: ListForm;
  document: string;
  etag: string;
  /** milliseconds since the epoch */
  validUntil: number;
}

export interface PublishedListStore {
  /** `fenced` while a fence stands, `unpublished` for a list that has no version to serve; undefined for no list */
  findPublishedList(listId: string): Promise<PublishedList | 'fenced' | 'unpublished' | undefined>;
}

/** What shows that the database is older than what was published from it. */
export interface FenceCause {
  cause: 'issuer' | 'checkpoint' | 'list-file';
  listId?: string | undefined;
  /** identifiers and numbers only */
  detail: string;
  /** the newest restore that was known when it was seen: a later one has dealt with it */
  restoredAt: number | undefined;
}

export interface FenceStore {
  /** Puts up a fence for all replicas, with its audit row; does nothing when it stands or was dealt with already. */
  raiseFence(fence: FenceCause, at: number): Promise<void>;
  isFenced(): Promise<boolean>;
  /** milliseconds since the epoch: when the newest restore was finished */
  newestRestore(): Promise<number | undefined>;
}

/** What a list file holds: a credential and a token are kept apart, as their media types are. */
export interface ListFile {
  listId: string;
  kind: 'credential' | 'token';
}

/** Where list versions are put for a web server or a CDN to serve: files, or objects of a bucket. */
export interface ListFiles {
  /** every file there is */
  list(): Promise<ListFile[]>;
  read(file: ListFile): Promise<string | undefined>;
  /**
   * Puts a document in the file's place, whole or not at all. `proceed` is asked after everything that takes time
   * and stops it by rejecting. A bucket rejects a version below the one that it has.
   */
  replace(file: ListFile, document: string, proceed: () => Promise<void>): Promise<void>;
}

/** A list's newest version without its bytes. */
export interface PublishedVersion {
  listId: string;
  form: ListForm;
  /** of the stored version; with none stored, the highest that was allotted */
  version: number;
  /** SHA-256 of the document; undefined when no version is stored */
  digest: Uint8Array | undefined;
}

export interface ListFileStore {
  findVersions(): Promise<PublishedVersion[]>;
  /**
   * Runs `work` with a list's stored version, which no other publisher replaces meanwhile. `stillHeld` rejects when
   * that cannot be promised any more. Does nothing for a list without a stored version, and while a fence stands.
   */
  withStoredVersion(
    listId: string,
    work: (
      stored: { form: ListForm; document: string },
      stillHeld: () => Promise<void>,
    ) => Promise<void>,
  ): Promise<void>;
}
