import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  ASHMERE,
  build,
  changeOf,
  createReadingPause,
  signQuickly,
  signTokenQuickly,
  START,
} from './helper.ts';
import { createIssuerDouble } from './issuer-double.ts';

t.test('a list is signed again when its version is old, and not before', async (t) => {
  const { lease, served, clock, deps } = await build(t);
  const { revocationList } = await lease(ASHMERE);
  clock.now = START + 299_000;
  await deps.publishDueLists();
  t.equal((await served(revocationList)).version, START);
  clock.now = START + 300_000;
  await deps.publishDueLists();
  t.equal((await served(revocationList)).version, START + 300_000);
});

t.test('versions rise when the clock stands still or falls', async (t) => {
  const { lease, change, served, clock, deps } = await build(t);
  const leased = await lease(ASHMERE);
  const versions: number[] = [];
  for (const [number, now] of [START, START, START - 3_600_000].entries()) {
    clock.now = now;
    await change(changeOf(leased, { index: leased.indexes[number] ?? -1 }));
    await deps.publishDueLists();
    versions.push((await served(leased.revocationList)).version);
  }
  t.same(versions, [START + 1, START + 2, START + 3]);
});

t.test('only the list that changed is published', async (t) => {
  const { lease, change, served, clock, deps } = await build(t);
  const leased = await lease(ASHMERE);
  clock.now += 10_000;
  await change(changeOf(leased));
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).version, START + 10_000);
  t.equal((await served(leased.suspensionList)).version, START);
});

t.test('S4: a change made while a version is being signed is in the next one', async (t) => {
  const { lease, change, served, clock, deps, signer, rows } = await build(t);
  const leased = await lease(ASHMERE);
  const [first = -1, second = -1] = leased.indexes;
  signer.sign = async (request) => {
    signer.sign = signQuickly;
    await change(changeOf(leased, { index: second }));
    return signQuickly(request);
  };
  await change(changeOf(leased, { index: first }));
  clock.now += 1_000;
  await deps.publishDueLists();
  const between = await served(leased.revocationList);
  t.equal(between.bit(first), true);
  t.equal(between.bit(second), false);
  t.equal((await rows('select 1 from changes where published_version is null')).length, 1);
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).bit(second), true);
  t.equal((await rows('select 1 from changes where published_version is null')).length, 0);
});

t.test('a change that commits while the bits are being read stays unpublished', async (t) => {
  const { lease, change, served, deps, rows } = await build(t);
  const leased = await lease(ASHMERE);
  const [first = -1, second = -1] = leased.indexes;
  await change(changeOf(leased, { index: first }));
  const pause = await (await createReadingPause(rows))();
  const publishing = deps.publishDueLists();
  await pause.reached();
  await change(changeOf(leased, { index: second }));
  await pause.end();
  await publishing;
  const between = await served(leased.revocationList);
  t.same([first, second].map(between.bit), [true, false], 'the unbroken case: it was too late');
  t.equal((await rows('select 1 from unpublished')).length, 1);
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(second));
});

t.test('a change with a lower number that commits late still makes its list due', async (t) => {
  const { lease, change, served, deps, rows, admin } = await build(t);
  const leased = await lease(ASHMERE);
  const [first = -1, second = -1] = leased.indexes;
  const [list] = await rows("select id from lists where purpose = 'revocation'");
  // draws the lower number and commits after the higher one was published
  await admin.query('begin');
  const values = [list?.['id'], second];
  await rows(
    `insert into changes (list_id, ods_code, index, value, reason, client_id, changed_at)
     values ($1, 'ZZA01', $2, true, 'unspecified', 'x', now())`,
    values,
  );
  await rows(`insert into bits values ($1, $2, 'ZZA01', true, now())`, values);
  await change(changeOf(leased, { index: first }));
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).bit(first), true);
  await admin.query('commit');
  t.match(
    await rows('select index, published_version is null as waits from changes order by number'),
    [
      { index: second, waits: true },
      { index: first, waits: false },
    ],
  );
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).bit(second), true);
});

