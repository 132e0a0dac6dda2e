import t from 'tap';
import { createClient } from '../end-to-end/client.ts';
import { exchange } from './exchange.ts';
import { openDatabase } from './tables.ts';
import { nameOf, type Route, walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, dataDir, routes, bodyRoutes, head, send, token } = await walkStack(t);
const database = await openDatabase(t, dataDir);
const [trust] = stack.clients;
if (trust === undefined) throw new Error('stack.json names trusts');
const own = createClient(stack, trust);

async function askAs(route: Route, bearer: string) {
  const start = (await head({ ...route, scope: undefined })).trimEnd();
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const body = hasBody ? 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}' : '\r\n';
  return exchange(
    route.port,
    `${start}\r\nAuthorization: Bearer ${bearer}\r\nConnection: close\r\n${body}`,
  );
}

// What these two hold belongs to no one trust: whoever is neither a service nor an administrator comes not so far.
t.test(
  'C19: no route of status lists and clients lets a trust in, whatever it names',
  async (t) => {
    const guarded = routes.filter(
      ({ service, scope }) =>
        ['status-list', 'authorization'].includes(service) && scope !== undefined,
    );
    t.ok(guarded.length >= 8, `${guarded.length} routes`);
    const before = await database.digests();
    for (const route of guarded) {
      const refused = await askAs(route, await own.token());
      t.same([refused.status, refused.code], [403, 'FORBIDDEN'], nameOf(route));
    }
    t.same(await database.digests(), before, 'no row is another than before');
    for (const route of guarded.filter(({ method }) => method === 'GET')) {
      const allowed = await askAs(route, await token(route.scope ?? ''));
      t.not(allowed.status, 403, `${nameOf(route)} has somebody who may`);
    }
  },
);

t.test('C20: a route that takes no body refuses one, rather than pass it over', async (t) => {
  const bodiless = bodyRoutes.filter(({ media }) => media === undefined);
  t.ok(bodiless.length >= 8, `${bodiless.length} routes`);
  for (const route of bodiless) {
    const empty = await send(route, '{}');
    t.not(empty.status, 400, `${nameOf(route)}: ${empty.body}`);
    for (const name of ['tenantId', 'createdAt', 'odsCode']) {
      const answer = await send(route, JSON.stringify({ [name]: 'ZZB02' }));
      t.equal(answer.code, 'INVALID_REQUEST', nameOf(route));
      t.match(JSON.parse(answer.body), { status: 400, errors: [{ pointer: `/${name}` }] });
    }
  }
});
