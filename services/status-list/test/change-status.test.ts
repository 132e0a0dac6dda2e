import t from 'tap';
import type { StatusChange, StatusChangeRequest } from '#api/status-list';
import { ASHMERE, BRACKENDALE, build, changeOf, START } from './helper.ts';

const URL = '/internal/status-changes';
type ProblemBody = { code: string };

t.test('a revocation is committed with its audit row and is in the next version', async (t) => {
  const { lease, change, deps, served, rows, auditOf } = await build(t);
  const leased = await lease(ASHMERE);
  const answer = await change(changeOf(leased));
  t.same(answer, { value: true, changed: true, changedAt: new Date(START).toISOString() });
  t.match(await rows('select reason, client_id, published_version from changes'), [
    { reason: 'issued-in-error', client_id: 'ashmere-hr', published_version: null },
  ]);
  t.match(await auditOf('index.revoked'), [
    {
      odsCode: ASHMERE,
      clientId: 'ashmere-hr',
      subject: { index: leased.indexes[0], reason: 'issued-in-error', pair: leased.listPairId },
    },
  ]);
  await deps.publishDueLists();
  const revocation = await served(leased.revocationList);
  t.equal(revocation.bit(leased.indexes[0] ?? -1), true);
  t.equal(revocation.bit(leased.indexes[1] ?? -1), false);
  t.equal((await served(leased.suspensionList)).bit(leased.indexes[0] ?? -1), false);
  t.match(await rows('select published_version from changes'), [
    { published_version: String(revocation.version) },
  ]);
});

t.test('a repeated change answers the time of the first and writes nothing', async (t) => {
  const { lease, change, clock, rows, auditOf } = await build(t);
  const leased = await lease(ASHMERE);
  const first = await change(changeOf(leased));
  clock.now += 60_000;
  t.same(await change(changeOf(leased, { reason: 'wrong-person' })), { ...first, changed: false });
  t.equal((await rows('select 1 from changes')).length, 1);
  t.equal((await auditOf('index.revoked')).length, 1);
});

t.test('a revocation is never cleared', async (t) => {
  const { lease, change, post, rows } = await build(t);
  const leased = await lease(ASHMERE);
  await change(changeOf(leased));
  const refused = await post(URL, changeOf(leased, { value: false }));
  t.equal(refused.statusCode, 409);
  t.equal(refused.json<ProblemBody>().code, 'STATUS_CHANGE_REFUSED');
  t.match(await rows('select value from bits'), [{ value: true }]);
});

t.test('a suspension can be lifted and set again', async (t) => {
  const { lease, change, clock, deps, served, auditOf } = await build(t);
  const leased = await lease(ASHMERE);
  const suspension = changeOf(leased, { purpose: 'suspension' });
  for (const value of [true, false, true]) {
    clock.now += 1_000;
    t.same(await change({ ...suspension, value }), {
      value,
      changed: true,
      changedAt: new Date(clock.now).toISOString(),
    });
    await deps.publishDueLists();
    t.equal((await served(leased.suspensionList)).bit(suspension.index), value);
  }
  t.equal((await auditOf('index.suspended')).length, 2);
  t.equal((await auditOf('index.reinstated')).length, 1);
});

t.test('what is revoked cannot be suspended, what is suspended can be revoked', async (t) => {
  const { lease, change, post } = await build(t);
  const leased = await lease(ASHMERE);
  await change(changeOf(leased, { purpose: 'suspension' }));
  t.equal((await change(changeOf(leased))).changed, true);
  const other = changeOf(leased, { index: leased.indexes[1] ?? -1 });
  await change(other);
  const refused = await post(URL, { ...other, purpose: 'suspension' });
  t.equal(refused.statusCode, 409);
  t.equal(refused.json<ProblemBody>().code, 'STATUS_CHANGE_REFUSED');
});

t.test('clearing what was never set changes nothing since the lease', async (t) => {
  const { lease, change, clock, rows } = await build(t);
  const leased = await lease(ASHMERE);
  clock.now += 5_000;
  for (const purpose of ['revocation', 'suspension'] as const) {
    t.same(await change(changeOf(leased, { purpose, value: false })), {
      value: false,
      changed: false,
      changedAt: new Date(START).toISOString(),
    });
  }
  t.equal((await rows('select 1 from changes')).length, 0);
});

