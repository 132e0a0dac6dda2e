import t, { type Test } from 'tap';
import { createServer } from '../server.ts';

const closed = { additionalProperties: false };
const DATE_TIME = String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`;
const body = {
  type: 'object',
  properties: {
    one: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'object' }] },
    other: { type: 'string' },
    at: { type: 'string', pattern: DATE_TIME },
    'a/b': { type: 'object', ...closed },
  },
  ...closed,
  oneOf: [{ required: ['one'] }, { required: ['other'] }],
};

async function build(test: Test) {
  const app = await createServer({ name: 'test', description: 'A test server', logger: false });
  test.teardown(() => app.close());
  app.post('/things', { schema: { body }, config: { access: 'public' } }, () => ({}));
  const headers = { 'content-type': 'application/json' };
  const post = { method: 'POST', url: '/things', headers } as const;
  return (payload?: string) => app.inject(payload === undefined ? post : { ...post, payload });
}

t.test('what is wrong with a body is said in words, and where it is', async (t) => {
  const post = await build(t);
  t.equal((await post('{"one":"a","at":"2026-11-23T09:00:00Z"}')).statusCode, 200);
  for (const [payload, pointer, detail] of [
    ['{}', '', "must have required property 'one' or 'other'"],
    ['{"one":"a","other":"b"}', '', 'must be one of the alternatives, and is several at once'],
    ['{"one":7}', '/one', 'must be string or object'],
    ['{"one":"a","at":"2026-11-23"}', '/at', 'must be a date and time with a zone, such as 2026'],
    ['{"one":"a","mo~re/":1}', '/mo~0re~1', 'mo~re/ is not a known property'],
    ['{"one":"a","a/b":{"c":1}}', '/a~1b/c', 'c is not a known property'],
  ] as const) {
    const problem = (await post(payload)).json();
    t.match(problem, { status: 400, code: 'INVALID_REQUEST', errors: [{ pointer, detail }] });
    t.ok(problem.detail.includes(`: ${pointer || '/'} ${detail}`), problem.detail);
  }
});

t.test('a call that lacks its body, or the header that says what it is, is told so', async (t) => {
  const post = await build(t);
  t.match((await post()).json(), {
    code: 'INVALID_REQUEST',
    detail: 'This call needs a JSON body, and has none',
    errors: [{ pointer: '' }],
  });
  const app = await createServer({ name: 'test', description: 'A test server', logger: false });
  t.teardown(() => app.close());
  app.post('/things', { schema: { body }, config: { access: 'public' } }, () => ({}));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await app.inject({ method: 'POST', url: '/things', headers, payload: '{}' });
  t.match(answer.json(), { code: 'UNSUPPORTED_MEDIA_TYPE', detail: /`content-type: application/ });
});

t.test('a page that can be got says so to who sends it something', async (t) => {
  const app = await createServer({ name: 'test', description: 'A test server', logger: false });
  t.teardown(() => app.close());
  await app.ready();
  for (const url of ['/docs', '/docs/', '/openapi.json']) {
    t.equal((await app.inject(url)).statusCode, 200, url);
    const { statusCode, headers } = await app.inject({ method: 'PUT', url });
    t.equal(statusCode, 405);
    t.equal(headers.allow, 'GET, HEAD', url);
  }
});
