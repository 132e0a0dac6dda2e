import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { ASHMERE, changeOf, START } from './helper.ts';
import { putBack, takeBackup } from './issuer-double.ts';
import { auditLines, buildWithIssuer } from './restorable.ts';

t.test('S11: after a restore nothing is published until what came later is replayed', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, clock, admin, app, served, post, issuer } = service;
  const leased = await lease(ASHMERE, 'message');
  const [before = -1, after = -1] = leased.indexes;
  for (const index of [before, after]) await service.tables.issue(ASHMERE, leased, index);
  await service.revoke(leased, before);
  clock.now += 1_000;
  await deps.publishDueLists();
  const backup = await takeBackup(admin, ASHMERE);

  await service.revoke(leased, after);
  const late = await lease(ASHMERE);
  const [lateIndex = -1] = late.indexes;
  await service.tables.issue(ASHMERE, late, lateIndex);
  clock.now += 1_000;
  await deps.publishDueLists();
  const newest = await served(leased.revocationList);
  t.ok(newest.bit(after), 'the unbroken case: it is in the list');

  await putBack(admin, ASHMERE, backup);
  clock.now += 400_000;
  const { deps: restarted, app: restartedApp } = await service.createReplica();
  await restarted.publishDueLists();
  await t.rejects(async () => restarted.checks['restored']?.(), /status-restore/);
  t.match(await restarted.metrics.metrics(), /status_list_fenced 1/);
  t.equal((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 503);
  const path = new URL(leased.revocationList).pathname;
  t.equal((await restartedApp.inject({ url: path })).statusCode, 503);
  // again and again: what was refused once is never signed by trying
  const highest = new Map(issuer.signed);
  for (let run = 0; run < 3; run += 1) {
    clock.now += 10_000;
    await t.rejects(restarted.publishDueLists(), { code: 'SERVICE_UNAVAILABLE' });
  }
  t.same(issuer.signed, highest);

  const report = await service.restore();
  t.match(report, { pairsRetired: 1, pairsMadeAgain: 0, revoked: 1, notRestored: [] });
  await deps.publishDueLists();
  const restored = await served(leased.revocationList);
  t.ok(restored.bit(before) && restored.bit(after));
  t.ok(restored.version > newest.version);
  t.equal((await service.servedValues(leased.messageList ?? '')).value(after), 1);
  await restarted.checks['restored']?.();
  t.match(await restarted.metrics.metrics(), /status_list_fenced 0/);
  // an index that was leased after the backup is not leased again, and can be revoked
  const fresh = await lease(ASHMERE);
  t.not(fresh.listPairId, leased.listPairId);
  await service.revoke(late, lateIndex);
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(lateIndex));
  t.equal(app.server.listening, false);
});

t.test('the restore run twice finds the same and changes no bit', async (t) => {
  const { lease, revoke, restore, tables, admin, rows, deps, auditOf } = await buildWithIssuer(t);
  const leased = await lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  await revoke(leased, index);
  await putBack(admin, ASHMERE, backup);
  t.match(await restore(), { revoked: 1, pairsRetired: 1 });
  t.match(await restore(), { revoked: 0, pairsRetired: 0, notRestored: [] });
  t.equal((await rows('select 1 from changes')).length, 1);
  t.equal((await auditOf('database.restored')).length, 2);
  await deps.publishDueLists();
  t.same(await rows('select 1 from unpublished'), []);
});

t.test('a pair that was made after the backup is made again from its credentials', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, admin, served, rows, clock } = service;
  const backup = await takeBackup(admin, ASHMERE);
  const leased = await lease(ASHMERE, 'message');
  const [revoked = -1, later = -1] = leased.indexes;
  for (const index of [revoked, later]) await service.tables.issue(ASHMERE, leased, index);
  await service.revoke(leased, revoked);
  await deps.publishDueLists();
  await putBack(admin, ASHMERE, backup);
  t.same(await rows('select 1 from list_pairs'), []);
  clock.now += 60_000;
  t.match(await service.restore(), { pairsMadeAgain: 1, listsMadeAgain: 3, notRestored: [] });
  const { deps: restarted } = await service.createReplica();
  await restarted.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(revoked));
  t.equal((await service.servedValues(leased.messageList ?? '')).value(revoked), 1);
  // by a replica that never knew the pair's secret
  await restarted.changeStatus(changeOf(leased, { index: later }));
  await restarted.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(later));
});

