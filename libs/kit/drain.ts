import type { Server, ServerResponse } from 'node:http';
import { Server as Listener, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Drain {
  /** From now on each answer is the last of its connection: clients go elsewhere of themselves. */
  begin(): void;
  /** Takes no new connection, and resolves when every request that came over the open ones is answered. */
  end(): Promise<void>;
}

// What a client sends just when its idle connection is closed is lost: the open ones get so long to send one more.
const LINGER_MS = 250;
const LOOK_EVERY_MS = 25;

/** Call it before the server listens. */
export function createDrain(server: Server): Drain {
  const answering = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  let draining = false;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response) => {
    if (draining) sayClose(response);
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  const begin = () => {
    draining = true;
    for (const response of answering) sayClose(response);
  };
  return {
    begin,
    async end() {
      begin();
      if (!server.listening) return;
      // Not the HTTP server's own close, which would close idle connections at once.
      const closed = new Promise<void>((resolve) => {
        Listener.prototype.close.call(server, () => resolve());
      });
      await Promise.race([closed, wait(LINGER_MS)]);
      const timer = setInterval(() => {
        server.closeIdleConnections();
        // Node takes one over which nothing ever came for a request that is on its way.
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      }, LOOK_EVERY_MS);
      await closed;
      clearInterval(timer);
    },
  };
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
