import type { Generated } from 'kysely';
import type { StatusPurpose } from '../domain/ports.ts';

interface ListPairsTable {
  id: string;
  ods_code: string;
  state: 'preparing' | 'open' | 'full';
  size: number;
  slice_size: number;
  next_slice: Generated<number>;
  sealed_secret: Buffer;
  created_at: Date;
}

interface ListsTable {
  id: string;
  pair_id: string;
  ods_code: string;
  purpose: StatusPurpose;
  last_version: Generated<number>;
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

export interface Tables {
  list_pairs: ListPairsTable;
  lists: ListsTable;
  leases: LeasesTable;
  changes: ChangesTable;
  bits: BitsTable;
  published_lists: PublishedListsTable;
}
