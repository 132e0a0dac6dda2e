import type { RequestListener } from 'node:http';
import t, { type Test } from 'tap';
import { createStatusListFetcher } from '../src/fetchers.ts';
import { serve } from './loopback.ts';
import { ORIGIN } from './trust.ts';

const LIST = `${ORIGIN}/status-lists/1`;
const TOKEN = 'application/statuslist+jwt';

async function serveLists(t: Test, listener: RequestListener) {
  return { fetchList: createStatusListFetcher(await serve(t, listener), 500) };
}

t.test('A list is fetched as a credential, with the digest of its bytes', async (t) => {
  const { fetchList } = await serveLists(t, (request, response) => {
    t.equal(request.headers.accept, 'application/vc');
    t.equal(request.headers.cookie, undefined);
    response.setHeader('content-type', 'application/vc; charset=utf-8').end('{"id":"a"}');
  });
  const { document, digest } = await fetchList(LIST, 'bitstring');
  t.same(document, { id: 'a' });
  t.equal(digest.length, 32);
});

t.test('A token is fetched as text, with the digest of its bytes', async (t) => {
  const { fetchList } = await serveLists(t, (request, response) => {
    t.equal(request.headers.accept, TOKEN);
    response.setHeader('content-type', TOKEN).end('a.b.c');
  });
  const { document, digest } = await fetchList(LIST, 'token');
  t.equal(document, 'a.b.c');
  t.equal(digest.length, 32);
});

for (const [what, answer] of [
  ['404', { status: 404 }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
  ['another kind of list', { headers: { 'content-type': 'application/vc' } }],
  ['a JWT of another type', { headers: { 'content-type': 'application/jwt' } }],
  ['over 1 MB', { body: 'x'.repeat(1024 * 1024 + 1) }],
] as [string, { status?: number; headers?: Record<string, string>; body?: string }][]) {
  t.test(`An answer of ${what} is no token`, async (t) => {
    const { status = 200, headers = {}, body = 'a.b.c' } = answer;
    const { fetchList } = await serveLists(t, (_request, response) => {
      response.writeHead(status, { 'content-type': TOKEN, ...headers }).end(body);
    });
    await t.rejects(fetchList(LIST, 'token'), { code: 'STATUS_RETRIEVAL_ERROR' });
  });
}

for (const [what, answer] of [
  ['404', { status: 404 }],
  ['500', { status: 500 }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' } }],
  ['HTML', { headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ['another kind of list', { headers: { 'content-type': TOKEN } }],
  ['JSON of another type', { headers: { 'content-type': 'application/json' } }],
  ['a member twice', { body: '{"id":1,"id":2}' }],
  ['over 1 MB', { body: `{"a":"${'x'.repeat(1024 * 1024)}"}` }],
] as [string, { status?: number; headers?: Record<string, string>; body?: string }][]) {
  t.test(`An answer of ${what} is no list`, async (t) => {
    const { status = 200, headers = {}, body = '{}' } = answer;
    const { fetchList } = await serveLists(t, (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/vc', ...headers }).end(body);
    });
    await t.rejects(fetchList(LIST, 'bitstring'), { code: 'STATUS_RETRIEVAL_ERROR' });
  });
}

t.test('A list that drips is given up', async (t) => {
  const { fetchList } = await serveLists(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/vc' });
    const drip = setInterval(() => response.write(' '), 200);
    response.on('close', () => clearInterval(drip));
  });
  await t.rejects(fetchList(LIST, 'bitstring'), { code: 'STATUS_RETRIEVAL_ERROR' });
});

t.test('Nothing on a private address or another port is asked for a list', async (t) => {
  let asked = 0;
  const { fetchList } = await serveLists(t, (_request, response) => {
    asked += 1;
    response.end();
  });
  for (const url of [
    'http://127.0.0.1/list',
    'https://169.254.169.254/list',
    'https://[::ffff:7f00:1]/list',
    'https://localhost/list',
    'https://trust.example:5432/list',
    'file:///etc/passwd',
    'not a url',
  ]) {
    await t.rejects(fetchList(url, 'token'), { code: 'STATUS_RETRIEVAL_ERROR' }, url);
  }
  t.equal(asked, 0);
});
