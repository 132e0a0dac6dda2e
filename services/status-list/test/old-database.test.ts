import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import t from 'tap';
import { VcError } from '#vc/error';
import { restoreStatusLists } from '../../../deploy/restore/restore-status-lists.ts';
import { ASHMERE, changeOf, START } from './helper.ts';
import { putBack, takeBackup } from './issuer-double.ts';
import { auditLines, buildWithIssuer } from './restorable.ts';

t.test('a publisher that was stopped across a restore stores nothing of before it', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, clock, admin, signer, issuer, served, rows, createReplica } = service;
  const leased = await lease(ASHMERE);
  const [before = -1, after = -1] = leased.indexes;
  for (const index of [before, after]) await service.tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  clock.now += 1_000;
  // answered here, and its caller ended before it could write that down
  await service.change(changeOf(leased, { index: before }));
  const stopped = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  signer.sign = async (request) => {
    signer.sign = issuer.sign;
    stopped.resolve();
    await resumed.promise;
    return issuer.sign(request);
  };
  const old = deps.publishList(leased.revocationList.slice(-36)).catch(() => undefined);
  await stopped.promise;
  await putBack(admin, ASHMERE, backup);
  clock.now += 1_000;
  // draws the number that the stopped one has seen
  await service.revoke(leased, after);
  await service.restore();
  resumed.resolve();
  await old;
  t.equal(
    (await rows('select 1 from unpublished')).length,
    1,
    'it waits for a version that has it',
  );
  t.same(await rows('select 1 from published_lists'), []);
  await (await createReplica()).deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(after));
  t.same(await rows('select 1 from unpublished'), []);
});

t.test('an old row never takes the place of a newer file', async (t) => {
  const listDirectory = join(t.testdir({ lists: {} }), 'lists');
  const service = await buildWithIssuer(t, { listDirectory });
  const { lease, deps, clock, admin, rows, revoke, tables } = service;
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  clock.now += 1_000;
  await revoke(leased, index);
  await deps.publishDueLists();
  const file = join(listDirectory, 'status-lists', leased.revocationList.slice(-36));
  const newest = readFileSync(file, 'utf8');
  await putBack(admin, ASHMERE, backup);
  // the old row is due for signing again: a version is allotted before the issuer refuses it
  clock.now += 400_000;
  await deps.publishDueLists();
  t.equal(readFileSync(file, 'utf8'), newest);
  t.not((await rows('select 1 from fences where lifted_at is null')).length, 0);
  const again = deps.publishList(leased.revocationList.slice(-36));
  await t.rejects(again, { code: 'STATUS_LIST_FENCED', message: /wait to be restored/ });
});

t.test('a process that outlives the restore of its database notices it', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, admin, rows, post, restore, clock, deps } = service;
  const first = await lease(ASHMERE);
  const backup = await takeBackup(admin, ASHMERE);
  const audited = await rows('select stream, max(seq)::int as seq from audit group by stream');
  const second = await lease(ASHMERE);
  t.equal(second.listPairId, first.listPairId);
  await deps.checks['restored']?.();
  await putBack(admin, ASHMERE, backup);
  await rows(
    `delete from audit a where seq > coalesce((select (h ->> 'seq')::bigint
      from jsonb_array_elements($1::jsonb) h where h ->> 'stream' = a.stream), 0)`,
    [JSON.stringify(audited)],
  );
  t.equal((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 503);
  t.match(await rows('select cause from fences'), [{ cause: 'checkpoint' }]);
  clock.now += 1_000;
  await restore();
  await deps.checks['restored']?.();
  const fresh = await lease(ASHMERE);
  t.not(fresh.listPairId, first.listPairId);
});

t.test('what a fenced database does not know is not said not to exist', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, admin, rows, post, restore, clock } = service;
  const empty = await takeBackup(admin, ASHMERE);
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await service.tables.issue(ASHMERE, leased, index);
  const change = changeOf(leased, { index });
  const unknown = changeOf({ ...leased, listPairId: '00000000-0000-4000-8000-000000000001' });
  const single = async (asked: typeof change) =>
    (await post('/internal/status-changes', asked)).statusCode;
  t.equal(await single(unknown), 404, 'the unbroken case: it is known not to exist');
  await putBack(admin, ASHMERE, empty);
  await rows(`insert into fences (cause, detail, raised_at) values ('issuer', 'test', $1)`, [
    new Date(START),
  ]);
  t.equal(await single(change), 503);
  const { odsCode, clientId, ...item } = change;
  const batch = { odsCode, clientId, changes: [item] };
  const answer = await post('/internal/status-change-batches', batch);
  t.match(answer.json(), { outcomes: [{ refused: 'SERVICE_UNAVAILABLE' }] });
  clock.now += 1_000;
  await restore();
  t.equal(await single(change), 200);
});

