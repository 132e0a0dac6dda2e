import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { VcError } from '#vc/error';
import { requireAccess } from '../auth.ts';
import { auditRefusals, type RecordRefusal, type RefusedAccess } from '../refused-access.ts';
import { createServer } from '../server.ts';
import { createTestTokens } from '../testing.ts';

const config = { access: { scope: 'credentials:read' } };

async function build(test: Test, answer?: RecordRefusal) {
  const recorded: RefusedAccess[] = [];
  const time = { now: 0 };
  const logs: string[] = [];
  const logger = { stream: { write: (line: string) => void logs.push(line) } };
  const app = await createServer({ name: 'test', description: 'test', logger });
  const tokens = createTestTokens();
  requireAccess(app, tokens.verifyToken);
  const record = answer ?? (async (refusal: RefusedAccess) => void recorded.push(refusal));
  auditRefusals(app, record, () => time.now, 3);
  app.get('/things/:id', { config }, (request) => {
    if ((request.params as { id: string }).id === 'mine') return { ok: true };
    throw new VcError('NOT_FOUND', 'There is no such thing');
  });
  app.get('/open/:id', { config: { access: 'public' } }, () => {
    throw new VcError('NOT_FOUND', 'There is no such thing');
  });
  test.teardown(() => app.close());
  const bearer = (clientId: string) =>
    tokens.bearer({ clientId, odsCode: 'ZZB02', scopes: ['credentials:read'] });
  const get = async (url: string, clientId?: string) =>
    (await app.inject({ url, headers: clientId === undefined ? {} : bearer(clientId) })).statusCode;
  return { get, recorded, time, logs };
}

t.test(
  'what is not there for a caller is recorded by its identifiers, and no more',
  async (test) => {
    const { get, recorded } = await build(test);
    const id = randomUUID();
    test.equal(await get('/things/mine', 'a'), 200);
    test.equal(await get(`/open/${id}`), 404);
    test.equal(await get(`/things/${id}`), 401);
    test.equal(await get('/nowhere', 'a'), 404);
    test.same(recorded, [], 'neither what is answered, nor what nobody or no route was asked for');

    test.equal(await get(`/things/${id}`, 'a'), 404);
    test.equal(await get('/things/Ada%20Lovelace', 'a'), 404);
    test.match(recorded, [
      { caller: { clientId: 'a' }, method: 'GET', route: '/things/:id', ids: { id } },
      { caller: { clientId: 'a' }, route: '/things/:id' },
    ]);
    test.same(recorded[1]?.ids, {}, 'a name in an address is left out');
  },
);

t.test('a caller that goes on and on is recorded a few times a minute', async (test) => {
  const { get, recorded, time } = await build(test);
  for (let n = 0; n < 10; n += 1) test.equal(await get(`/things/${randomUUID()}`, 'a'), 404);
  test.equal(recorded.length, 3);
  await get(`/things/${randomUUID()}`, 'b');
  test.equal(recorded.length, 4, 'others have a count of their own');
  time.now = 60_000;
  await get(`/things/${randomUUID()}`, 'a');
  await get(`/things/${randomUUID()}`, 'a');
  test.same(
    recorded.slice(4).map(({ omitted }) => omitted),
    [7, 0],
    'and how many were left out is told once',
  );
});

t.test('a record that cannot be written is logged, and changes no answer', async (test) => {
  const { get, logs } = await build(test, () => Promise.reject(new Error('no database')));
  test.equal(await get(`/things/${randomUUID()}`, 'a'), 404);
  test.ok(logs.some((line) => line.includes('"audit.failed"')));
});
