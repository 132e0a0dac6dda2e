import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';

export interface ZooServer {
  close(): void;
}

export interface ServeZooOptions {
  directory: string;
  port: number;
  /** makes the zoo in the directory */
  make: () => Promise<unknown>;
}

const PATH = /^\/zoo\/([\w.+-]+\.json)$/;

/**
 * Serves the files of a zoo at `/zoo/<file>` to this machine. The zoo is made when it is first asked for, not before:
 * it changes the registry of the stack, which those who never look at it need not have.
 * @throws Error when the port is in use
 */
export async function serveZoo({ directory, port, make }: ServeZooOptions): Promise<ZooServer> {
  let made: Promise<unknown> | undefined;
  const untilMade = (): Promise<unknown> => {
    if (!isThere(directory, 'index.json')) {
      made ??= make().finally(() => {
        made = undefined;
      });
    }
    return made ?? Promise.resolve();
  };
  const server = createServer((request, response) => {
    const [, file] = PATH.exec(request.url ?? '') ?? [];
    if (request.method !== 'GET' || file === undefined) return refuse(response, 404);
    untilMade()
      .then(() => send(response, directory, file))
      .catch((error: unknown) => {
        console.error('The failure zoo could not be made:', error);
        refuse(response, 503);
      });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    const message = `Port ${port}, of the failure zoo, is in use: move this stack with PORT_BASE`;
    throw new Error(message, { cause });
  });
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function send(response: ServerResponse, directory: string, file: string): void {
  if (!isThere(directory, file)) return refuse(response, 404);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(readFileSync(join(directory, file)));
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(status === 404 ? 'The index is /zoo/index.json\n' : 'Not made: see the launcher\n');
}

function isThere(directory: string, file: string): boolean {
  try {
    return readdirSync(directory).includes(file);
  } catch {
    return false;
  }
}
