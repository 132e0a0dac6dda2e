import t from 'tap';
import { ASHMERE, build, buildNorthmoor, DAY, ICS, newKey, NOW } from './helper.ts';

t.test(
  'organisations are listed by ODS code, and filtered by ICS, code, kind and status',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const codes = async (query: string) => {
      const { items } = (await registry.get(`/v1/organisations${query}`)).json();
      return items.map(({ odsCode }: { odsCode: string }) => odsCode);
    };
    t.same(await codes(''), ['QZN', 'ZZA01', 'ZZB02']);
    t.same(await codes('?kind=ics'), ['QZN']);
    t.same(await codes('?ics=QZN'), ['ZZA01', 'ZZB02']);
    t.same(await codes('?ics=QXX'), []);
    t.same(await codes('?ods=ZZ'), ['ZZA01', 'ZZB02']);
    t.same(await codes('?ods=ZZA01'), ['ZZA01']);
    await registry.seed.status('ZZB02', 'suspended');
    t.same(await codes('?status=suspended'), ['ZZB02']);
    t.same(await codes('?status=registered&ods=Z'), ['ZZA01']);
    for (const query of ['?ods=%25', '?ods=zz', '?status=gone', '?kind=hospital']) {
      t.equal((await registry.get(`/v1/organisations${query}`)).json().code, 'INVALID_REQUEST');
    }
  },
);

t.test('a name filter is a literal part of the name in any case, never a pattern', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.organisation({
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
  'R10: pages follow one another without gap or repetition while organisations are added, and their size is capped',
  async (t) => {
    const registry = await buildNorthmoor(t);
    for (const odsCode of ['ZZC03', 'ZZC05', 'ZZC07']) {
      await registry.seed.organisation({ ...ASHMERE, odsCode });
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
      if (seen.length === 2) await registry.seed.organisation({ ...ASHMERE, odsCode: 'AAA01' });
    } while (after !== null);
    t.same(seen, ['QZN', 'ZZA01', 'ZZB02', 'ZZC03', 'ZZC05', 'ZZC07']);
    t.equal((await registry.get('/v1/organisations?limit=200')).statusCode, 200);
    t.equal((await registry.get('/v1/organisations?limit=201')).json().code, 'INVALID_REQUEST');
  },
);

t.test('a page size out of range and a made-up cursor are refused', async (t) => {
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
    await registry.seed.status('ZZA01', 'suspended');
    const changed = await registry.get('/v1/organisations/ZZA01', { 'if-none-match': etag });
    t.equal(changed.statusCode, 200);
    t.equal(changed.json().organisation.status, 'suspended');
  },
);

t.test('a record is answered as it was known at a time that has been', async (t) => {
  const registry = await build(t);
  const { clock, seed } = registry;
  await seed.organisation(ICS);
  await seed.organisation(ASHMERE);
  clock.now = NOW + DAY;
  await seed.accreditation('ZZA01', { validFrom: NOW });
  clock.now = NOW + 2 * DAY;
  await seed.status('ZZA01', 'suspended');
  const at = async (time: string) =>
    (await registry.get(`/v1/organisations/ZZA01?at=${time}`)).json();
  const first = await at('2026-11-23T15:59:59Z');
  t.match(first, { asOf: '2026-11-23T15:59:59Z', accreditations: [], epoch: 2 });
  const second = await at('2026-11-23T16:00:00Z');
  t.equal(second.accreditations.length, 1);
  t.equal(second.organisation.status, 'registered');
  t.match((await at('2026-11-24T16:00:00Z')).organisation, {
    status: 'suspended',
    statusHistory: [
      { status: 'registered', validFrom: '2026-11-22T16:00:00Z' },
      { status: 'suspended', validFrom: '2026-11-24T16:00:00Z' },
    ],
  });
  t.equal((await at('2026-11-22T15:59:59Z')).code, 'NOT_FOUND');
  for (const time of ['2026-11-24T16:00:01Z', '2026-02-30T00:00:00Z', 'now']) {
    t.equal((await at(time)).code, 'INVALID_REQUEST', time);
  }
});

t.test(
  'what was known at a time is not told before no change can be recorded as of it',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const { clock, seed } = registry;
    clock.now = NOW + DAY;
    const urls = ['/v1/organisations/ZZA01', '/trusts/ZZA01/did.json', '/.well-known/did.json'];
    const ask = (url: string, at: number) =>
      registry.get(`${url}?at=${new Date(at).toISOString()}`);
    const minute = 60_000;
    for (const url of urls) {
      t.equal((await ask(url, clock.now - minute)).statusCode, 200, 'a minute back');
      for (const at of [clock.now, clock.now - minute + 1]) {
        const early = await ask(url, at);
        t.equal(early.statusCode, 400, url);
        t.same(early.json().errors[0].pointer, '/querystring/at');
      }
    }
    await seed.key('ZZA01', newKey());
    for (const url of urls) {
      t.equal((await ask(url, clock.now)).statusCode, 200, 'later changes are recorded after it');
    }
  },
);

t.test('R6: the time that a record is given is never newer than its state', async (t) => {
  let meanwhile: (() => Promise<void>) | undefined;
  const registry = await buildNorthmoor(t, { afterRead: async () => meanwhile?.() });
  const read = async () => (await registry.get('/v1/organisations/ZZA01')).json();
  t.match(await read(), { keys: [], asOf: '2026-11-22T16:00:00Z' });
  // a key is pinned a minute later, between the reading of the record and the answer
  meanwhile = async () => {
    meanwhile = undefined;
    registry.clock.now = NOW + 60_000;
    await registry.seed.key('ZZA01', newKey());
  };
  t.match(await read(), { keys: [], asOf: '2026-11-22T16:00:00Z' });
  const after = await read();
  t.equal(after.keys.length, 1);
  t.equal(after.asOf, '2026-11-22T16:01:00Z');
});

t.test('what is published of an organisation has no reason, contact or signatory', async (t) => {
  const registry = await buildNorthmoor(t);
  const record = (await registry.get('/v1/organisations/ZZA01')).json();
  t.same(Object.keys(record).toSorted(), [
    'accreditations',
    'asOf',
    'epoch',
    'keys',
    'leadEmployments',
    'organisation',
  ]);
  const { organisation } = record;
  t.same(organisation, {
    ...ASHMERE,
    admittedBy: 'QZN',
    systemApproach: null,
    status: 'registered',
    statusHistory: [
      {
        status: 'registered',
        validFrom: organisation.statusHistory[0].validFrom,
        mergedInto: null,
      },
    ],
    did: 'did:web:passport.northmoor.example:trusts:ZZA01',
  });
});
