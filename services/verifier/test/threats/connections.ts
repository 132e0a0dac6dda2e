import { createHook } from 'node:async_hooks';

/** TCP connections that this process begins and names that it looks up, whatever library does so. */
export const connections = { begun: 0, lookedUp: 0 };

createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') connections.begun += 1;
    if (type === 'GETADDRINFOREQWRAP' || type === 'QUERYWRAP') connections.lookedUp += 1;
  },
}).enable();
