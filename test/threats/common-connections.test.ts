import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { exchange } from './exchange.ts';
import { CLOSE, HOST, JSON_TYPE, withoutContent } from './raw-request.ts';
import { nameOf, type Route, walkStack } from './walk.ts';

// What comes over a connection before a route is asked, sent byte for byte to all five services as they really run.
t.setTimeout(300_000);

// twice what the slowest limit, for a whole request, and the look for it take: 15 + 5 seconds
const GIVE_UP_MS = 40_000;

const { stack, routes, bodyRoutes, head } = await walkStack(t);
const ports = Object.entries(stack.services).map(
  ([service, url]) => [service, Number(new URL(url).port)] as const,
);
const GOOD = `GET /openapi.json HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;

t.test('C9: who sends a byte a second is cut off, and nobody else notices', async (t) => {
  const length = 'Content-Length: 1000\r\n';
  const starts = new Map<string, string>();
  for (const [service] of ports) {
    const route = bodyRoutes.find((each) => each.service === service) as Route;
    starts.set(service, `${await head(route)}${JSON_TYPE}${length}\r\n`);
  }
  const slow = ports.flatMap(([service, port]) => {
    return [
      { what: `${service}, headers`, end: dribble(port, `GET / HTTP/1.1\r\n${HOST}`, 'X') },
      {
        what: `${service}, body`,
        end: dribble(port, starts.get(service) ?? '', ' '),
      },
    ];
  });
  const state = { over: false };
  const ended = Promise.all(slow.map(({ end }) => end)).finally(() => {
    state.over = true;
  });
  const others: number[] = [];
  while (!state.over) {
    for (const [service, port] of ports) {
      const { status, ms } = await exchange(port, GOOD);
      if (status !== 200) t.fail(`${service} answers another client with ${status}`);
      others.push(ms);
    }
    await Promise.race([ended, once(AbortSignal.timeout(250), 'abort')]);
  }
  for (const [at, { text, ms }] of (await ended).entries()) {
    const { what = '' } = slow[at] ?? {};
    t.match(text, /^HTTP\/1\.1 408 /, `${what}: answered`);
    t.ok(ms < GIVE_UP_MS, `${what}: closed after ${(ms / 1000).toFixed(1)} s`);
  }
  const median = others.toSorted((a, b) => a - b)[Math.floor(others.length / 2)] ?? Number.NaN;
  t.ok(
    median < 250,
    `${others.length} others were answered, half of them in ${median.toFixed(1)} ms`,
  );
});

/** Sends the start, and then one byte a second until the server ends the connection. */
async function dribble(port: number, start: string, byte: string) {
  const socket = connect(port, '127.0.0.1');
  const started = performance.now();
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(start);
  const timer = setInterval(() => socket.write(byte), 1_000);
  const giveUp = setTimeout(() => socket.destroy(), GIVE_UP_MS);
  await new Promise((resolve) => {
    socket.once('error', resolve).once('close', resolve);
  });
  clearInterval(timer);
  clearTimeout(giveUp);
  return { text, ms: performance.now() - started };
}

const post = (headers: string, body: string) =>
  `POST /v1/nothing HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`;
const chunked = 'Transfer-Encoding: chunked\r\n';
const SMUGGLED: Record<string, string> = {
  'a length and chunks': post(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n'),
  'chunks and a length': post(`${chunked}Content-Length: 5\r\n`, '0\r\n\r\n'),
  'two lengths': post('Content-Length: 2\r\nContent-Length: 3\r\n', '{} '),
  'a list of lengths': post('Content-Length: 2, 2\r\n', '{}'),
  'a length with a sign': post('Content-Length: +2\r\n', '{}'),
  'a negative length': post('Content-Length: -2\r\n', '{}'),
  'a hexadecimal length': post('Content-Length: 0x2\r\n', '{}'),
  'a space before the colon': post('Content-Length : 2\r\n', '{}'),
  'an unknown coding': post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'),
  'a coding after chunked': post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n'),
  'a coding before chunked': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'two codings': post(`${chunked}Transfer-Encoding: identity\r\n`, '0\r\n\r\n'),
  'a tab for a coding': post('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n'),
  'chunks in HTTP/1.0': post(chunked, '0\r\n\r\n').replace('HTTP/1.1', 'HTTP/1.0'),
  'a chunk that ends in LF': post(chunked, '2\n{}\r\n0\r\n\r\n'),
  'a chunk size that is no number': post(chunked, '0x2\r\n{}\r\n0\r\n\r\n'),
  'a chunk size past 64 bits': post(chunked, 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'),
  'bare LF': 'GET /openapi.json HTTP/1.1\nHost: a\n\n',
  'bare LF between headers': 'GET /openapi.json HTTP/1.1\r\nHost: a\nX: y\r\n\r\n',
  'bare CR': 'GET /openapi.json HTTP/1.1\r\nHost: a\rX: y\r\n\r\n',
  'a folded header': `GET /openapi.json HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`,
  'a folded coding': post('Transfer-Encoding:\r\n chunked\r\n', '0\r\n\r\n'),
  'NUL in a header': `GET /openapi.json HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`,
  'a space in a header name': `GET /openapi.json HTTP/1.1\r\n${HOST}X y: a\r\n\r\n`,
  'two hosts': `GET /openapi.json HTTP/1.1\r\n${HOST}Host: evil.example\r\n\r\n`,
  'no host': 'GET /openapi.json HTTP/1.1\r\n\r\n',
  'HTTP/0.9': 'GET /openapi.json\r\n\r\n',
  'HTTP/2 without an agreement': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/9.9': `GET /openapi.json HTTP/9.9\r\n${HOST}\r\n`,
};

t.test(
  'C10: what two parsers could read as two things is 400, and the connection closed',
  async (t) => {
    for (const [service, port] of ports) {
      t.equal((await exchange(port, GOOD)).status, 200, `${service} is asked in good order`);
      const chunks = await exchange(port, post(`${chunked}${CLOSE}`, '2\r\n{}\r\n0\r\n\r\n'));
      t.equal(chunks.status, 404, `${service} takes chunks`);
      for (const [what, bytes] of Object.entries(SMUGGLED)) {
        // the one that rides along would be answered too, if it were read
        const { status, text } = await exchange(port, `${bytes}${GOOD}`);
        t.equal(status, 400, `${service}: ${what}`);
        t.equal(text.match(/^HTTP\/1\.1 /gm)?.length, 1, `${service}: ${what}: one answer`);
      }
    }
  },
);

// of every service, besides what its document describes
const UNDESCRIBED = ['/openapi.json', '/docs'];
const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
];
// the preflights that browsers send before they post JSON from another origin
const PREFLIGHT = new Set(['/authorization', '/recognition']);

t.test('C11: a method that a route does not have is 405 with those that it has', async (t) => {
  const hidden = ports.flatMap(([service, port]) =>
    UNDESCRIBED.map((path): Route => {
      const open = { scope: undefined, media: undefined };
      return { service, port, path, template: path, method: 'GET', ...open };
    }),
  );
  const all: Route[] = [...routes, ...hidden];
  for (const route of all) {
    const has = all
      .filter(({ service, template }) => service === route.service && matches(template, route.path))
      .map(({ method }) => method);
    const ask = async (method: string, more = '') =>
      exchange(route.port, `${await head(route, { method })}${more}${CLOSE}\r\n`);
    for (const method of METHODS.filter((each) => !has.includes(each))) {
      const { status, headers } = await ask(method);
      if (method === 'OPTIONS' && PREFLIGHT.has(route.template)) {
        t.equal(status, 204, `${nameOf(route)}: ${method}`);
        continue;
      }
      t.equal(status, 405, `${nameOf(route)}: ${method}`);
      if (method === 'CONNECT') continue;
      for (const each of has) t.match(headers['allow'], each, `${nameOf(route)}: Allow`);
    }
    t.equal((await ask('FOO')).status, 400, `${nameOf(route)}: a method that there is not`);
    // no header makes another method of it
    if (!has.includes('PATCH')) {
      const override =
        'X-HTTP-Method-Override: GET\r\nX-HTTP-Method: GET\r\nX-Method-Override: GET\r\n';
      t.equal((await ask('PATCH', override)).status, 405, `${nameOf(route)}: override`);
    }
  }
});

t.test('C11: HEAD is documented, and is GET without its body', async (t) => {
  for (const [service, url] of Object.entries(stack.services)) {
    const api = (await (await fetch(`${url}/openapi.json`)).json()) as {
      info: { description: string };
    };
    t.ok(api.info.description.includes('HEAD'), service);
  }
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const get = await exchange(route.port, `${await head(route)}${CLOSE}\r\n`);
    const { status, headers, body } = await exchange(
      route.port,
      `${await head(route, { method: 'HEAD' })}${CLOSE}\r\n`,
    );
    // the pages of a sign-in have no HEAD: their GET moves the sign-in on
    if (/^\/(auth|sign-in)/.test(route.template)) {
      t.ok(status >= 400 && status < 500, nameOf(route));
      continue;
    }
    t.equal(status, get.status, nameOf(route));
    t.equal(headers['content-type'], get.headers['content-type'], nameOf(route));
    t.equal(body, '', nameOf(route));
  }
});

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(
    path,
  );
}

const LONG = 'a'.repeat(10_000);
const PATHS = [
  '/%2e%2e',
  '/..',
  '/../openapi.json',
  '/..;/openapi.json',
  '/v1/..;/openapi.json',
  '/%2e%2e%2fopenapi.json',
  '/%252e%252e/openapi.json',
  '/docs/../openapi.json',
  '/docs/static/..%2f..%2fpackage.json',
  '/docs/static/..%5c..%5cpackage.json',
  '/docs/static/%2e%2e/%2e%2e/package.json',
  '/docs/static/....//....//etc/passwd',
  '/docs/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '/docs/static/index.html%00.js',
  '/%00',
  '/openapi.json%00',
  '/openapi.json?a=%00',
  '/openapi.json/',
  '//openapi.json',
  '//evil.example/openapi.json',
  '/openapi.json;x=1',
  '/openapi.json%20',
  '/openapi.json%0a',
  '/OPENAPI.JSON',
  '/\\..\\x',
  '/%c0%ae%c0%ae/x',
  '/%ff',
  '/%',
  '/%zz',
  '/%u002e',
  '*',
  `/${LONG}`,
  `/v1/${LONG}`,
];
const SEGMENTS = [
  '%2e%2e',
  '..',
  '.',
  '..%2f..%2fx',
  '%252e%252e',
  '..;',
  'x;y',
  '%00',
  'a%00b',
  '%2500',
  '%ff',
  '%ed%a0%80',
  '%c0%ae',
  '%',
  '%zz',
  '%2F',
  '%5c',
  '%0d%0aX:%20y',
  '__proto__',
  'a'.repeat(201),
  LONG,
];

t.test('C12: tricks with paths are 400 or 404, on each route and beside them', async (t) => {
  for (const [service, port] of ports) {
    t.equal((await exchange(port, GOOD)).status, 200, service);
    for (const path of PATHS) {
      const { status } = await exchange(port, `GET ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
      t.ok(status === 400 || status === 404, `${service} ${path.slice(0, 50)}: ${status}`);
    }
  }
  for (const route of routes.filter(({ template }) => template.includes('{'))) {
    for (const [at, part] of route.template.split('/').entries()) {
      if (!part.startsWith('{')) continue;
      for (const segment of SEGMENTS) {
        const path = route.path.split('/').with(at, segment).join('/');
        const start = await head(route, { path });
        const { status } = await exchange(route.port, withoutContent(route, start));
        t.ok(
          status === 400 || status === 404,
          `${nameOf(route)} ${segment.slice(0, 50)}: ${status}`,
        );
      }
    }
  }
});
