import type { Generated } from 'kysely';
import type { FenceCause, ListForm } from '../domain/ports.ts';

interface ListPairsTable {
  id: string;
  ods_code: string;
  state: 'preparing' | 'open' | 'full';
  size: number;
  slice_size: number;
  next_slice: Generated<number>;
  /** null for a pair that a restore made again */
  sealed_secret: Buffer | null;
  created_at: Date;
  restored_at: Generated<Date | null>;
}

interface ListsTable {
  id: string;
  pair_id: string;
  ods_code: string;
  purpose: ListForm;
  last_version: Generated<number>;
  asked_version: Generated<number | null>;
  asked_after: Generated<number | null>;
}

interface LeasesTable {
  pair_id: string;
  slice: number;
  ods_code: string;
  client_id: string;
  leased_at: Date;
}

interface ChangesTable {
  number: Generated<number>;
  list_id: string;
  ods_code: string;
  index: number;
  value: boolean;
  reason: string;
  client_id: string;
  changed_at: Date;
  published_version: Generated<number | null>;
}

interface BitsTable {
  list_id: string;
  index: number;
  ods_code: string;
  value: boolean;
  changed_at: Date;
}

interface PublishedListsTable {
  list_id: string;
  ods_code: string;
  version: number;
  document: string;
  digest: Buffer;
  etag: string;
  valid_until: Date;
  published_at: Date;
}

interface UnpublishedTable {
  list_id: string;
  change_number: number;
  ods_code: string;
  changed_at: Date;
}

interface FencesTable {
  id: Generated<number>;
  cause: FenceCause['cause'] | 'operator';
  list_id: string | null;
  detail: string;
  raised_at: Date;
  lifted_at: Generated<Date | null>;
}

interface RestoresTable {
  id: Generated<number>;
  restored_at: Date;
}

export interface Tables {
  list_pairs: ListPairsTable;
  lists: ListsTable;
  leases: LeasesTable;
  changes: ChangesTable;
  bits: BitsTable;
  published_lists: PublishedListsTable;
  unpublished: UnpublishedTable;
  fences: FencesTable;
  restores: RestoresTable;
}
