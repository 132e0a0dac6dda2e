import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { build, post } from './echo-server.ts';

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
  const wide = await post(app, '/open', `[${'1,'.repeat(29_998)}1]`);
  test.equal(wide.statusCode, 200, 'thirty thousand elements fit, the list counted as one');
  const wider = await post(app, '/open', `[${'1,'.repeat(29_999)}1]`);
  test.match(wider.json(), { code: 'PARSING_ERROR', detail: /30000 members and elements/ });
  const lists = await post(app, '/open', `[${'[0],'.repeat(15_000)}[0]]`);
  test.match(lists.json(), { code: 'PARSING_ERROR', detail: /30000 members and elements/ });
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

t.test('marks inside of strings are no members', async (test) => {
  const app = await build(test);
  const body = JSON.stringify({ 'a:b,c"\\': ',:{}[]"\\'.repeat(4_000), d: [{ e: ':' }] });
  test.same((await post(app, '/open', body)).json(), JSON.parse(body));
});

t.test('others are answered between large bodies that come at once', async (test) => {
  const app = await build(test);
  const large = `[${'1,'.repeat(10_000)}1]`;
  const done: string[] = [];
  const all = Array.from({ length: 30 }, () =>
    post(app, '/open', large).then(() => done.push('large')),
  );
  // Whoever comes meanwhile has waited long enough after two of them.
  while (done.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await app.inject('/number?n=5');
  done.push('other');
  await Promise.all(all);
  test.ok(done.indexOf('other') < 15, `after ${done.indexOf('other')} of them`);
});

t.test('a route that takes no body takes none but {}', async (test) => {
  const app = await build(test);
  test.equal((await app.inject({ method: 'POST', url: '/start' })).statusCode, 200);
  test.equal((await post(app, '/start', '{}')).statusCode, 200);
  test.equal((await post(app, '/start', '')).statusCode, 200);
  const answer = await post(app, '/start', '{"tenantId":"ZZB02","a/b":1}');
  test.match(answer.json(), {
    code: 'INVALID_REQUEST',
    errors: [{ pointer: '/tenantId' }, { pointer: '/a~1b' }],
  });
  for (const body of ['[]', 'null', '1', '"x"', '[{"tenantId":1}]']) {
    test.equal((await post(app, '/start', body)).json().code, 'INVALID_REQUEST', body);
  }
});
