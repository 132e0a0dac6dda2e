import { Kysely, PostgresDialect, type PostgresPool, sql, type Transaction } from 'kysely';
import { Pool, types } from 'pg';
import { isUnavailable } from '#postgres/errors';
import { VcError } from '#vc/error';
import { readSecretFile } from './config.ts';
import { traceQuery } from './tracing.ts';

export { isLockedOut, isUnavailable, isUniqueViolation } from '#postgres/errors';

export interface PoolOptions {
  url: string;
  /** holds the login's password, which then need not stand in the URL */
  passwordFile?: string | undefined;
  max?: number;
  applicationName: string;
  /** a connection broke while nobody used it; the pool replaces it */
  onError: (error: Error) => void;
  /** milliseconds; also how long a row lock is waited for, and an idle transaction kept */
  statementTimeoutMs?: number;
  connectTimeoutMs?: number;
}

// type oids of pg_catalog
const INT8 = 20;
const DATE = 1082;

/**
 * A pool that outlives its PostgreSQL. Values: int8 a number (an error beyond 2^53-1, never a rounded
 * one), timestamptz a Date, date the text `YYYY-MM-DD` (a calendar day has no time zone), numeric text.
 */
export function createPool(options: PoolOptions): Pool {
  const statementTimeout = options.statementTimeoutMs ?? 10_000;
  const pool = new Pool({
    connectionString: connectionStringOf(options),
    max: options.max ?? 10,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: statementTimeout,
    lock_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    // the server's own timeout comes first; this one is for a peer that vanished without a word
    query_timeout: statementTimeout + 2_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  });
  // without a listener an idle connection that breaks ends the process
  // (the driver's error carries its whole client, which belongs in no log)
  pool.on('error', ({ message }) => options.onError(new Error(message)));
  // Nor may one that breaks on its way out of the pool, in the same packet in which it became ready: whoever gets it has
  // no listener yet. It takes no query any more, and so is found out.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** The driver lets an empty password of the URL win over one beside it, so the password goes into the URL. */
export function connectionStringOf({
  url,
  passwordFile,
}: Pick<PoolOptions, 'url' | 'passwordFile'>): string {
  if (passwordFile === undefined) return url;
  const withPassword = new URL(url);
  withPassword.password = encodeURIComponent(readSecretFile(passwordFile));
  return withPassword.href;
}

const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (oid === INT8) return parseSafeInteger;
  if (oid === DATE) return String;
  return format === 'binary'
    ? types.getTypeParser(oid, 'binary')
    : types.getTypeParser(oid, 'text');
};

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError('An int8 beyond 2^53-1 was read: select it as text');
}

/**
 * Kysely over the pool. A lost, full or late database surfaces as VcError SERVICE_UNAVAILABLE, whatever
 * statement met it. That includes COMMIT, whose outcome is then unknown: the caller retries with its
 * idempotency key and finds either the answer or nothing.
 */
export function createKysely<Tables>(pool: Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: mappingErrors(pool) }) });
}

function mappingErrors(pool: Pool): PostgresPool {
  const connect = async () => {
    const client = await pool.connect().catch(rethrow);
    let broken = false;
    // a connection that breaks while it is out of the pool reports here
    const onError = () => {
      broken = true;
    };
    client.on('error', onError);
    return {
      async query(text: string, values?: readonly unknown[]) {
        try {
          const ask = () => client.query(text, values === undefined ? undefined : [...values]);
          return await traceQuery(text, ask);
        } catch (error) {
          // after a timeout the answer may still come: nobody else may get this connection
          broken ||= isUnavailable(error);
          return rethrow(error);
        }
      },
      release(discard?: boolean) {
        client.off('error', onError);
        client.release(broken || discard === true);
      },
    };
  };
  return { connect, end: () => pool.end() } as unknown as PostgresPool;
}

function rethrow(error: unknown): never {
  if (!isUnavailable(error)) throw error;
  throw new VcError('SERVICE_UNAVAILABLE', 'The database cannot be reached just now', {
    cause: error,
  });
}

type Work<DB, T> = (trx: Transaction<DB>) => Promise<T>;

/** One transaction; an error rolls it back. */
export async function inTransaction<DB, T>(db: Kysely<DB>, work: Work<DB, T>): Promise<T> {
  return db.transaction().execute(work).catch(rethrow);
}

/** One transaction in which row-level security shows and takes this trust's rows only. */
export function inTenant<DB, T>(db: Kysely<DB>, odsCode: string, work: Work<DB, T>): Promise<T> {
  return withSetting(db, 'app.ods_code', odsCode, work);
}

/** One transaction of a client that acts for no trust (administrators, services): its idempotency keys are its own. */
export function inClient<DB, T>(db: Kysely<DB>, clientId: string, work: Work<DB, T>): Promise<T> {
  return withSetting(db, 'app.client_id', clientId, work);
}

function withSetting<DB, T>(db: Kysely<DB>, name: string, value: string, work: Work<DB, T>) {
  return inTransaction(db, async (trx) => {
    await sql`select set_config(${name}, ${value}, true)`.execute(trx);
    return work(trx);
  });
}

/** One transaction under another role, such as `issuer_jobs` for work across trusts. */
export async function asRole<DB, T>(db: Kysely<DB>, role: string, work: Work<DB, T>): Promise<T> {
  return inTransaction(db, async (trx) => {
    await sql`set local role ${sql.id(role)}`.execute(trx);
    return work(trx);
  });
}

/**
 * Runs `work` while no other process that asks for this name in this database does. The lock ends with the connection:
 * who was held up for long may meet another at work, so nothing may rest on it but the sparing of work.
 * @returns false, without running it, when another is at it
 */
export function runAlone<DB>(
  db: Kysely<DB>,
  name: string,
  work: () => Promise<unknown>,
): Promise<boolean> {
  return db.connection().execute(async (connection) => {
    const key = sql`hashtextextended(${name}, 0)`;
    const { rows } = await sql<{ got: boolean }>`
      select pg_try_advisory_lock(${key}) as got`.execute(connection);
    if (rows[0]?.got !== true) return false;
    try {
      await work();
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
    return true;
  });
}