t.test('F19: a leader that was stopped and goes on never replaces the newer version', async (t) => {
  const { lease, change, served, createReplica, deps, signer, clock, rows } = await build(t);
  const leased = await lease(ASHMERE);
  const [first = -1, second = -1] = leased.indexes;
  await change(changeOf(leased, { index: first }));
  const stopped = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  signer.sign = async (request) => {
    signer.sign = signQuickly;
    stopped.resolve();
    await resumed.promise;
    return signQuickly(request);
  };
  const old = deps.publishDueLists();
  await stopped.promise;
  // the old one has read its bits and is stopped while it holds the lock: another waits its time, then takes over
  await change(changeOf(leased, { index: second }));
  const { deps: other } = await createReplica();
  await other.publishDueLists();
  t.equal((await served(leased.revocationList)).version, START);
  clock.now += 20_001;
  await other.publishDueLists();
  const taken = await served(leased.revocationList);
  t.ok(taken.bit(first) && taken.bit(second));
  resumed.resolve();
  await old;
  t.same((await served(leased.revocationList)).version, taken.version);
  t.equal((await rows('select 1 from changes where published_version is null')).length, 0);
  const versions = await rows("select last_version from lists where purpose = 'revocation'");
  t.match(versions, [{ last_version: String(taken.version) }]);
});

t.test('two replicas that tick at once publish each list once', async (t) => {
  const { lease, change, createReplica, deps, auditOf } = await build(t);
  const leased = await lease(ASHMERE);
  const { deps: other } = await createReplica();
  await change(changeOf(leased));
  await Promise.all([deps.publishDueLists(), other.publishDueLists()]);
  t.equal((await auditOf('list.published')).length, 3);
});

t.test('S6: of two publishers at once the older version never replaces the newer', async (t) => {
  const issuer = createIssuerDouble();
  const listDirectory = join(t.testdir({ lists: {} }), 'lists');
  const { lease, change, createReplica, deps, served, clock, rows } = await build(t, {
    sign: issuer.sign,
    listDirectory,
  });
  const leased = await lease(ASHMERE);
  const listId = leased.revocationList.slice(-36);
  const { deps: other } = await createReplica();
  let seen = 0;
  for (const index of leased.indexes.slice(0, 20)) {
    clock.now += 1_000;
    await change(changeOf(leased, { index }));
    // neither has the lock: both read, ask, store and write their files
    const runs = [deps, other, deps, other].map((publisher) => publisher.publishList(listId));
    const outcomes = await Promise.allSettled(runs);
    t.ok(outcomes.some(({ status }) => status === 'fulfilled'));
    const { version, bit } = await served(leased.revocationList);
    t.ok(version > seen && bit(index));
    seen = version;
  }
  const [stored] = await rows('select version, document from published_lists where list_id = $1', [
    listId,
  ]);
  t.equal(stored?.['version'], String(issuer.signed.get(listId)));
  await deps.publishDueLists();
  t.equal(readFileSync(join(listDirectory, 'status-lists', listId), 'utf8'), stored?.['document']);
  t.same(await rows('select 1 from unpublished'), []);
});

t.test('a two-bit list is made when it is asked for, and shows what was set before', async (t) => {
  const { lease, change, deps, servedValues, clock, auditOf, app } = await build(t);
  const leased = await lease(ASHMERE);
  t.equal(leased.messageList, undefined);
  const [revoked = -1, suspended = -1, both = -1, valid = -1] = leased.indexes;
  await change(changeOf(leased, { index: revoked }));
  const pair = await lease(ASHMERE, 'message', 'token');
  t.equal(pair.listPairId, leased.listPairId);
  await change(changeOf(leased, { index: suspended, purpose: 'suspension' }));
  await change(changeOf(leased, { index: both, purpose: 'suspension' }));
  await change(changeOf(leased, { index: both }));
  clock.now += 1_000;
  await deps.publishDueLists();
  for (const url of [pair.messageList ?? '', pair.tokenList ?? '']) {
    const { value, version } = await servedValues(url);
    t.same([revoked, suspended, both, valid].map(value), [1, 2, 1, 0]);
    t.equal(version, START + 1_000);
  }
  const token = await app.inject({ url: new URL(pair.tokenList ?? '').pathname });
  t.equal(token.headers['content-type'], 'application/statuslist+jwt');
  t.equal((await auditOf('list.prepared')).length, 2);
});

t.test('a change is published when every form of its pair shows it', async (t) => {
  const { lease, change, deps, signer, rows, clock } = await build(t);
  const leased = await lease(ASHMERE, 'token');
  await change(changeOf(leased));
  signer.signToken = () => Promise.reject(new Error('no key'));
  await deps.publishDueLists();
  t.equal((await rows('select 1 from unpublished')).length, 1);
  clock.now += 61_000;
  await t.rejects(async () => deps.checks['publication']?.(), /waits too long/);
  signer.signToken = signTokenQuickly;
  await deps.publishDueLists();
  t.same(await rows('select 1 from unpublished'), []);
  await deps.checks['publication']?.();
});
