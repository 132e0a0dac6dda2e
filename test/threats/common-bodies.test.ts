import { randomUUID } from 'node:crypto';
import t from 'tap';
import { exchange, type RawAnswer } from './exchange.ts';
import { nameOf, type Route, walkStack } from './walk.ts';

/*
 * What no service may choke on, asked of every route that reads JSON, of all five services as they really run. The
 * caller may call the route: what is refused is the body, and by a code of its own.
 */
t.setTimeout(300_000);

const KIB = 1024;
const LIMITS: Record<string, number> = {
  'POST issuer/v1/credentials': 1024 * KIB,
  'POST issuer/internal/status-list-credentials': 256 * KIB,
  'POST issuer/internal/status-list-tokens': 256 * KIB,
  'POST status-list/internal/status-change-batches': 256 * KIB,
  'POST verifier/presentations/verify': 1024 * KIB,
  'POST verifier/v1/verifications': 1024 * KIB,
};
// Generous: it is the order of the work that is bounded (nothing grows faster than the body), not this machine.
const BOUND_MS = 250;

const { stack, bodyRoutes, routes, head, send } = await walkStack(t);
const services = Object.keys(stack.services);

/** Every service is asked, and each route is positive first: a body of the same kind that is well made is read. */
async function refusedEverywhere(
  test: { ok: (value: unknown, message: string) => unknown; same: typeof t.same },
  wellMade: string,
  broken: (string | Buffer)[],
): Promise<void> {
  for (const route of bodyRoutes) {
    const read = await send(route, wellMade);
    test.ok(wasRead(read), `${nameOf(route)} reads ${wellMade}, and answers ${read.status}`);
    for (const body of broken) {
      const { status, code } = await send(route, body);
      test.same([status, code], [400, 'PARSING_ERROR'], `${nameOf(route)}: ${start(body)}`);
    }
  }
  test.same(new Set(bodyRoutes.map(({ service }) => service)), new Set(services));
}

function wasRead({ status, code }: RawAnswer): boolean {
  return (
    status >= 200 && status < 500 && status !== 413 && status !== 415 && code !== 'PARSING_ERROR'
  );
}

function start(body: string | Buffer): string {
  return body.toString('latin1').slice(0, 40);
}

const declared = async (route: Route, bytes: number) =>
  `${await head(route)}Content-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`;