t.test('what nothing names is reported as not restored, and the rest is', async (t) => {
  const service = await buildWithIssuer(t);
  const leased = await service.lease(ASHMERE);
  const [index = -1] = leased.indexes;
  await service.tables.issue(ASHMERE, leased, index);
  const lost = { ...leased, listPairId: '00000000-0000-4000-8000-000000000001' };
  await service.tables.issue(ASHMERE, { ...lost, revocationList: '', suspensionList: '' }, 7);
  const backup = await takeBackup(service.admin, ASHMERE);
  await service.revoke(leased, index);
  await putBack(service.admin, ASHMERE, backup);
  const report = await service.restore();
  t.match(report.notRestored, [/00000000-0000-4000-8000-000000000001/]);
  t.equal(report.notRestored.length, 1);
  await service.deps.publishDueLists();
  t.ok((await service.served(leased.revocationList)).bit(index));
});

t.test('an audit export brings back what the issuer’s database lost too', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, change, admin, rows, deps, served, clock } = service;
  const backup = await takeBackup(admin, ASHMERE);
  const leased = await lease(ASHMERE);
  const [revoked = -1, reinstated = -1, suspended = -1] = leased.indexes;
  await change(changeOf(leased, { index: revoked }));
  for (const [index, values] of [
    [reinstated, [true, false]],
    [suspended, [true]],
  ] as const) {
    for (const value of values) {
      clock.now += 1_000;
      await change(changeOf(leased, { index, purpose: 'suspension', value }));
    }
  }
  await deps.publishDueLists();
  const lines = await auditLines(rows);
  await putBack(admin, ASHMERE, backup);
  clock.now += 1_000;
  const report = await service.restore({ exports: [lines] });
  t.match(report, { pairsMadeAgain: 1, revoked: 1, suspended: 1, reinstated: 0, notRestored: [] });
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(revoked));
  const suspensions = await served(leased.suspensionList);
  t.equal(suspensions.bit(reinstated), false);
  t.equal(suspensions.bit(suspended), true);
});

t.test('the command says what it did, and fails when something is not restored', async (t) => {
  const listDirectory = join(t.testdir(), 'lists');
  const service = await buildWithIssuer(t, { listDirectory });
  const { lease, admin, tables, revoke, database, rows, deps, clock, served } = service;
  const leased = await lease(ASHMERE, 'token');
  const [index = -1] = leased.indexes;
  await tables.issue(ASHMERE, leased, index);
  const backup = await takeBackup(admin, ASHMERE);
  await revoke(leased, index);
  clock.now += 1_000;
  await deps.publishDueLists();
  await putBack(admin, ASHMERE, backup);
  await tables.recordSigned(ASHMERE, service.issuer.signed);
  const program = fileURLToPath(new URL('../../../deploy/status-restore.ts', import.meta.url));
  const env = { ...process.env, DATABASE_URL: database.adminUrl, LIST_DIRECTORY: listDirectory };
  const run = async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    return stdout;
  };
  t.match(await run(), /pairs retired +1\n[^]*revocations set +1\n[^]*are restored;/);
  const versions = await rows('select last_version::float8 as version from lists');
  t.ok(versions.every(({ version }) => Number(version) > START + 1_000));
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).bit(index));
  await tables.recordSigned(ASHMERE, service.issuer.signed);
  await rows("update issuer.credentials set list_pair_id = gen_random_uuid(), document = '{}'");
  await t.rejects(run(), { code: 1, stdout: /NOT restored: pair [^]*are restored EXCEPT/ });
  await rows('delete from issuer.signed_lists');
  await t.rejects(run(), { code: 1, stdout: /audit exports[^]*The fences STAND/ });
  await t.rejects(deps.publishDueLists(), { code: 'SERVICE_UNAVAILABLE' });
});
