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
