import type { Asker, StatusList } from '../ports.ts';
import type { Finding } from '../report.ts';

/** What an entry says: one of the two, or both in two bits, of a W3C list of messages or of a Token Status List. */
export type WatchedPurpose = 'revocation' | 'suspension' | 'message' | 'token';

/** One status entry that a trust relied on: ids and places, nothing else of the credential. */
export interface Reliance {
  credentialId: string;
  issuer: string;
  listUrl: string;
  index: number;
  /** of the list that was relied on */
  listVersion: number;
  purpose: WatchedPurpose;
  /** milliseconds */
  watchedUntil: number;
}

export interface Reliances {
  /** Keeps what a trust relied on; what it relied on before is refreshed, and what it was told of it stays told. */
  record(asker: Asker, at: number, reliances: readonly Reliance[]): Promise<void>;
  /** What this trust's watching knows of one credential. */
  recall(odsCode: string, credential: CredentialName): Promise<Recalled>;
}

export interface CredentialName {
  issuer: string;
  credentialId: string;
}

/** Times are versions of status lists, in milliseconds: what they say held when they were made. */
export interface Recalled {
  /** lists in which an entry was not set when this trust last relied on it */
  relied: { purpose: WatchedPurpose; version: number; watchedUntil: number }[];
  /** what was told since, oldest first */
  changes: (StatusChange & { version: number })[];
}

/** A list that somebody relies on, and how far it was compared. */
export interface WatchedList {
  url: string;
  kind: StatusList['kind'];
  /** undefined: never */
  comparedVersion: number | undefined;
  /** whether entries were relied on since */
  hasNewEntries: boolean;
}

/** A place in a list, and the value of which those who rely on it know. */
export interface WatchedEntry {
  index: number;
  value: number;
}

export interface StatusChange {
  purpose: 'revocation' | 'suspension';
  value: boolean;
}

export interface EntryChange extends StatusChange {
  index: number;
  before: number;
  after: number;
}

export interface ListComparison {
  list: Pick<StatusList, 'url' | 'issuer' | 'version'>;
  purpose: WatchedPurpose;
  /** milliseconds */
  at: number;
  changesIn: (entries: readonly WatchedEntry[]) => EntryChange[];
}

export interface Watching {
  /** Runs the work unless another replica is at it. @returns whether it ran */
  alone(work: () => Promise<unknown>): Promise<boolean>;
  watchedLists(at: number): Promise<WatchedList[]>;
  /**
   * In one transaction: events, their deliveries, the new values, how far the list was compared. What another form of
   * the same credential has told is not told again.
   * @returns events made
   */
  compare(comparison: ListComparison): Promise<number>;
}

/** Whether a list speaks for its issuer's credentials, by the rule of a verification. */
export type CheckWatchedList = (list: StatusList) => Promise<Finding>;

/** What a trust is told: a status that it relied on has changed. */
export interface StatusEvent extends StatusChange {
  id: string;
  number: number;
  credentialId: string;
  issuer: string;
  listVersion: number;
  /** milliseconds */
  at: number;
}

export interface Events {
  /** The trust's events with a number above `after`, in their order. */
  list(odsCode: string, page: { after: number; limit: number }): Promise<StatusEvent[]>;
}

export interface Webhook {
  id: string;
  url: string;
  description: string | null;
  state: 'active' | 'ended';
  /** milliseconds */
  createdAt: number;
  waiting: number;
  deadLetters: number;
}

export type DeliveryState = 'waiting' | 'delivered' | 'dead';

export interface Delivery {
  eventId: string;
  eventNumber: number;
  state: DeliveryState;
  attempts: number;
  /** milliseconds */
  lastAttemptAt: number | null;
  /** an HTTP status, or why there was none */
  lastAnswer: string | null;
  /** milliseconds */
  nextAttemptAt: number | null;
}

/** A call that changes webhooks, and is answered once for its idempotency key. */
export interface WebhookCall {
  asker: Asker;
  idempotencyKey: string;
  method: string;
  path: string;
  body: string;
  /** milliseconds */
  at: number;
}

export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

export interface Webhooks {
  /** @throws VcError CONFLICT for a trust that has as many active ones as it may */
  create(
    call: WebhookCall,
    webhook: Pick<Webhook, 'id' | 'url' | 'description'>,
    answer: (created: Webhook) => unknown,
  ): Promise<WebhookAnswer>;
  /** The active ones, then the newest of those that ended. */
  list(odsCode: string): Promise<Webhook[]>;
  /** What waits for it becomes a dead letter. @throws VcError NOT_FOUND */
  end(asker: Asker, id: string, at: number): Promise<void>;
  /** @throws VcError NOT_FOUND */
  deliveries(
    odsCode: string,
    id: string,
    page: { state: DeliveryState | undefined; after: number; limit: number },
  ): Promise<Delivery[]>;
  /**
   * Sends again: the dead letters, or every event from `since` on.
   * @throws VcError NOT_FOUND for a webhook or event of nobody's or another's, CONFLICT for one that ended
   */
  replay(
    call: WebhookCall,
    what: { id: string; since: string | undefined },
    answer: (replayed: number) => unknown,
  ): Promise<WebhookAnswer>;
}

/** A delivery that this worker has for the length of its lease. */
export interface ClaimedDelivery {
  webhookId: string;
  url: string;
  lease: string;
  /** attempts before this one */
  attempts: number;
  event: StatusEvent;
}

export interface Claim {
  /** milliseconds */
  at: number;
  leaseMs: number;
  limit: number;
  perWebhook: number;
  /** webhooks of one trust, the busy ones with them */
  perTrust: number;
  /** webhooks that get nothing more for now */
  busy: readonly string[];
}

/** What came of an attempt. */
export type AttemptResult =
  | { outcome: 'delivered' | 'dead' | 'gone' }
  | { outcome: 'retry'; nextAttemptAt: number };

export interface Deliveries {
  /** Due deliveries, each to one worker only until its lease ends. */
  claim(claim: Claim): Promise<ClaimedDelivery[]>;
  /** `gone` ends the webhook. A result of an attempt whose lease another has taken counts only when it was delivered. */
  settle(
    delivery: ClaimedDelivery,
    result: AttemptResult & { at: number; answer: string },
  ): Promise<void>;
}

/** An answer's HTTP status, or why there was none. */
export type SendAnswer = { status: number } | { trouble: string };
export type SendEvent = (url: string, event: StatusEvent) => Promise<SendAnswer>;
