/** Kysely types of this service's own tables. */
export interface Tables {
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
