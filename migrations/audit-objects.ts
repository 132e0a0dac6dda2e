import { type Kysely, sql } from 'kysely';

/*
 * The audit chain, and why it has neither a hot row nor a gap.
 *
 * A schema has 16 streams ("lanes"), `<schema>/0` to `<schema>/15`. To append, a transaction takes the advisory
 * lock of the first lane it finds free, from a start that differs by backend; only when all 16 are taken does it
 * wait for one. The lock belongs to the transaction, and PostgreSQL lets go of a transaction's locks only after
 * its rows have become visible. audit_append is VOLATILE and the transaction READ COMMITTED (checked), so the
 * statement that reads the lane's head starts after the lock was got and takes a fresh snapshot: it sees
 * everything that the lane's earlier holders committed, and nobody else can append until this transaction ends.
 * Hence: two transactions never continue from the same head; a rollback takes its rows and leaves the head as it
 * was; numbers have no gap. Should any of this be wrong, the primary key refuses the second row and the request
 * fails, as it must when audit cannot be written.
 *
 * A second call in one transaction may take a second lane; it cannot deadlock over lanes, because who holds a lane
 * finds at least that one free and so never waits. Waits on other rows while a lane is held slow its lane down:
 * append last.
 *
 * hash = SHA-256 over: the 32 bytes of the previous row's hash (32 zero bytes before the first) | stream | LF |
 * seq in decimal | LF | at in UTC as YYYY-MM-DDThh:mm:ss.ffffffZ | LF | the event's exact text; texts in UTF-8.
 * No part but the last can hold a line feed, so the bytes read in one way only.
 */
const APPEND = `
declare
  lock_class constant integer := hashtext('audit:' || '@schema@');
  first_lane constant integer := pg_backend_pid() % 16;
  lane integer;
  lane_stream text;
  head_seq bigint;
  head_at timestamptz;
  head_hash bytea;
  next_event text;
  next_hash bytea;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'audit_append needs a read committed transaction';
  end if;
  lane := -1;
  for step in 0..15 loop
    if pg_try_advisory_xact_lock(lock_class, (first_lane + step) % 16) then
      lane := (first_lane + step) % 16;
      exit;
    end if;
  end loop;
  if lane < 0 then
    lane := first_lane;
    perform pg_advisory_xact_lock(lock_class, lane);
  end if;
  lane_stream := '@schema@/' || lane;

  select a.seq, a.at, a.hash into head_seq, head_at, head_hash
    from @schema@.audit a where a.stream = lane_stream order by a.seq desc limit 1;
  if not found then
    head_seq := 0;
    head_at := '-infinity';
    head_hash := decode(repeat('00', 32), 'hex');
  end if;
  -- a clock that jumped back does not make audit times fall
  head_at := greatest(head_at, event_time);

  foreach next_event in array events loop
    head_seq := head_seq + 1;
    next_hash := sha256(head_hash || convert_to(
      lane_stream || E'\\n' || head_seq || E'\\n' ||
      to_char(head_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n' ||
      next_event, 'UTF8'));
    insert into @schema@.audit (stream, seq, at, event, previous_hash, hash)
      values (lane_stream, head_seq, head_at, next_event, head_hash, next_hash);
    head_hash := next_hash;
  end loop;
end`;

const HEADS = `
  select head.stream, head.seq, head.at, head.hash
    from generate_series(0, 15) lane
    cross join lateral (
      select a.stream, a.seq, a.at, a.hash from @schema@.audit a
        where a.stream = '@schema@/' || lane order by a.seq desc limit 1
    ) head
    order by head.stream`;

/**
 * The table `audit`, and the only two ways a service has to it: `audit_append(event_time, events)` and
 * `audit_heads()`. `<schema>_auditor` may read. Run as the schema's owner.
 */
export async function createAudit(db: Kysely<unknown>, schema: string): Promise<void> {
  const name = (object: string) => sql.id(schema, object);
  const role = (suffix: string) => sql.id(`${schema}_${suffix}`);
  const body = (text: string) => sql.lit(text.replaceAll('@schema@', schema));
  await sql`create table ${name('audit')} (
    stream text collate "C" not null,
    seq bigint not null check (seq > 0),
    at timestamptz not null,
    event text not null,
    previous_hash bytea not null check (length(previous_hash) = 32),
    hash bytea not null check (length(hash) = 32),
    primary key (stream, seq)
  )`.execute(db);
  await sql`create function ${name('audit_append')}(event_time timestamptz, events text[])
    returns void language plpgsql volatile security definer
    set search_path = pg_catalog, pg_temp as ${body(APPEND)}`.execute(db);
  await sql`create function ${name('audit_heads')}()
    returns table (stream text, seq bigint, at timestamptz, hash bytea)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp as ${body(HEADS)}`.execute(db);
  for (const signature of [
    sql`${name('audit_append')}(timestamptz, text[])`,
    sql`${name('audit_heads')}()`,
  ]) {
    await sql`revoke all on function ${signature} from public`.execute(db);
    await sql`grant execute on function ${signature} to ${role('login')}, ${role('jobs')}`.execute(
      db,
    );
  }
  await sql`grant select on ${name('audit')} to ${role('auditor')}`.execute(db);
}
