import type { VcError } from '#vc/error';

export type StatusPurpose = 'revocation' | 'suspension';

/** A pair of lists of one trust: a revocation and a suspension list that share their indexes. */
export interface ListPair {
  id: string;
  revocationListId: string;
  suspensionListId: string;
  /** entries of each list */
  size: number;
  /** indexes in one lease */
  sliceSize: number;
  /** 32 bytes: the order in which indexes are leased */
  secret: Uint8Array;
}

/** One slice of a pair's permutation, given to one caller for ever. */
export interface LeasedSlice {
  pair: ListPair;
  slice: number;
}

interface Acting {
  odsCode: string;
  clientId: string;
  /** milliseconds since the epoch */
  at: number;
}

/** Leasing, always for one trust. */
export interface LeaseStore {
  /** The next unused slice of the trust's open pair, committed; undefined when no open pair has one left. */
  leaseSlice(acting: Acting): Promise<LeasedSlice | undefined>;
  /**
   * The trust's pair that waits for its first publication; `pair` becomes it when there is none.
   * Undefined when there is an open pair to lease from after all.
   */
  preparePair(acting: Acting, pair: ListPair): Promise<PreparedPair | undefined>;
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

/** A change of one index of a known pair, and the slice by which it was leased. */
export interface IndexChange extends StatusChangeRequest {
  slice: number;
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

/** A version that was allotted, with the bits as they stood when they were read under it. */
export interface Draft {
  listId: string;
  odsCode: string;
  purpose: StatusPurpose;
  /** milliseconds since the epoch */
  version: number;
  size: number;
  /** indexes whose bit is set */
  set: number[];
  /** numbers of the changes that this version is the first to carry */
  changes: number[];
}

export interface SignedList {
  draft: Draft;
  /** the bytes to serve */
  document: string;
  digest: Uint8Array;
  etag: string;
  validUntil: number;
}

export interface Backlog {
  /** milliseconds since the epoch; undefined when every change is published */
  oldestUnpublishedChange: number | undefined;
  /** the version of the list that was signed longest ago, of those in use */
  oldestVersion: number | undefined;
  /** lists with unpublished changes, or due for signing again */
  dueLists: number;
}

export interface PublicationStore {
  /** Lists to publish now, the one with the oldest unpublished change first. */
  findDueLists(options: { versionsBefore: number }): Promise<string[]>;
  /** Allots a version above all before it, then reads changes and bits, in one transaction. */
  draftVersion(listId: string, at: number): Promise<Draft>;
  /** Stores a version and marks its changes; false when a newer one is stored already. */
  storeVersion(list: SignedList, at: number): Promise<boolean>;
  readBacklog(options: { versionsBefore: number }): Promise<Backlog>;
  /** Runs `work` as the one publisher among replicas; false, without running it, when another is. */
  withPublisherLock(work: () => Promise<void>): Promise<boolean>;
}

/** Asks the issuer to build and sign the list credential of a draft. */
export type SignStatusList = (request: {
  listId: string;
  odsCode: string;
  purpose: StatusPurpose;
  version: number;
  encodedList: string;
}) => Promise<Record<string, unknown>>;

export interface PublishedList {
  document: string;
  etag: string;
  /** milliseconds since the epoch */
  validUntil: number;
}

export interface PublishedListStore {
  findPublishedList(listId: string): Promise<PublishedList | undefined>;
}
