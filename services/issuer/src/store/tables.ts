import type { ColumnType, Generated } from 'kysely';
import type { Lifecycle, RecordedEvent, SupersedesHow } from '../domain/lifecycle.ts';
import type { CredentialState, ListPurpose } from '../domain/ports.ts';
import type { BatchStep, ItemOutcome, StatusBatch } from '../domain/status-batch.ts';

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
  batch: Once<string | null>;
  /** of the trust framework: whom a change of many can select by */
  provider: ColumnType<string | null, string | null | undefined, never>;
  /** of `document`; the further forms are rows of their own */
  form: ColumnType<string, string | undefined, never>;
  lifecycle: ColumnType<Lifecycle, never, Lifecycle>;
  archived_at: ColumnType<Date | null, never, Date | null>;
  /** the older credential that this one was issued instead of */
  supersedes: ColumnType<string | null, string | null | undefined, never>;
  supersedes_how: ColumnType<SupersedesHow | null, SupersedesHow | null | undefined, never>;
  /** when the older one was suspended for it */
  superseded_done_at: ColumnType<Date | null, never, Date | null>;
  status: ColumnType<CredentialState, never, CredentialState>;
  status_reason: ColumnType<string | null, never, string>;
  status_changed_at: ColumnType<Date | null, never, Date>;
}

export interface CredentialFormsTable {
  credential_id: Once<string>;
  form: Once<string>;
  ods_code: Once<string>;
  document: Once<string>;
  digest: Once<Buffer>;
}

export interface CredentialLifecycleEventsTable {
  id: Generated<string>;
  ods_code: Once<string>;
  credential_id: Once<string>;
  event: Once<RecordedEvent>;
  reason: Once<string>;
  internal_note: Once<string | null>;
  client_id: Once<string>;
  person: Once<string | null>;
  happened_at: Once<Date>;
}

export interface FormDefaultsTable {
  ods_code: Once<string>;
  type: Once<string>;
  forms: string[];
  changed_at: Date;
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
  purpose: Once<ListPurpose>;
  version: number;
  digest: Buffer;
  signed_at: Date;
}

export interface CredentialStatusChangesTable {
  id: Generated<string>;
  ods_code: Once<string>;
  credential_id: Once<string>;
  status: Once<CredentialState>;
  reason: Once<string>;
  holder_text: Once<string | null>;
  internal_note: Once<string | null>;
  client_id: Once<string>;
  person: Once<string | null>;
  status_batch_id: Once<string | null>;
  changed_at: Once<Date>;
}

export interface StatusBatchesTable {
  id: Once<string>;
  ods_code: Once<string>;
  client_id: Once<string>;
  person: Once<string | null>;
  /** JSON */
  selection: Once<string>;
  status: Once<CredentialState>;
  reason: Once<string>;
  holder_text: Once<string | null>;
  internal_note: Once<string | null>;
  count: Once<number>;
  approval_needed: Once<boolean>;
  proposed_at: Once<Date>;
  expires_at: Once<Date>;
  state: ColumnType<StatusBatch['state'], never, StatusBatch['state']>;
  step: ColumnType<BatchStep | null, never, BatchStep | null>;
  changed: ColumnType<number, never, number>;
  refused: ColumnType<number, never, number>;
  confirmed_by: ColumnType<string | null, never, string | null>;
  decided_by: ColumnType<string | null, never, string | null>;
  undo_until: ColumnType<Date | null, never, Date | null>;
  undone_by_client: ColumnType<string | null, never, string | null>;
  undone_by_person: ColumnType<string | null, never, string | null>;
  /** the replica that runs it, and until when no other may */
  worker: ColumnType<string | null, never, string | null>;
  worker_until: ColumnType<Date | null, never, Date | null>;
}

export interface StatusBatchItemsTable {
  batch_id: Once<string>;
  number: Once<number>;
  ods_code: Once<string>;
  credential_id: Once<string>;
  prior: ColumnType<CredentialState | null, never, CredentialState>;
  outcome: ColumnType<ItemOutcome, never, ItemOutcome>;
}

export interface Tables {
  credentials: CredentialsTable;
  credential_forms: CredentialFormsTable;
  credential_lifecycle_events: CredentialLifecycleEventsTable;
  form_defaults: FormDefaultsTable;
  holders: HoldersTable;
  holder_challenges: HolderChallengesTable;
  signing_keys: SigningKeysTable;
  signed_lists: SignedListsTable;
  credential_status_changes: CredentialStatusChangesTable;
  status_batches: StatusBatchesTable;
  status_batch_items: StatusBatchItemsTable;
}
