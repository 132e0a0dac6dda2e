import t from 'tap';
import { OTHER, TYPE } from './fakes.ts';
import { bindWallet, buildReady, type Issuer, mint, send } from './helper.ts';

async function search(issuer: Issuer, query: string, odsCode = 'ZZA01') {
  return send(issuer, { method: 'GET', url: `/v1/credentials${query}`, odsCode });
}

const idsOf = (answer: Awaited<ReturnType<typeof search>>) =>
  answer.json().items.map(({ id }: { id: string }) => id);

t.test('credentials are found newest first, a page at a time, also of one moment', async (test) => {
  const issuer = await buildReady(test);
  const ids: string[] = [];
  for (let count = 0; count < 7; count += 1) {
    ids.push(await mint(issuer));
    if (count % 3 === 2) issuer.time.now += 1_000;
  }
  const found: string[] = [];
  let query = '?limit=3';
  for (let page = 0; page < 3; page += 1) {
    const answer = await search(issuer, query);
    test.equal(answer.statusCode, 200);
    found.push(...idsOf(answer));
    const { next } = answer.json();
    test.equal(next === null, page === 2);
    query = `?limit=3&after=${next}`;
    // what is issued between two pages does not shift them
    issuer.time.now += 1_000;
    if (page === 0) await mint(issuer);
  }
  test.same(found.toSorted(), ids.toSorted());
  test.equal(found[0], ids[6]);
});

t.test('employee, type and status narrow a search, to the letter', async (test) => {
  const issuer = await buildReady(test);
  await bindWallet(issuer, { employeeId: 'E-2' });
  const first = await mint(issuer);
  const second = await mint(issuer, { employeeId: 'E-2' });
  await send(issuer, {
    url: `/v1/credentials/${second}/status`,
    body: { status: 'suspended', reason: 'under-investigation' },
  });
  test.same(idsOf(await search(issuer, '?employeeId=E-1')), [first]);
  test.same(idsOf(await search(issuer, '?status=suspended')), [second]);
  test.same(idsOf(await search(issuer, '?status=active')), [first]);
  test.equal(idsOf(await search(issuer, `?type=${TYPE}`)).length, 2);
  test.same(idsOf(await search(issuer, `?type=${TYPE}&employeeId=E-2&status=revoked`)), []);
  const summary = (await search(issuer, '?employeeId=E-2')).json().items[0];
  test.match(summary, { id: second, employeeId: 'E-2', type: TYPE, status: 'suspended' });
  test.same(Object.keys(summary), [
    'id',
    'employeeId',
    'type',
    'holder',
    'issuedAt',
    'validUntil',
    'status',
    'lifecycle',
    'archived',
  ]);
});

t.test('what is archived is found on request only, and then alone', async (test) => {
  const issuer = await buildReady(test);
  const first = await mint(issuer);
  const second = await mint(issuer);
  test.same(idsOf(await search(issuer, '')).toSorted(), [first, second].toSorted());
  const body = { event: 'archived', reason: 'duplicate' };
  const archived = await send(issuer, { url: `/v1/credentials/${first}/lifecycle`, body });
  test.equal(archived.statusCode, 200, archived.body);
  test.same(idsOf(await search(issuer, '')), [second]);
  test.same(idsOf(await search(issuer, '?archived=false')), [second]);
  const found = await search(issuer, '?archived=true&employeeId=E-1');
  test.match(found.json().items, [{ id: first, lifecycle: 'provided', archived: true }]);
  test.equal(idsOf(found).length, 1);
});

t.test("another trust's search finds none of them", async (test) => {
  const issuer = await buildReady(test);
  await mint(issuer);
  test.equal(idsOf(await search(issuer, '')).length, 1);
  test.same((await search(issuer, '', OTHER)).json(), { items: [], next: null });
});

t.test(
  'a limit out of bounds, an invented cursor and an unknown filter are refused',
  async (test) => {
    const issuer = await buildReady(test);
    for (const query of [
      '?limit=0',
      '?limit=201',
      '?limit=x',
      '?after=abc',
      '?name=x',
      '?employeeId=%25',
    ]) {
      const answer = await search(issuer, query);
      test.equal(answer.statusCode, 400, query);
      test.equal(answer.json().code, 'INVALID_REQUEST');
    }
  },
);
