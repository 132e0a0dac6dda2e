import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { createDrain } from '../drain.ts';
import { createManagementServer, createMetrics } from '../health.ts';
import { createServer } from '../server.ts';

async function serve(t: Test) {
  const app = await createServer({ name: 'test', description: 'Test', logger: false });
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  app.get('/quick', () => ({ ok: true }));
  app.get('/slow', async () => {
    asked.resolve();
    await answer.promise;
    return { ok: true };
  });
  const drain = createDrain(app.server);
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  return { app, drain, port, asked: asked.promise, answer: () => answer.resolve() };
}

async function open(t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends a GET over the open connection. @returns the answer's bytes, which are few enough to come at once */
async function ask(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
  const [text] = await once(socket, 'data');
  return String(text);
}

t.test('an answer keeps its connection, and from the drain on it is the last', async (t) => {
  const { drain, port } = await serve(t);
  const socket = await open(t, port);
  t.match(await ask(socket, '/quick'), /^HTTP\/1\.1 200 OK[^]*connection: keep-alive/i);
  drain.begin();
  t.match(await ask(await open(t, port), '/quick'), /^HTTP\/1\.1 200 OK[^]*connection: close/i);
  const ended = once(socket, 'end');
  t.match(await ask(socket, '/quick'), /^HTTP\/1\.1 200 OK[^]*connection: close/i);
  await ended;
});

t.test('a request that is being worked on is answered before the drain ends', async (t) => {
  const { app, drain, port, asked, answer } = await serve(t);
  const slow = ask(await open(t, port), '/slow');
  await asked;
  let ended = false;
  const ending = drain.end().then(() => {
    ended = true;
  });
  const [refusal] = await once(connect(port, '127.0.0.1'), 'error');
  t.equal((refusal as NodeJS.ErrnoException).code, 'ECONNREFUSED', 'nobody else comes in');
  t.equal(ended, false);
  answer();
  t.match(await slow, /^HTTP\/1\.1 200 OK[^]*connection: close/i);
  await ending;
  await app.close();
});

t.test('a request over an idle connection is answered after the door is closed', async (t) => {
  const { drain, port } = await serve(t);
  const socket = await open(t, port);
  await ask(socket, '/quick');
  const ending = drain.end();
  t.match(await ask(socket, '/quick'), /^HTTP\/1\.1 200 OK[^]*connection: close/i);
  await ending;
});

t.test('connections that are idle, or over which nothing came, do not keep it', async (t) => {
  const { drain, port } = await serve(t);
  const [idle, fresh] = [await open(t, port), await open(t, port)];
  const gone = [idle, fresh].map((socket) => once(socket, 'close'));
  fresh.on('error', () => {});
  await ask(idle, '/quick');
  await drain.end();
  await Promise.all(gone);
});

t.test('the management port is alive and not ready before and after it runs', async (t) => {
  let phase: 'starting' | 'running' | 'draining' = 'starting';
  const management = createManagementServer(undefined, () => phase);
  t.teardown(() => management.close());
  const readiness = async () => {
    const { statusCode, json } = await management.inject('/readyz');
    return [statusCode, json<{ status: string }>().status];
  };
  const alive = async () => (await management.inject('/livez')).statusCode;
  t.same([await alive(), ...(await readiness())], [200, 503, 'starting']);
  t.equal((await management.inject('/metrics')).statusCode, 503);
  management.observe({ checks: { database: async () => {} }, metrics: createMetrics() });
  phase = 'running';
  t.same([await alive(), ...(await readiness())], [200, 200, 'ok']);
  phase = 'draining';
  t.same([await alive(), ...(await readiness())], [200, 503, 'draining']);
  t.equal((await management.inject('/metrics')).statusCode, 200);
});
