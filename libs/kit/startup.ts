import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import { Client } from 'pg';
import { isUnavailable } from '#postgres/errors';
import { connectionStringOf } from './database.ts';

export interface NeededSchema {
  /** of PostgreSQL */
  schema: string;
  /** the newest migration that this code was written for; a newer schema will do as well */
  migration: string;
}

export interface StartupOptions extends NeededSchema {
  databaseUrl: string;
  databasePasswordFile?: string | undefined;
  /** milliseconds */
  startupTimeoutMs: number;
  logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const QUERY_TIMEOUT_MS = 5_000;

/**
 * Resolves when the database answers and has the schema that the service needs. Each try is logged (`startup.waiting`).
 * A database that is not there yet, or not migrated yet, is waited for; a refused login is not, because no wait betters
 * it.
 * @throws Error in one line: what was refused, or what was not there within `startupTimeoutMs`
 */
export async function untilMigrated(options: StartupOptions): Promise<void> {
  const { logger, startupTimeoutMs } = options;
  const giveUp = performance.now() + startupTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const missing = await whatIsMissing(options).catch((error: Error) => {
      logger.error({ event: 'startup.failed', reason: error.message }, 'no wait betters it');
      throw error;
    });
    if (missing === undefined) {
      if (attempt > 1) logger.info({ event: 'startup.found', for: 'database' }, 'it is there');
      return;
    }
    const { what, reason } = missing;
    const left = giveUp - performance.now();
    if (left <= 0) {
      logger.error({ event: 'startup.failed', for: what, attempt, reason }, 'the start gives up');
      throw new Error(`${what} was not there within ${startupTimeoutMs} ms: ${reason}`);
    }
    const pauseMs = Math.ceil(
      Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS, left),
    );
    logger.warn(
      { event: 'startup.waiting', for: what, attempt, pauseMs, reason },
      'the start waits',
    );
    await wait(pauseMs);
  }
}

interface Missing {
  what: string;
  reason: string;
}

/** @throws Error when waiting is of no use */
async function whatIsMissing(options: StartupOptions): Promise<Missing | undefined> {
  const { schema, migration } = options;
  const client = new Client({
    connectionString: connectionStringOf({
      url: options.databaseUrl,
      passwordFile: options.databasePasswordFile,
    }),
    application_name: 'startup',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // one that breaks between two calls would end the process
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query(
      `select from ${client.escapeIdentifier(schema)}.schema_migrations where name = $1`,
      [migration],
    );
    if (rowCount === 1) return undefined;
    return { what: 'the schema', reason: `${schema} is not migrated to ${migration} yet` };
  } catch (error) {
    const reason = reasonOf(error);
    const code = codeOf(error);
    if (code.startsWith('28')) {
      throw new Error(`The database refuses the login: ${reason}`, { cause: error });
    }
    if (NOT_MIGRATED.has(code)) return { what: 'the schema', reason };
    if (isUnavailable(error)) return { what: 'the database', reason };
    throw new Error(`The database cannot be used: ${reason}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** No such schema, no such table, no right to read it: the migrations make all three. */
const NOT_MIGRATED = new Set(['3F000', '42P01', '42501']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Of several addresses that were tried the driver's error has a code and no message. */
function reasonOf(error: unknown): string {
  return (error instanceof Error && error.message) || codeOf(error) || String(error);
}
