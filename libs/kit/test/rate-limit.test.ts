import t, { type Test } from 'tap';
import { type Caller, requireAccess } from '../auth.ts';
import { readEnvironment } from '../config.ts';
import { DEFAULT_TRAFFIC, readTraffic, type Traffic } from '../rate-limit.ts';
import { createServer } from '../server.ts';

const scopes = new Set(['credentials:read', 'internal:status']);

/** Tokens are `<client>` or `<client>/<person>`; `bad` is none. */
async function verifyToken(token: string): Promise<Caller> {
  const [clientId = '', subject] = token.split('/');
  if (clientId === 'bad') throw new Error('not a token');
  const person = subject === undefined ? undefined : { subject, acr: 'AAL3_ANY' };
  return { clientId, odsCode: 'ZZA01', scopes, person };
}

const answer = () => ({ ok: true });

async function build(test: Test, traffic: Traffic) {
  const app = await createServer({ name: 'test', description: 'test', logger: false, traffic });
  requireAccess(app, verifyToken);
  app.get('/guarded', { config: { access: { scope: 'credentials:read' } } }, answer);
  app.get('/internal', { config: { access: { scope: 'internal:status' } } }, answer);
  app.get('/open', { config: { access: 'public' } }, answer);
  test.teardown(() => app.close());
  const call = (url: string, token?: string, remoteAddress = '192.0.2.1', forwarded?: string) =>
    app.inject({
      url,
      remoteAddress,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
      },
    });
  const statuses = async (times: number, ...request: Parameters<typeof call>) => {
    const all: number[] = [];
    for (let n = 0; n < times; n += 1) all.push((await call(...request)).statusCode);
    return all;
  };
  return { app, call, statuses };
}

t.test('one client past its limit waits, and the others notice nothing', async (test) => {
  const { call, statuses } = await build(test, { rateLimitPerMinute: 3 });
  test.same(await statuses(3, '/guarded', 'one'), [200, 200, 200]);
  const refused = await call('/guarded', 'one');
  test.equal(refused.statusCode, 429);
  test.equal(refused.json().code, 'RATE_LIMITED');
  test.match(refused.headers['content-type'], 'application/problem+json');
  const wait = Number(refused.headers['retry-after']);
  test.ok(wait >= 1 && wait <= 60, `seconds: ${wait}`);
  test.same(await statuses(3, '/guarded', 'two'), [200, 200, 200], 'from the same address');
  test.same(await statuses(3, '/open'), [200, 200, 200], 'nor whoever has no token');
});

t.test('people at one portal have each a share of their own', async (test) => {
  const { statuses } = await build(test, { rateLimitPerMinute: 2 });
  test.same(await statuses(3, '/guarded', 'portal/ada'), [200, 200, 429]);
  test.same(await statuses(2, '/guarded', 'portal/bea'), [200, 200]);
});

t.test('who shows no good token is counted by address, an IPv6 network as one', async (test) => {
  const { statuses } = await build(test, { rateLimitPerMinute: 2 });
  test.same(await statuses(3, '/open', undefined, '192.0.2.7'), [200, 200, 429]);
  test.same(await statuses(1, '/open', undefined, '192.0.2.8'), [200]);
  test.same(await statuses(3, '/guarded', 'bad', '192.0.2.9'), [401, 401, 429]);
  test.same(await statuses(1, '/guarded', 'good', '192.0.2.9'), [200], 'a good token there is not');
  test.same(await statuses(3, '/nothing', undefined, '192.0.2.10'), [404, 404, 429]);
  test.same(await statuses(2, '/open', undefined, '2001:db8::1'), [200, 200]);
  test.same(await statuses(1, '/open', undefined, '2001:db8::2'), [429]);
  test.same(await statuses(1, '/open', undefined, '2001:db8:0:1::1'), [200]);
});

t.test('what services ask of each other is not counted', async (test) => {
  const { statuses } = await build(test, { rateLimitPerMinute: 1 });
  test.same(await statuses(3, '/internal', 'issuer'), [200, 200, 200]);
});

t.test('a forwarded address is believed from a proxy that is named, only', async (test) => {
  const behind = await build(test, { rateLimitPerMinute: 1, trustedProxies: ['192.0.2.0/24'] });
  test.same(await behind.statuses(2, '/open', undefined, '192.0.2.1', '198.51.100.1'), [200, 429]);
  test.same(await behind.statuses(1, '/open', undefined, '192.0.2.1', '198.51.100.2'), [200]);
  const bare = await build(test, { rateLimitPerMinute: 1 });
  test.same(await bare.statuses(1, '/open', undefined, '192.0.2.1', '198.51.100.1'), [200]);
  test.same(await bare.statuses(1, '/open', undefined, '192.0.2.1', '198.51.100.2'), [429]);
});

t.test('a limit of 0 is none, and the default is above any day of work', async (test) => {
  const { statuses } = await build(test, { rateLimitPerMinute: 0 });
  test.same(new Set(await statuses(20, '/guarded', 'one')), new Set([200]));
  test.match(readEnvironment({}, readTraffic), DEFAULT_TRAFFIC);
  const read = readEnvironment(
    { RATE_LIMIT_PER_MINUTE: '100', TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1' },
    readTraffic,
  );
  test.same(read, { rateLimitPerMinute: 100, trustedProxies: ['10.0.0.0/8', '192.0.2.1'] });
});