t.test('unknown pairs, pairs of other trusts and unleased indexes are not found', async (t) => {
  const { lease, post, rows } = await build(t);
  const leased = await lease(ASHMERE);
  const unleased = Array.from({ length: 131_072 }, (_, i) => i).find(
    (i) => !leased.indexes.includes(i),
  );
  await lease(BRACKENDALE);
  const broken = {
    'another trust': { odsCode: BRACKENDALE },
    'an unknown pair': { listPairId: '00000000-0000-4000-8000-000000000000' },
    'an index that was not leased': { index: unleased ?? -1 },
    'an index beyond the list': { index: 131_072 },
    'an index beyond any list': { index: 2 ** 53 - 1 },
  };
  for (const [what, override] of Object.entries(broken)) {
    const refused = await post(URL, changeOf(leased, override));
    t.equal(refused.statusCode, 404, what);
    t.equal(refused.json<ProblemBody>().code, 'NOT_FOUND', what);
  }
  t.equal((await rows('select 1 from changes')).length, 0);
  t.equal((await post(URL, changeOf(leased))).statusCode, 200, 'the unbroken request passes');
});

t.test('a request that is not of the documented shape is refused', async (t) => {
  const { lease, post } = await build(t);
  const good = changeOf(await lease(ASHMERE));
  const broken = [
    { index: -1 },
    { index: 1.5 },
    { index: '7' },
    { value: 'true' },
    { purpose: 'message' },
    { reason: 'because' },
    { clientId: 'two words' },
    { clientId: 'café' },
    { statusListIndex: 1 },
  ];
  for (const override of broken) {
    const refused = await post(URL, { ...good, ...override });
    t.equal(refused.statusCode, 400, JSON.stringify(override));
    t.equal(refused.json<ProblemBody>().code, 'INVALID_REQUEST');
  }
  t.equal((await post(URL, good, {})).statusCode, 401);
  t.equal((await post(URL, good)).statusCode, 200);
});

t.test('S3: fifty equal changes at once are one change and one audit row', async (t) => {
  const { lease, listen, rows, auditOf, deps, served } = await build(t);
  const leased = await lease(ASHMERE);
  const send = await listen();
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(URL, changeOf(leased))));
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  t.equal(answers.filter(({ body }) => (body as StatusChange).changed).length, 1);
  t.equal(new Set(answers.map(({ body }) => (body as StatusChange).changedAt)).size, 1);
  t.equal((await rows('select 1 from changes')).length, 1);
  t.equal((await auditOf('index.revoked')).length, 1);
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(leased.indexes[0] ?? -1));
});

t.test('changes that share a commit are each answered for themselves', async (t) => {
  const { lease, post, rows, auditOf } = await build(t);
  const leased = await lease(ASHMERE);
  const [a = -1, b = -1, c = -1] = leased.indexes;
  const statuses = async (...changes: Partial<StatusChange & StatusChangeRequest>[]) => {
    const asked = changes.map((one) => post(URL, changeOf(leased, one)));
    return (await Promise.all(asked)).map(({ statusCode }) => statusCode);
  };
  t.same(await statuses({ index: a }, { index: b }, { index: c }), [200, 200, 200]);
  const unleased = Array.from({ length: 131_072 }, (_, i) => i).find(
    (i) => !leased.indexes.includes(i),
  );
  const [, , , d = -1, e = -1, f = -1] = leased.indexes;
  const suspension = { index: e, purpose: 'suspension' } as const;
  t.same(
    await statuses(
      { index: d },
      { index: b, value: false },
      { index: unleased ?? -1 },
      suspension,
      { ...suspension, value: false },
      { index: e },
      suspension,
      { index: f },
    ),
    [200, 409, 404, 200, 200, 200, 409, 200],
  );
  t.match(
    await rows(
      `select index, value, changed_at from bits where index in ($1, $2, $3)
        order by array_position(array[$1, $2, $3]::int[], index), changed_at`,
      [d, e, f],
    ),
    [
      { index: d, value: true },
      // lifted and revoked in one commit, and still at different times
      { index: e, value: false, changed_at: new Date(START + 1) },
      { index: e, value: true, changed_at: new Date(START + 2) },
      { index: f, value: true },
    ],
  );
  t.equal((await auditOf('index.revoked')).length, 6);
});

