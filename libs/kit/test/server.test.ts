import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t, { type Test } from 'tap';
import { Type } from 'typebox';
import { createServer, type Server } from '../server.ts';

const SignedSchema = Type.Object(
  {
    type: Type.Union([Type.String(), Type.Array(Type.String())]),
    n: Type.Optional(Type.Integer()),
    claim: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

async function build(test: Test): Promise<Server> {
  const app = await createServer({ name: 'test', description: 'A test server', logger: false });
  const access = 'public' as const;
  app.post(
    '/echo',
    { schema: { body: SignedSchema }, config: { access } },
    (request) => request.body,
  );
  app.post('/open', { config: { access } }, (request) => request.body);
  const querystring = Type.Object({ n: Type.Integer() });
  app.get('/number', { schema: { querystring }, config: { access } }, (request) => request.query);
  app.get('/broken', { config: { access } }, () => {
    throw new Error('secret detail: select * from keys');
  });
  test.teardown(() => app.close());
  return app;
}

function post(app: Server, url: string, payload: string | Buffer, type = 'application/json') {
  return app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
}

t.test('a body reaches the handler exactly as it was sent', async (test) => {
  const app = await build(test);
  const sent = { type: 'VerifiableCredential', n: 5, claim: { z: 1, a: [null, '1', ''] } };
  const answer = await post(app, '/echo', JSON.stringify(sent));
  test.equal(answer.statusCode, 200);
  test.equal(answer.body, JSON.stringify(sent), 'no coercion, no reordering, nothing dropped');
});

t.test(
  'a body with a member that the schema does not know is refused, not stripped',
  async (test) => {
    const app = await build(test);
    test.equal((await post(app, '/echo', '{"type":"VerifiableCredential","n":5}')).statusCode, 200);
    const answer = await post(app, '/echo', '{"type":"VerifiableCredential","n":5,"evil":1}');
    test.equal(answer.statusCode, 400);
    test.equal(answer.json().code, 'INVALID_REQUEST');
    test.match(answer.json().errors, [{ pointer: '/evil' }]);
    test.match(answer.headers['content-type'], 'application/problem+json');
  },
);

t.test('an integer sent as text is refused in a body and read in a query', async (test) => {
  const app = await build(test);
  test.equal((await post(app, '/echo', '{"type":"V","n":"5"}')).json().code, 'INVALID_REQUEST');
  test.same((await app.inject('/number?n=5')).json(), { n: 5 });
});

for (const [what, body] of [
  ['a duplicate key', '{"type":"a","type":"b"}'],
  ['a duplicate key written with an escape', '{"type":"a","t\\u0079pe":"b"}'],
  ['a duplicate key deep inside', '{"claim":{"x":[{"status":1,"status":2}]}}'],
  ['__proto__ as a key', '{"__proto__":{"polluted":true}}'],
  ['constructor as a key', '{"constructor":{"prototype":{"polluted":true}}}'],
  ['__proto__ as an @id value', '{"@id":"__proto__"}'],
  ['NUL in a string', '{"type":"a\\u0000b"}'],
  ['a lone surrogate', '{"type":"\\ud800"}'],
  ['a number beyond a double', '{"n":1e999}'],
  ['an integer beyond 2^53-1', '{"n":9007199254740993}'],
  ['text after the document', '{"type":"a"} {}'],
] as const) {
  t.test(`${what} is refused before validation`, async (test) => {
    const app = await build(test);
    test.equal((await post(app, '/open', '{"type":"a"}')).statusCode, 200);
    const answer = await post(app, '/open', body);
    test.equal(answer.statusCode, 400);
    test.equal(answer.json().code, 'PARSING_ERROR');
    test.notOk('polluted' in Object.prototype);
  });
}

t.test('invalid UTF-8 is refused', async (test) => {
  const app = await build(test);
  const answer = await post(app, '/open', Buffer.from([0x22, 0xc3, 0x28, 0x22]));
  test.equal(answer.json().code, 'PARSING_ERROR');
});

t.test('deep nesting and a million elements are refused quickly', async (test) => {
  const app = await build(test);
  const started = performance.now();
  const deep = await post(app, '/open', '['.repeat(10_000) + ']'.repeat(10_000));
  test.equal(deep.json().code, 'PARSING_ERROR');
  const wide = await post(app, '/open', `[${'1,'.repeat(30_000)}1]`);
  test.equal(wide.statusCode, 200, 'thirty thousand elements fit');
  const bomb = await post(app, '/open', `[${'1,'.repeat(1_000_000)}1]`);
  test.equal(bomb.statusCode, 413);
  test.ok(performance.now() - started < 2_000, 'bounded work');
});

t.test('colons inside strings are not taken for members', async (test) => {
  const app = await build(test);
  const sent = '{"type":"a:b\\"c:d\\\\","claim":{"u:v":"{\\"x\\":1}"}}';
  const answer = await post(app, '/open', sent);
  test.equal(answer.statusCode, 200);
  test.same(answer.json(), JSON.parse(sent));
});

t.test('other media types, charsets and compressed bodies are 415', async (test) => {
  const app = await build(test);
  test.equal((await post(app, '/open', '{}', 'application/json; charset=UTF-8')).statusCode, 200);
  for (const type of ['text/plain', 'application/json; charset=utf-16', 'application/xml']) {
    test.equal((await post(app, '/open', '{}', type)).json().code, 'UNSUPPORTED_MEDIA_TYPE', type);
  }
  const gzip = await app.inject({
    method: 'POST',
    url: '/open',
    payload: '{}',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  });
  test.equal(gzip.json().code, 'UNSUPPORTED_MEDIA_TYPE');
});

t.test('a chunked body past the limit is 413 and closes the connection', async (test) => {
  const app = await build(test);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const status = await new Promise<{ code: number | undefined; connection: string | undefined }>(
    (resolve, reject) => {
      const request = httpRequest(
        {
          port,
          host: '127.0.0.1',
          path: '/open',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        },
        (response) => {
          response.resume();
          resolve({ code: response.statusCode, connection: response.headers.connection });
        },
      );
      request.on('error', reject);
      request.write(`["${'x'.repeat(70_000)}`);
      request.end('"]');
    },
  );
  test.same(status, { code: 413, connection: 'close' });
});

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
    app.get('/oauth', { schema: ownError, config: { access: 'public' } }, () => {});
    const { paths, components } = (await app.inject('/openapi.json')).json();
    const write = paths['/v1/things/{id}'].post;
    const codes = ['200', '400', '401', '403', '404', '409', '413', '415', '422', '500', '503'];
    test.same(Object.keys(write.responses), codes);
    test.same(write.responses[404], { $ref: '#/components/responses/404' });
    const { content } = components.responses[404];
    test.same(content['application/problem+json'].schema, { $ref: '#/components/schemas/Problem' });
    test.match(components.responses[503].headers, { 'Retry-After': {} });
    test.match(write.parameters, [{ name: 'Idempotency-Key', required: true }, { name: 'id' }]);
    test.match(paths['/things'].post.parameters, [{ name: 'Idempotency-Key', required: false }]);
    test.same(Object.keys(paths['/open'].get.responses), ['200', '500', '503']);
    test.same(Object.keys(paths['/bare'].post.responses), ['200', '400', '500', '503']);
    const { 503: own, ...others } = paths['/oauth'].get.responses;
    test.ok(own.content['application/json'], 'a form of its own stands');
    test.same(Object.keys(others), ['500']);
  },
);
