import type { Generated } from 'kysely';

/** Kysely types of the tables that watching owns. */
export interface WatchingTables {
  reliances: {
    ods_code: string;
    issuer: string;
    credential_id: string;
    status_purpose: 'revocation' | 'suspension' | 'message' | 'token';
    list_url: string;
    list_index: number;
    /** of the list that was relied on: older ones say nothing about it */
    list_version: number;
    /** the entry as it was last told of: a bit, or the message of a two-bit list */
    value: Generated<number>;
    /** whether the watcher has met the entry since it was relied on */
    compared: Generated<boolean>;
    relied_at: Date;
    watched_until: Date;
  };
  watched_lists: {
    list_url: string;
    /** of the list, in milliseconds */
    compared_version: number;
    compared_at: Date;
  };
  events: {
    id: string;
    /** rises in the order in which events became visible */
    number: Generated<number>;
    ods_code: string;
    credential_id: string;
    issuer: string;
    status_purpose: 'revocation' | 'suspension';
    value: boolean;
    list_version: number;
    at: Date;
  };
  webhooks: {
    id: string;
    ods_code: string;
    url: string;
    description: string | null;
    state: Generated<'active' | 'ended'>;
    created_at: Date;
    ended_at: Date | null;
  };
  deliveries: {
    webhook_id: string;
    event_id: string;
    ods_code: string;
    event_number: number;
    state: Generated<'waiting' | 'delivered' | 'dead'>;
    attempts: Generated<number>;
    last_attempt_at: Date | null;
    last_answer: string | null;
    next_attempt_at: Date | null;
    /** whose attempt is under way */
    lease: string | null;
    leased_until: Date | null;
  };
}
