import { setTimeout as wait } from 'node:timers/promises';
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

/** The database that DATABASE_URL names, or an embedded PostgreSQL that is started again whenever it dies. */
export async function openPostgres(
  layout: Layout,
  onDeath: (reason: string) => void,
  onStart: (pid: number) => void,
): Promise<LocalPostgres> {
  const given = process.env['DATABASE_URL'];
  if (given) return givenPostgres(given);

  const dataDir = layout.path('postgres');
  const password = keepPassword(layout.path('secrets/postgres'));
  const settings = { max_connections: '120' };
  let server = await startEmbeddedPostgres({ dataDir, password, settings });
  const { port } = server;
  let stopping = false;
  onStart(server.pid);

  const watch = async () => {
    for (;;) {
      const { code, signal } = await server.exited;
      if (stopping) return;
      onDeath(signal ?? `exit code ${code}`);
      server = await restart();
      onStart(server.pid);
    }
  };
  const restart = async (): Promise<typeof server> => {
    for (;;) {
      try {
        return await startEmbeddedPostgres({ dataDir, password, port, settings });
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
      stopping = true;
      await server.stop();
      await watching;
    },
  };
}

function givenPostgres(adminUrl: string): LocalPostgres {
  return {
    adminUrl,
    loginUrl(login) {
      const url = new URL(adminUrl);
      url.username = login;
      url.password = '';
      return url.href;
    },
    pid: () => undefined,
    stop: () => Promise.resolve(),
  };
}