t.test('a pair that was never signed is nobody’s affair after a restore either', async (t) => {
  const service = await buildWithIssuer(t);
  const { post, signer, deps, clock, restore, lease, rows, issuer } = service;
  signer.sign = () => Promise.reject(new Error('no status key'));
  t.not((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 201);
  await restore();
  clock.now += 3_600_000;
  await deps.publishDueLists();
  await deps.checks['publication']?.();
  signer.sign = issuer.sign;
  const leased = await lease(ASHMERE);
  t.match(await rows("select id from list_pairs where state = 'open'"), [
    { id: leased.listPairId },
  ]);
  t.equal((await rows('select 1 from list_pairs')).length, 2, 'and it is not leased from');
});

t.test('a clock that was far ahead for a moment does not stop the lists until then', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, clock, signer, issuer, revoke, tables, served, rows } = service;
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  // as the issuer, whose clock is right
  let rightNow = START;
  signer.sign = async (request) => {
    if (request.version > rightNow + 60_000) throw new VcError('INVALID_REQUEST', 'in the future');
    return issuer.sign(request);
  };
  clock.now += 90 * 24 * 3_600_000;
  await deps.publishDueLists();
  rightNow += 10_000;
  clock.now = rightNow;
  await revoke(leased, index);
  await deps.publishDueLists();
  const { bit, version } = await served(leased.revocationList);
  t.ok(bit(index));
  t.equal(version, rightNow);
  t.same(await rows('select 1 from fences'), []);
});

t.test('an administrator whom row-level security binds changes nothing', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, admin, rows, revoke, tables, database } = service;
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  await revoke(leased, index);
  await putBack(admin, ASHMERE, backup);
  const role = new URL(database.adminUrl).pathname.slice(1);
  await rows(`create role ${role} login in role status_list_owner, issuer_owner`);
  const url = new URL(database.adminUrl);
  url.username = role;
  const bound = new Client({ connectionString: url.href });
  await bound.connect();
  t.teardown(async () => {
    await bound.end();
    await rows(`drop role ${role}`);
  });
  await t.rejects(restoreStatusLists(bound, { now: START }), /row-level security/);
  t.same(await rows('select 1 from fences'), []);
  t.match(await service.restore(), { revoked: 1 }, 'the unbroken case: one whom it does not bind');
});

t.test('a backup of the issuer too is not published without what came later', async (t) => {
  const listDirectory = join(t.testdir({ lists: {} }), 'lists');
  const service = await buildWithIssuer(t, { listDirectory });
  const { lease, deps, clock, admin, rows, change, restore, served, issuer } = service;
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await service.tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  const signed = new Map(issuer.signed);
  clock.now += 1_000;
  // the issuer's mirror of it is lost too
  await change(changeOf(leased, { index }));
  await deps.publishDueLists();
  const lines = await auditLines(rows);
  const list = leased.revocationList.slice(-36);
  const fileVersions = new Map([[list, (await served(leased.revocationList)).version]]);
  await putBack(admin, ASHMERE, backup);
  for (const [id, version] of signed) issuer.signed.set(id, version);
  clock.now += 1_000;
  t.match(await restore({ fileVersions }), { isLossSeen: true, notRestored: [/audit exports/] });
  await t.rejects(deps.publishDueLists(), { code: 'SERVICE_UNAVAILABLE' });
  const report = await restore({ fileVersions, exports: [lines] });
  t.match(report, { isLossSeen: false, revoked: 1, notRestored: [] });
  clock.now += 1_000;
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(index));
});

t.test('a restore that fails halfway changes nothing but keeps its fence', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, admin, rows, revoke, tables, restore, post } = service;
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  await revoke(leased, index);
  await putBack(admin, ASHMERE, backup);
  const [line = ''] = await auditLines(rows);
  await t.rejects(restore({ exports: [[line, '{"torn']] }), /Line 2 of the export/);
  t.match(await rows('select state, restored_at from list_pairs'), [
    { state: 'open', restored_at: null },
  ]);
  t.equal((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 503);
  t.match(await restore({ exports: [[line]] }), { revoked: 1, pairsRetired: 1 });
  t.equal((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 201);
});
