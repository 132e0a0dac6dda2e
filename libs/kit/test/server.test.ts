import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { Type } from 'typebox';
import { createServer, type Server } from '../server.ts';
import { build, SignedSchema } from './echo-server.ts';

t.test('an unknown path is 404 and a wrong method 405 with Allow', async (test) => {
  const app = await build(test);
  test.equal((await app.inject('/nothing')).json().code, 'NOT_FOUND');
  const wrong = await app.inject({ method: 'DELETE', url: '/echo' });
  test.equal(wrong.json().code, 'METHOD_NOT_ALLOWED');
  test.equal(wrong.headers.allow, 'POST');
});

t.test('an unexpected error answers fixed text and nothing of its cause', async (test) => {
  const app = await build(test);
  const answer = await app.inject('/broken');
  test.equal(answer.statusCode, 500);
  test.equal(answer.json().code, 'INTERNAL_ERROR');
  test.notMatch(answer.body, /secret|select|stack/);
});

t.test('the API is described at /openapi.json and browsable offline at /docs', async (test) => {
  const app = await build(test);
  const api = (await app.inject('/openapi.json')).json();
  test.equal(api.openapi, '3.1.0');
  test.ok(api.paths['/echo'].post);
  const page = await app.inject('/docs/');
  test.equal(page.statusCode, 200);
  test.notMatch(page.body, /https?:\/\//, 'names no other host');
});

t.test('a route that is not described stops the server from starting', async (test) => {
  const open = { access: 'public' } as const;
  const start = async (hide: boolean) => {
    const app = await createServer({ name: 'test', description: 'A test', logger: false });
    test.teardown(() => app.close());
    app.get('/things/:id', { config: open, schema: { hide } }, () => ({}));
    await app.ready();
  };
  await test.resolves(start(false));
  await test.rejects(start(true), { message: 'get /things/:id is not described' });
});

t.test('every line of the log says which service wrote it', async (test) => {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const app = await createServer({ name: 'test', description: 'A test', logger: { stream } });
  test.teardown(() => app.close());
  app.log.info('a line');
  test.equal(JSON.parse(lines[0] ?? '{}').name, 'test');
});

/** What a server says to bytes that no HTTP client would send. */
async function exchange(app: Server, bytes: string): Promise<{ status: number; problem: unknown }> {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  t.match(head.toLowerCase(), 'content-type: application/problem+json');
  return { status: Number(head.split(' ')[1]), problem: JSON.parse(body) };
}

t.test(
  'what is no HTTP, or headers past the limit, is refused with problem details',
  async (test) => {
    const app = await build(test);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const garbage = await exchange(app, 'hello\r\n\r\n');
    test.equal(garbage.status, 400);
    test.match(garbage.problem, { code: 'INVALID_REQUEST', status: 400 });
    const smuggled = 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    test.equal((await exchange(app, `POST /open HTTP/1.1\r\nHost: a\r\n${smuggled}`)).status, 400);
    const flood = Array.from({ length: 2_000 }, (_, at) => `h${at}: ${'v'.repeat(30)}\r\n`).join(
      '',
    );
    const refused = await exchange(app, `GET /open HTTP/1.1\r\nHost: a\r\n${flood}\r\n`);
    test.equal(refused.status, 431);
    test.match(refused.problem, { code: 'INVALID_REQUEST', status: 431 });
  },
);

t.test('NUL in a path or a query is refused before it can reach the database', async (test) => {
  const app = await build(test);
  app.get('/things/:id', { config: { access: 'public' } }, () => ({}));
  test.equal((await app.inject('/things/a?b=c')).statusCode, 200);
  for (const url of ['/things/a%00', '/things/%00?b=c', '/things/a?b=%00']) {
    const answer = await app.inject(url);
    test.equal(answer.statusCode, 400, url);
    test.equal(answer.json().code, 'INVALID_REQUEST');
  }
});

t.test('a handler that outlasts the deadline is answered for, with 503', async (test) => {
  const app = await createServer({
    name: 'test',
    description: 'A test server',
    logger: false,
    handlerTimeoutMs: 50,
  });
  test.teardown(() => app.close());
  const late = Promise.withResolvers<object>();
  app.get('/quick', { config: { access: 'public' } }, () => ({}));
  app.get('/slow', { config: { access: 'public' } }, () => late.promise);
  test.equal((await app.inject('/quick')).statusCode, 200);
  const answer = await app.inject('/slow');
  test.equal(answer.statusCode, 503);
  test.equal(answer.json().code, 'SERVICE_UNAVAILABLE');
  test.equal(answer.headers['retry-after'], '2');
  late.resolve({});
});

t.test('a closing server answers what still comes over open connections', async (test) => {
  const app = await build(test);
  const first = Promise.withResolvers<void>();
  app.get('/held', { config: { access: 'public' } }, () => first.promise.then(() => ({})));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  const held = 'GET /held HTTP/1.1\r\nHost: a\r\n\r\n';
  const arrived = new Promise((resolve) => app.server.once('request', resolve));
  socket.write(held);
  await arrived;
  const closed = app.close();
  await new Promise(setImmediate);
  socket.write(held);
  first.resolve();
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  await closed;
  test.equal(text.match(/HTTP\/1\.1 200/g)?.length, 2, text);
  test.match(text.toLowerCase(), 'connection: close');
});

t.test(
  'the description names every way a call can fail, and the key a write needs',
  async (test) => {
    const app = await createServer({ name: 'test', description: 'A test server', logger: false });
    test.teardown(() => app.close());
    const headers = Type.Object({ 'idempotency-key': Type.Optional(Type.String()) });
    const access = { scope: 'things:write' };
    const schema = { headers, body: SignedSchema, security: [{ token: ['things:write'] }] };
    app.post('/v1/things/:id', { schema, config: { access } }, () => ({}));
    app.post('/things', { schema, config: { access } }, () => ({}));
    app.get('/open', { config: { access: 'public' } }, () => ({}));
    app.post('/bare', { config: { access: 'public' } }, () => ({}));
    const ownError = { response: { 503: Type.Object({ error: Type.String() }) } };
    const internal = { security: [{ token: ['internal:status'] }] };
    app.get('/internal', { schema: internal, config: { access } }, () => ({}));
    app.get('/oauth', { schema: ownError, config: { access: 'public' } }, () => {});
    const { paths, components } = (await app.inject('/openapi.json')).json();
    const write = paths['/v1/things/{id}'].post;
    const codes = [
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ];
    test.same(Object.keys(write.responses), codes);
    test.same(write.responses[404], { $ref: '#/components/responses/404' });
    const { content } = components.responses[404];
    test.same(content['application/problem+json'].schema, { $ref: '#/components/schemas/Problem' });
    test.match(components.responses[429].headers, { 'Retry-After': {} });
    test.match(components.responses[503].headers, { 'Retry-After': {} });
    test.match(write.parameters, [{ name: 'Idempotency-Key', required: true }, { name: 'id' }]);
    test.match(paths['/things'].post.parameters, [{ name: 'Idempotency-Key', required: false }]);
    test.same(Object.keys(paths['/open'].get.responses), ['200', '429', '500', '503']);
    test.same(Object.keys(paths['/bare'].post.responses), [
      '200',
      '400',
      '413',
      '415',
      '429',
      '500',
      '503',
    ]);
    test.notOk('429' in paths['/internal'].get.responses, 'services are not counted');
    const { 503: own, ...others } = paths['/oauth'].get.responses;
    test.ok(own.content['application/json'], 'a form of its own stands');
    test.same(Object.keys(others), ['429', '500']);
  },
);
