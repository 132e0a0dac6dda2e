import t from 'tap';
import { ASHMERE, build, buildNorthmoor, NOW } from './helper.ts';

t.test('organisations are listed by ODS code, and filtered by ICS and kind', async (t) => {
  const registry = await buildNorthmoor(t);
  const codes = async (query: string) => {
    const { items } = (await registry.get(`/v1/organisations${query}`)).json();
    return items.map(({ odsCode }: { odsCode: string }) => odsCode);
  };
  t.same(await codes(''), ['QZN', 'ZZA01', 'ZZB02']);
  t.same(await codes('?kind=ics'), ['QZN']);
  t.same(await codes('?ics=QZN'), ['ZZA01', 'ZZB02']);
  t.same(await codes('?ics=QXX'), []);
});

t.test('a name filter is a literal part of the name in any case, never a pattern', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.change('/v1/organisations', {
    ...ASHMERE,
    odsCode: 'ZZD04',
    name: '100%_Caf\u0065\u0301 Trust',
  });
  const codes = async (name: string) => {
    const answer = await registry.get(`/v1/organisations?name=${encodeURIComponent(name)}`);
    return answer.json().items.map(({ odsCode }: { odsCode: string }) => odsCode);
  };
  t.same(await codes('hospitals'), ['ZZA01', 'ZZB02']);
  t.same(await codes('%'), ['ZZD04']);
  t.same(await codes('_'), ['ZZD04']);
  t.same(await codes('A%e'), []);
  t.same(await codes('caf\u00e9'), ['ZZD04'], 'composed finds decomposed');
  t.same(await codes(`'; drop table organisations; --`), []);
  t.equal((await registry.get('/v1/organisations?name=%00')).statusCode, 400);
});

t.test(
  'pages follow one another without gap or repetition while organisations are added',
  async (t) => {
    const registry = await buildNorthmoor(t);
    for (const odsCode of ['ZZC03', 'ZZC05', 'ZZC07']) {
      await registry.change('/v1/organisations', { ...ASHMERE, odsCode });
    }
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? '' : `&after=${after}`;
      const page = (await registry.get(`/v1/organisations?limit=2${query}`)).json();
      t.ok(page.items.length <= 2);
      seen.push(...page.items.map(({ odsCode }: { odsCode: string }) => odsCode));
      after = page.next;
      // one before the cursor, which must shift nothing
      if (seen.length === 2)
        await registry.change('/v1/organisations', { ...ASHMERE, odsCode: 'AAA01' });
    } while (after !== null);
    t.same(seen, ['QZN', 'ZZA01', 'ZZB02', 'ZZC03', 'ZZC05', 'ZZC07']);
  },
);

t.test('the page size is capped and a made-up cursor refused', async (t) => {
  const registry = await build(t);
  t.equal((await registry.get('/v1/organisations?limit=200')).statusCode, 200);
  for (const query of ['limit=201', 'limit=0', 'limit=x', 'after=!', 'after=JyBvciAx']) {
    const refused = await registry.get(`/v1/organisations?${query}`);
    t.equal(refused.json().code, 'INVALID_REQUEST', query);
  }
});

t.test('an organisation that is not registered is 404, and what is no ODS code 400', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal((await registry.get('/v1/organisations/ZZA01')).statusCode, 200);
  t.equal((await registry.get('/v1/organisations/ZZZ99')).json().code, 'NOT_FOUND');
  t.equal((await registry.get('/v1/organisations/zza01')).json().code, 'INVALID_REQUEST');
});

t.test(
  'a record says as of when it is, and has an ETag that time alone does not change',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const first = await registry.get('/v1/organisations/ZZA01');
    t.equal(first.json().asOf, '2026-11-22T16:00:00Z');
    t.equal(first.headers['cache-control'], 'public, max-age=15');
    const etag = String(first.headers['etag']);
    registry.clock.now = NOW + 60_000;
    const again = await registry.get('/v1/organisations/ZZA01', {
      'if-none-match': `"other", ${etag}`,
    });
    t.equal(again.statusCode, 304);
    t.equal(again.body, '');
    t.equal(again.headers['etag'], etag);
    await registry.change('/v1/organisations/ZZA01/status', {
      status: 'suspended',
      reason: 'review',
    });
    const changed = await registry.get('/v1/organisations/ZZA01', { 'if-none-match': etag });
    t.equal(changed.statusCode, 200);
    t.equal(changed.json().organisation.status, 'suspended');
  },
);
