import t from 'tap';
import type { StatusChangeBatch } from '#api/status-list';
import { ASHMERE, BRACKENDALE, build, changeOf } from './helper.ts';

const URL = '/internal/status-change-batches';

t.test(
  'each change of a batch has its own outcome, in order, over all pairs of a trust',
  async (t) => {
    const { lease, post, rows, auditOf, deps, served } = await build(t);
    const leased = await lease(ASHMERE);
    await rows('update list_pairs set next_slice = 2048');
    const other = await lease(ASHMERE);
    t.not(other.listPairId, leased.listPairId);
    const foreign = await lease(BRACKENDALE);
    const [a = -1, b = -1] = leased.indexes;
    const [c = -1] = other.indexes;
    const one = (of: typeof leased, index: number, more: object = {}) => {
      const { odsCode: _, clientId: _client, ...change } = changeOf(of, { index, ...more });
      return change;
    };
    const changes = [
      one(leased, a, { purpose: 'suspension' }),
      one(other, c),
      one(leased, a),
      one(leased, a, { purpose: 'suspension', value: false }),
      one(leased, a, { value: false }),
      one(foreign, foreign.indexes[0] ?? -1),
      one(leased, b),
      one(leased, b),
    ];
    const answer = await post(URL, { odsCode: ASHMERE, clientId: 'ashmere-hr', changes });
    t.equal(answer.statusCode, 200);
    t.match(answer.json<StatusChangeBatch>().outcomes, [
      { value: true, changed: true },
      { value: true, changed: true },
      { value: true, changed: true },
      { value: false, changed: true },
      { refused: 'STATUS_CHANGE_REFUSED' },
      { refused: 'NOT_FOUND' },
      { value: true, changed: true },
      { value: true, changed: false },
    ]);
    t.equal((await auditOf('index.revoked')).length, 3);
    await deps.publishDueLists();
    t.ok((await served(leased.revocationList)).bit(a));
    t.ok((await served(other.revocationList)).bit(c));
  },
);

t.test('five hundred changes of one call share a few commits', async (t) => {
  const { lease, post, deps, served, rows } = await build(t);
  const leases = [];
  for (let slice = 0; slice < 8; slice++) leases.push(await lease(ASHMERE));
  const [first] = leases;
  const { listPairId = '', revocationList = '' } = first ?? {};
  const change = { listPairId, purpose: 'revocation', value: true, reason: 'unspecified' };
  const indexes = leases.flatMap((each) => each.indexes).slice(0, 500);
  const changes = indexes.map((index) => ({ ...change, index }));
  const body = { odsCode: ASHMERE, clientId: 'hr', changes };
  const before = await rows('select count(distinct xmin::text)::int as commits from changes');
  t.match(before, [{ commits: 0 }]);
  const answer = await post(URL, body);
  const { outcomes } = answer.json<StatusChangeBatch>();
  t.equal(outcomes.length, 500);
  t.ok(outcomes.every((outcome) => 'changed' in outcome && outcome.changed));
  const [row] = await rows('select count(distinct xmin::text)::int as commits from changes');
  t.ok(Number(row?.['commits']) <= 4);
  await deps.publishDueLists();
  const { bit } = await served(revocationList);
  t.ok(indexes.every((index) => bit(index)));
});

t.test('a batch that is not of the documented shape is refused', async (t) => {
  const { lease, post } = await build(t);
  const { odsCode, clientId, ...change } = changeOf(await lease(ASHMERE));
  const body = { odsCode, clientId, changes: [change] };
  t.equal((await post(URL, body)).statusCode, 200, 'the unbroken case');
  for (const broken of [
    { changes: [] },
    { changes: Array.from({ length: 501 }, () => change) },
    { changes: [{ ...change, odsCode: BRACKENDALE }] },
    { changes: [{ ...change, purpose: 'message' }] },
    { clientId: 'two words' },
  ]) {
    t.equal((await post(URL, { ...body, ...broken })).statusCode, 400);
  }
  t.equal((await post(URL, body, {})).statusCode, 401);
});