const chunked = async (route: Route) =>
  `${await head(route)}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;

t.test('C1: a body past its limit is 413 unparsed, and its connection closed', async (t) => {
  for (const route of bodyRoutes) {
    const name = nameOf(route);
    const limit = LIMITS[name] ?? 64 * KIB;
    const fits = await send(route, 'x'.repeat(limit));
    t.equal(fits.code, 'PARSING_ERROR', `${name} reads ${limit} bytes to their end`);
    // no byte of the body is sent: the answer does not wait for it
    const announced = await exchange(route.port, await declared(route, limit + 1));
    const body = `${(limit + 1).toString(16)}\r\n${'x'.repeat(limit + 1)}\r\n`;
    const unannounced = await exchange(route.port, `${await chunked(route)}${body}`);
    for (const answer of [announced, unannounced]) {
      t.same([answer.status, answer.code], [413, 'PAYLOAD_TOO_LARGE'], name);
      t.equal(answer.headers['connection'], 'close');
    }
  }
  t.same(
    Object.keys(LIMITS).filter((name) => !bodyRoutes.some((route) => nameOf(route) === name)),
    [],
    'each limit of its own is of a route that there is',
  );
});

t.test('C1: a form past its limit is 413, and its connection closed', async (t) => {
  const forms = routes.filter(({ media }) => media === 'application/x-www-form-urlencoded');
  t.same(forms.map(nameOf), ['POST authorization/token', 'POST authorization/sign-in/{uid}']);
  for (const route of forms) {
    const type = 'Content-Type: application/x-www-form-urlencoded\r\n';
    const small = await exchange(
      route.port,
      `${await head(route)}${type}Connection: close\r\nContent-Length: 3\r\n\r\na=b`,
    );
    t.equal(small.status, 400, `${nameOf(route)} reads a form`);
    const large = `${await head(route)}${type}Content-Length: 70000\r\n\r\n`;
    const answer = await exchange(route.port, large);
    t.equal(answer.status, 413, nameOf(route));
    t.equal(answer.headers['connection'], 'close');
    const chunk = `${(70_000).toString(16)}\r\n${'a'.repeat(70_000)}\r\n`;
    const unannounced = await exchange(
      route.port,
      `${await head(route)}${type}Transfer-Encoding: chunked\r\n\r\n${chunk}`,
    );
    // of a token request without a length the provider finds that it is too long: invalid_request (RFC 6749 §5.2)
    t.equal(unannounced.status, route.template === '/token' ? 400 : 413, nameOf(route));
    t.equal(unannounced.headers['connection'], 'close');
  }
});

t.test(
  'C2: what is nested 10,000 deep, and a million elements, end before validation',
  async (t) => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    const objects = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);
    await refusedEverywhere(t, '{"a":[[1]]}', [deep, objects]);
    const million = `[${'1,'.repeat(999_999)}1]`;
    for (const route of bodyRoutes) {
      const announced = await exchange(route.port, await declared(route, million.length));
      t.equal(announced.status, 413, `${nameOf(route)}: a million elements are past every limit`);
      const limit = LIMITS[nameOf(route)] ?? 0;
      if (limit < 1024 * KIB) continue;
      const most = await send(route, `[${'1,'.repeat(limit / 2 - 2)}1]`);
      t.equal(most.code, 'PARSING_ERROR', `${nameOf(route)}: as many as fit`);
    }
    for (const service of services) {
      const route = bodyRoutes.find((each) => each.service === service) as Route;
      const times: number[] = [];
      for (let n = 0; n < 5; n++) times.push((await send(route, deep)).ms);
      const median = times.toSorted((a, b) => a - b)[2] ?? Number.NaN;
      t.ok(median < BOUND_MS, `${service} refuses it in ${median.toFixed(1)} ms`);
    }
  },
);

t.test('C3: a key that stands twice in an object is refused, wherever and however spelt', (t) =>
  refusedEverywhere(t, '{"status":"active","of":{"status":"revoked"}}', [
    '{"status":"active","status":"revoked"}',
    '{"status":"active","st\\u0061tus":"revoked"}',
    '{"a":[{"b":{"status":"active","status":"revoked"}}]}',
    '{"":1,"":1}',
  ]),
);

t.test('C5: bytes that are no UTF-8, lone surrogates and NUL are 400 everywhere', (t) =>
  refusedEverywhere(t, '{"name":"Zoë \\ud83e\\ude7a"}', [
    Buffer.from([...Buffer.from('{"name":"'), 0xc3, 0x28, ...Buffer.from('"}')]),
    Buffer.from([...Buffer.from('{"name":"'), 0xed, 0xa0, 0x80, ...Buffer.from('"}')]),
    Buffer.from([...Buffer.from('{"name":"'), 0xc0, 0xaf, ...Buffer.from('"}')]),
    Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    '{"name":"\\ud800"}',
    '{"name":"\\udc00\\ud800"}',
    '{"\\udfff":1}',
    '{"name":"a\\u0000b"}',
    '{"a\\u0000":1}',
    '{"name":"a\0b"}',
  ]),
);

t.test(
  'C6: a number that reading would change is refused, and none is read from text',
  async (t) => {
    await refusedEverywhere(t, '{"n":[1,-1.5,9007199254740991,1e3]}', [
      '{"n":1e999}',
      '{"n":-1e999}',
      '{"n":9007199254740992}',
      '{"n":9007199254740993}',
      '{"n":NaN}',
      '{"n":01}',
    ]);
    const change = {
      odsCode: 'ZZA01',
      listPairId: randomUUID(),
      index: 0,
      purpose: 'revocation',
      value: true,
      reason: 'other',
      clientId: 'a',
    };
    const client = {
      name: 'Ashmere payroll',
      odsCode: 'ZZA01',
      scopes: ['credentials:issue'],
      publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) },
    };
    const credential = {
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      type: ['VerifiableCredential'],
    };
    for (const [name, good, pointer, coercible] of [
      ['POST status-list/internal/status-changes', change, 'index', '0'],
      ['POST status-list/internal/status-changes', change, 'value', 'true'],
      [
        'POST verifier/v1/verifications',
        { verifiableCredential: credential, watch: true },
        'watch',
        1,
      ],
      ['POST issuer/credentials/issue', { credential }, 'credential', [credential]],
      ['PUT issuer/v1/form-defaults/{type}', { forms: ['dc+sd-jwt'] }, 'forms', 'dc+sd-jwt'],
      ['POST trust-registry/v1/key-challenges', { odsCode: 'ZZA01' }, 'odsCode', ['ZZA01']],
      ['POST authorization/v1/clients', client, 'scopes', 'credentials:issue'],
    ] as const) {
      const route = bodyRoutes.find((each) => nameOf(each) === name) as Route;
      t.notMatch((await send(route, JSON.stringify(good))).body, `"pointer":"/${pointer}"`, name);
      const { status, body } = await send(route, JSON.stringify({ ...good, [pointer]: coercible }));
      t.equal(status, 400, body);
      t.match(body, `"pointer":"/${pointer}"`, `${name} reads ${pointer} only as what it is`);
    }
  },
);

t.test(
  'C6: a number in a query that no double holds is 400, like any that is out of range',
  async (t) => {
    const lists = routes.filter(({ template }) =>
      ['/v1/credentials', '/v1/events', '/v1/organisations', '/v1/clients', '/v1/changes'].includes(
        template,
      ),
    );
    for (const route of lists.filter(({ method }) => method === 'GET')) {
      const asked = async (query: string) =>
        exchange(
          route.port,
          `${await head(route, { path: `${route.path}?${query}` })}Connection: close\r\n\r\n`,
        );
      t.equal((await asked('limit=20')).status, 200, nameOf(route));
      for (const limit of ['1e999', '-1e999', '0', '9007199254740993', '1.5', 'NaN', 'Infinity']) {
        t.same(
          (await asked(`limit=${limit}`)).code,
          'INVALID_REQUEST',
          `${nameOf(route)} ${limit}`,
        );
      }
    }
  },
);

t.test('C8: what is not JSON in UTF-8, or is compressed, is 415', async (t) => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset="iso-8859-1"',
    '',
  ];
  for (const route of bodyRoutes) {
    const name = nameOf(route);
    const good = await send(route, '{"x":1}', {
      'Content-Type': 'application/json; charset=UTF-8',
    });
    t.ok(wasRead(good), `${name} reads JSON`);
    for (const type of types) {
      const { status, code } = await send(route, '{"x":1}', { 'Content-Type': type });
      t.same([status, code], [415, 'UNSUPPORTED_MEDIA_TYPE'], `${name}: ${type}`);
    }
    for (const coding of ['gzip', 'br', 'identity, gzip']) {
      const { status } = await send(route, '{"x":1}', { 'Content-Encoding': coding });
      t.equal(status, 415, `${name}: ${coding}`);
    }
  }
});
