import type { ColumnType } from 'kysely';

type Once<T> = ColumnType<T, T, never>;

export interface CredentialsTable {
  id: Once<string>;
  ods_code: Once<string>;
  employee_id: Once<string>;
  holder_did: Once<string>;
  type: Once<string>;
  catalogue_version: Once<string>;
  key_thumbprint: Once<string>;
  list_pair_id: Once<string>;
  list_index: Once<number>;
  digest: Once<Buffer>;
  document: Once<string>;
  issued_at: Once<Date>;
  valid_until: Once<Date | null>;
  requested_by: Once<string>;
  status: ColumnType<'active' | 'suspended' | 'revoked', never, 'active' | 'suspended' | 'revoked'>;
  status_reason: ColumnType<string | null, never, string>;
  status_changed_at: ColumnType<Date | null, never, Date>;
}

export interface HoldersTable {
  id: Once<string>;
  ods_code: Once<string>;
  employee_id: Once<string>;
  did: Once<string>;
  bound_at: Once<Date>;
  ended_at: ColumnType<Date | null, never, Date>;
}

export interface HolderChallengesTable {
  challenge: Once<string>;
  ods_code: Once<string>;
  expires_at: Once<Date>;
}

export interface SigningKeysTable {
  thumbprint: Once<string>;
  ods_code: Once<string>;
  purpose: Once<'assertion' | 'status'>;
  public_key_multibase: Once<string>;
  sealed_private_key: Once<Buffer>;
  created_at: Once<Date>;
}

export interface SignedListsTable {
  list_id: Once<string>;
  ods_code: Once<string>;
  purpose: Once<'revocation' | 'suspension'>;
  version: number;
  digest: Buffer;
  signed_at: Date;
}

export interface Tables {
  credentials: CredentialsTable;
  holders: HoldersTable;
  holder_challenges: HolderChallengesTable;
  signing_keys: SigningKeysTable;
  signed_lists: SignedListsTable;
}
