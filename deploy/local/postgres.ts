import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '#postgres/embedded-postgres';
import type { Layout } from './layout.ts';
import { keepPassword } from './secrets.ts';
import type { Supervised } from './supervise.ts';

export interface LocalPostgres extends Supervised {
  /** the administrator's connection, to a database of this name */
  adminUrl: string;
  /** a login's connection without its password */
  loginUrl(login: string): string;
}

const DATABASE = 'postgres';

// Made and dropped on a PostgreSQL of the user's own: never theirs. Cells of one demonstration have one each.
const throwawayOf = (layout: Layout) => `staff_passport_demo_${layout.port('issuer')}`;

export interface PostgresOptions {
  /** nothing of an earlier run: where DATABASE_URL is given, in a database of its own */
  fresh?: boolean;
  onDeath: (reason: string) => void;
  onStart: (pid: number) => void;
}

/** The database that DATABASE_URL names, or an embedded PostgreSQL that is started again whenever it dies. */
export async function openPostgres(
  layout: Layout,
  { fresh = false, onDeath, onStart }: PostgresOptions,
): Promise<LocalPostgres> {
  const given = process.env['DATABASE_URL'];
  if (given) return givenPostgres(given, fresh ? throwawayOf(layout) : undefined);

  const dataDir = layout.path('postgres');
  const password = keepPassword(layout.path('secrets/postgres'));
  const start = (onPort?: number) =>
    startEmbeddedPostgres({
      dataDir,
      password,
      port: onPort,
      settings: { max_connections: '120' },
    });
  let server = await start();
  const { port } = server;
  const state = { stopping: false };
  onStart(server.pid);

  const watch = async () => {
    for (;;) {
      const { code, signal } = await server.exited;
      if (state.stopping) return;
      onDeath(signal ?? `exit code ${code}`);
      await startAgain();
    }
  };
  const startAgain = async () => {
    while (!state.stopping) {
      try {
        server = await start(port);
        // stop() may have come meanwhile, and met only the one that was dead
        if (state.stopping) return await server.stop();
        return onStart(server.pid);
      } catch (error) {
        onDeath(error instanceof Error ? error.message : 'it did not start');
        await wait(500);
      }
    }
  };
  const watching = watch();

  return {
    adminUrl: server.url(DATABASE, 'postgres', password),
    loginUrl: (login) => `postgres://${login}@127.0.0.1:${port}/${DATABASE}`,
    pid: () => server.pid,
    async stop() {
      state.stopping = true;
      await server.stop();
      await watching;
    },
  };
}

/** @param throwaway a database that is made anew beside the one named, and dropped at the end */
async function givenPostgres(given: string, throwaway?: string): Promise<LocalPostgres> {
  const adminUrl = new URL(given);
  if (throwaway !== undefined) {
    await administer(given, `drop database if exists ${throwaway} with (force)`);
    await administer(given, `create database ${throwaway}`);
    adminUrl.pathname = throwaway;
  }
  return {
    adminUrl: adminUrl.href,
    loginUrl(login) {
      const url = new URL(adminUrl);
      url.username = login;
      url.password = '';
      return url.href;
    },
    pid: () => undefined,
    async stop() {
      if (throwaway !== undefined)
        await administer(given, `drop database if exists ${throwaway} with (force)`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
