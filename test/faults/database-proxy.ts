import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface DatabaseProxy {
  /** a service's DATABASE_URL, led through here */
  through(databaseUrl: string): string;
  /**
   * Of the next transaction that says this, COMMIT is passed on and its reply is not: the connection is cut between the
   * two, and the database is out of reach until `heal`.
   */
  cutCommitOf(statement: RegExp): void;
  heal(): void;
  /** commits that were cut */
  cuts(): number;
}

/** In front of a PostgreSQL: speaks nothing, listens to what goes by. */
export async function startDatabaseProxy(
  t: { teardown(handler: () => unknown): void },
  databaseUrl: string,
): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const state = { wanted: undefined as RegExp | undefined, away: false, cuts: 0 };
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const goAway = () => {
    state.away = true;
    for (const socket of sockets) socket.destroy();
  };

  const server = createServer((client) => {
    if (state.away) {
      client.destroy();
      return;
    }
    const database = connect(Number(target.port), target.hostname);
    keep(client);
    keep(database);
    let said = '';
    let cutting = false;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      said = text.includes('begin\0') ? text : said + text;
      if (text.includes('commit\0') && state.wanted?.test(said)) {
        cutting = true;
        state.wanted = undefined;
      }
      database.write(chunk);
    });
    database.on('data', (chunk) => {
      if (!cutting) {
        client.write(chunk);
        return;
      }
      // The reply is here, so it is committed; whoever waits for it will not know.
      state.cuts += 1;
      goAway();
    });
    client.once('close', () => database.destroy());
    database.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    goAway();
    server.close();
  });
  const { port } = server.address() as AddressInfo;

  return {
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    cutCommitOf(statement) {
      state.wanted = statement;
    },
    heal() {
      state.away = false;
    },
    cuts: () => state.cuts,
  };
}
