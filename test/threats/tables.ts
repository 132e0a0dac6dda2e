import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

// Not these: they go on by themselves while nobody asks for anything, or record that somebody did.
const MOVING = [
  'audit',
  'idempotency_keys',
  'registry_states',
  'watched_lists',
  'seen_list_versions',
  'oidc_models',
  'key_challenges',
  'published_lists',
  'lists',
  'list_pairs',
  'unpublished',
  'signed_lists',
  'challenges',
  'changes',
];

export interface Database {
  /** a digest of the rows of each table that only a request changes, by its name with the schema's */
  digests(): Promise<Record<string, string>>;
  /** the audit events of a schema that name this action and client */
  auditEvents(schema: string, action: string, clientId: string): Promise<AuditEvent[]>;
}

export interface AuditEvent {
  odsCode?: string;
  subject: Record<string, string>;
}

interface Test {
  teardown(handler: () => unknown): void;
}

/** The database of a running stack, past row-level security. */
export async function openDatabase(t: Test, dataDir: string): Promise<Database> {
  const connectionString = readFileSync(join(dataDir, 'secrets/database-url'), 'utf8').trim();
  const client = new Client({ connectionString });
  await client.connect();
  t.teardown(() => client.end());
  const { rows: tables } = await client.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
      where table_schema in ('issuer', 'verifier', 'trust_registry', 'status_list', 'authz')
        and table_name <> all($1) order by 1`,
    [MOVING],
  );
  return {
    async digests() {
      const digests: Record<string, string> = {};
      for (const { name } of tables) {
        const { rows } = await client.query<{ digest: string }>(
          `select count(*) || ' ' || md5(coalesce(string_agg(t::text, chr(10) order by t::text), ''))
            as digest from ${name} t`,
        );
        digests[name] = rows[0]?.digest ?? '';
      }
      return digests;
    },
    async auditEvents(schema, action, clientId) {
      const { rows } = await client.query<{ event: AuditEvent }>(
        `select event::json as event from ${schema}.audit
          where event::json->>'action' = $1 and event::json->>'clientId' = $2 order by at`,
        [action, clientId],
      );
      return rows.map(({ event }) => event);
    },
  };
}
