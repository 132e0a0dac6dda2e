import type { ColumnType } from 'kysely';

import type { WatchingTables } from './watching-tables.ts';

/** Kysely types of this service's own tables. */
export interface Tables extends WatchingTables {
  registry_states: {
    cell_did: string;
    epoch: number;
    confirmed_at: Date;
    expires_at: Date;
    /** jsonb: a list of records */
    records: ColumnType<unknown, string, string>;
  };
  challenges: {
    /** SHA-256 */
    challenge_hash: Buffer;
    ods_code: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  seen_list_versions: {
    list_url: string;
    /** `validFrom` of the list in milliseconds */
    version: number;
    /** SHA-256 of the list as it was served */
    digest: Buffer;
    seen_at: Date;
  };
}