t.test('S2: a thousand different changes at once are all in the list', async (t) => {
  const { lease, listen, deps, served, servedValues, auditOf, rows } = await build(t);
  const [first, ...leases] = await Promise.all(
    Array.from({ length: 16 }, () => lease(ASHMERE, 'message')),
  );
  if (first === undefined) throw new Error('nothing was leased');
  const indexes = [first, ...leases].flatMap((each) => each.indexes).slice(0, 1_000);
  const send = await listen();
  // publications run among the changes, as they do in life
  const publishing = (async () => {
    for (let run = 0; run < 5; run++) await deps.publishDueLists();
  })();
  const answers = await Promise.all(indexes.map((index) => send(URL, changeOf(first, { index }))));
  await publishing;
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  await deps.publishDueLists();
  const { bit } = await served(first.revocationList);
  const { value } = await servedValues(first.messageList ?? '');
  t.equal(indexes.filter((index) => bit(index) && value(index) === 1).length, 1_000);
  const all = Array.from({ length: 131_072 }, (_, index) => index);
  t.equal(all.filter((index) => bit(index)).length, 1_000);
  t.equal(all.filter((index) => value(index) !== 0).length, 1_000);
  t.equal((await auditOf('index.revoked')).length, 1_000);
  t.same(await rows('select 1 from unpublished'), []);
});

t.test('S1: a status changes as it may, for its own trust, and no other way', async (t) => {
  const { lease, post, change, clock } = await build(t);
  const leased = await lease(ASHMERE);
  const [revoked = -1, suspended = -1] = leased.indexes;
  await lease(BRACKENDALE);
  const revocation = changeOf(leased, { index: revoked });
  const first = await change(revocation);
  t.equal(first.changed, true, 'the unbroken case');
  clock.now += 60_000;
  t.same(await change(revocation), { ...first, changed: false }, 'again: the same time');
  const refused = {
    'an unknown pair': [{ listPairId: '00000000-0000-4000-8000-000000000000' }, 'NOT_FOUND'],
    'an index that nobody leased': [{ index: 131_072 }, 'NOT_FOUND'],
    'another trust’s index': [{ odsCode: BRACKENDALE }, 'NOT_FOUND'],
    'a revocation taken back': [{ value: false }, 'STATUS_CHANGE_REFUSED'],
    'what is revoked, suspended': [{ purpose: 'suspension' }, 'STATUS_CHANGE_REFUSED'],
  } as const;
  for (const [what, [broken, code]] of Object.entries(refused)) {
    const answer = await post(URL, { ...revocation, ...broken });
    t.equal(answer.json<ProblemBody>().code, code, what);
  }
  for (const value of [true, false, true, false]) {
    const suspension = changeOf(leased, { index: suspended, purpose: 'suspension', value });
    t.match(await change(suspension), { changed: true, value });
  }
});

t.test('suspending and revoking one index at once ends in a revoked index', async (t) => {
  const { lease, post, rows } = await build(t);
  const leased = await lease(ASHMERE);
  for (const index of leased.indexes.slice(0, 20)) {
    await Promise.all([
      post(URL, changeOf(leased, { index, purpose: 'suspension' })),
      post(URL, changeOf(leased, { index })),
    ]);
  }
  const revoked = await rows(
    `select 1 from bits b join lists l on l.id = b.list_id where l.purpose = 'revocation' and value`,
  );
  t.equal(revoked.length, 20);
  // a suspension that was accepted was accepted before the revocation
  const late = await rows(`select 1 from changes s join lists sl on sl.id = s.list_id
    join changes r on r.index = s.index join lists rl on rl.id = r.list_id
    where sl.purpose = 'suspension' and rl.purpose = 'revocation' and s.number > r.number`);
  t.equal(late.length, 0);
});

t.test('when audit cannot be written nothing changes and the request fails', async (t) => {
  const { lease, post, rows } = await build(t);
  const leased = await lease(ASHMERE);
  await rows("alter table audit add constraint broken check (event not like '%index.revoked%')");
  const failed = await post(URL, changeOf(leased));
  t.equal(failed.statusCode, 503);
  t.equal((await rows('select 1 from changes')).length, 0);
  t.equal((await rows('select 1 from bits')).length, 0);
  await rows('alter table audit drop constraint broken');
  t.equal((await post(URL, changeOf(leased))).statusCode, 200);
});

t.test('the login of the service sees no row of another trust, nor any without one', async (t) => {
  const { lease, change, rows, admin } = await build(t);
  await change(changeOf(await lease(ASHMERE)));
  await lease(BRACKENDALE);
  const tables = ['list_pairs', 'lists', 'leases', 'changes', 'bits', 'published_lists'];
  await admin.query('begin; set local role status_list_login');
  for (const table of tables) t.same(await rows(`select 1 from ${table}`), [], `${table}, unset`);
  await rows("select set_config('app.ods_code', $1, true)", [BRACKENDALE]);
  t.equal((await rows('select 1 from list_pairs')).length, 1);
  t.same(await rows('select 1 from changes'), []);
  await admin.query('rollback');
  t.equal((await rows('select 1 from changes')).length, 1);
});
