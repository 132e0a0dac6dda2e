import { type Kysely, sql } from 'kysely';
import type { AuditRow } from './audit-row.ts';

const PAGE = 5_000;

/**
 * Every audit row of a schema, one JSON line each without the line feed, in order of stream and number, from one
 * snapshot. The database's user needs `<schema>_auditor`.
 */
export async function* exportAudit<DB>(db: Kysely<DB>, schema: string): AsyncGenerator<string> {
  const trx = await db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    let after = { stream: '', seq: 0 };
    for (;;) {
      const { rows } = await sql<AuditRow>`
        select stream, seq::float8 as seq,
          to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
          event, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash
        from ${sql.id(schema, 'audit')}
        where (stream, seq) > (${after.stream}, ${after.seq}::bigint)
        order by stream, seq limit ${sql.lit(PAGE)}`.execute(trx);
      for (const row of rows) yield JSON.stringify(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  } finally {
    await trx.rollback().execute();
  }
}
