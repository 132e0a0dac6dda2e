import { Compile } from 'typebox/compile';
import t from 'tap';
import { EventPageSchema } from '#api/verifier';
import { revoke } from '../world.ts';
import { watched } from './helper.ts';

const pageShape = Compile(EventPageSchema);

t.test('Events come oldest first, page by page, and next goes on from the end', async (t) => {
  const { call, ...verifier } = await watched(t);
  const page = async (query: string) => {
    const answer = await call('GET', `/v1/events?${query}`);
    t.equal(answer.statusCode, 200);
    t.ok(pageShape.Check(answer.json()), 'as documented');
    return answer.json();
  };
  const { next: beginning, items: none } = await page('');
  t.same(none, []);
  for (const index of [1, 2, 3]) await verifier.reliedOn(index);
  for (const index of [2, 1, 3]) {
    revoke(verifier.world, index);
    verifier.later();
    await verifier.watch();
  }
  const all = (await page(`after=${beginning}`)).items;
  t.equal(all.length, 3);
  t.same(
    all,
    all.toSorted((a: { time: string }, b: { time: string }) => (a.time < b.time ? -1 : 1)),
  );
  const first = await page('limit=2');
  t.same(first.items, all.slice(0, 2));
  const second = await page(`limit=2&after=${first.next}`);
  t.same(second.items, all.slice(2));
  const end = await page(`after=${second.next}`);
  t.match(end, { items: [], next: second.next });
});

t.test('A next that no page gave is refused', async (t) => {
  const { call } = await watched(t);
  const answer = await call('GET', '/v1/events?after=nonsense');
  t.match(answer.json(), { status: 400, code: 'INVALID_REQUEST' });
});

t.test('Events need their scope and a trust', async (t) => {
  const { app, by, tokens } = await watched(t);
  const get = (headers: object) => app.inject({ url: '/v1/events', headers: { ...headers } });
  t.equal((await get(by('ZZB02', ['events:read']))).statusCode, 200);
  t.equal((await get(by('ZZB02', ['verifications:write']))).statusCode, 403);
  t.equal((await get(tokens.bearer({ scopes: ['events:read'] }))).statusCode, 403);
  t.equal((await get({})).statusCode, 401);
});
