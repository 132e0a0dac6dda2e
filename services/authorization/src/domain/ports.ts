import type { JWK } from 'jose';

/** A system that may ask for tokens. A trust's client has an ODS code; an administrator's or a service's has none. */
export interface Client {
  clientId: string;
  name: string;
  odsCode: string | null;
  scopes: string[];
  keys: ClientKey[];
  createdAt: Date;
  revokedAt: Date | null;
}

export interface ClientKey {
  kid: string;
  jwk: PublicJwk;
  /** null: until another key is added */
  validUntil: Date | null;
}

/** What is left of a JWK once it is checked: nothing that a library might act on. */
export type PublicJwk = JWK & { kty: 'OKP' | 'EC'; crv: string; x: string };

export interface NewClient {
  clientId: string;
  name: string;
  odsCode: string | null;
  scopes: string[];
  key: Omit<ClientKey, 'validUntil'>;
}

/** An answer as it goes out; it is stored, so a retry gets the same bytes. */
export interface StoredAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** One change by an administrator: who, and under which idempotency key. */
export interface ChangeRequest {
  callerId: string;
  /** the subject of the person who signed in to the caller, if one did */
  person?: string | undefined;
  idempotencyKey: string;
  request: { method: string; path: string; body: Uint8Array };
}

/** A change of a client, and how to tell of what it became. */
export interface Change extends ChangeRequest {
  answer: (client: Client) => StoredAnswer;
}

/** Each change, its audit row and its answer commit together. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
  list(page: { limit: number; after: string | undefined }): Promise<ClientPage>;
  register(change: Change, client: NewClient): Promise<StoredAnswer>;
  /**
   * Adds a key and ends the older ones, at the latest `overlapSeconds` from now.
   * @throws VcError NOT_FOUND, CONFLICT for a revoked client or a kid that it has already
   */
  addKey(change: Change, clientId: string, added: AddedKey): Promise<StoredAnswer>;
  /** Revoking again changes nothing. @throws VcError NOT_FOUND, CONFLICT for the last administrator's client */
  revoke(change: Change, clientId: string): Promise<StoredAnswer>;
}

export interface AddedKey {
  key: Omit<ClientKey, 'validUntil'>;
  overlapSeconds: number;
}

export interface ClientPage {
  items: Client[];
  next: string | null;
}

export interface ClientDeps {
  clients: ClientStore;
  randomId: () => string;
  /** the scopes that only a trust's client may hold */
  trustScopes: ReadonlySet<string>;
  /** the scopes that no client may hold */
  personScopes: ReadonlySet<string>;
}

/** A key of access tokens. It is published before it signs, and after it has stopped while its tokens live. */
export interface SigningKey {
  kid: string;
  signsFrom: Date;
}

export interface SigningKeyStore {
  /** What verifiers may know now (RFC 7517), and what signs now. At most a few seconds old. */
  load(): Promise<SigningKeySet>;
  /** @throws VcError CONFLICT while the newest key does not sign yet */
  rotate(change: ChangeRequest, answer: (key: SigningKey) => StoredAnswer): Promise<StoredAnswer>;
}

export interface SigningKeySet {
  jwks: { keys: JWK[] };
  current: { kid: string; privateJwk: JWK };
}
