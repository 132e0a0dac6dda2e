import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ASHMERE, changeOf, START } from './helper.ts';
import { putBack, takeBackup } from './issuer-double.ts';
import { buildWithIssuer } from './restorable.ts';

t.test('a fence is put up when the answer that tells of it is the last thing heard', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, admin, clock, signer, issuer, rows } = service;
  await lease(ASHMERE);
  const backup = await takeBackup(admin, ASHMERE);
  clock.now += 400_000;
  await deps.publishDueLists();
  await putBack(admin, ASHMERE, backup);
  const highest = new Map(issuer.signed);
  // the issuer refuses, and nobody hears it
  signer.sign = async (request) => {
    await issuer.sign(request).catch(() => undefined);
    throw new Error('connection lost');
  };
  clock.now += 400_000;
  await deps.publishDueLists();
  signer.sign = issuer.sign;
  clock.now += 400_000;
  await deps.publishDueLists();
  t.same(issuer.signed, highest, 'a version of after the restore does not pass for a known one');
  // by either list: the other may find it standing
  const [fence] = await rows('select cause from fences where lifted_at is null');
  t.match(fence, { cause: 'issuer' });
});

t.test('an answer that got lost is no reason for a fence', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, clock, signer, issuer, change, served, rows } = service;
  const leased = await lease(ASHMERE);
  signer.sign = async (request) => {
    await issuer.sign(request);
    throw new Error('connection lost');
  };
  clock.now += 1_000;
  await change(changeOf(leased));
  await deps.publishDueLists();
  signer.sign = issuer.sign;
  clock.now += 1_000;
  await deps.publishDueLists();
  const { bit, version } = await served(leased.revocationList);
  t.ok(bit(leased.indexes[0] ?? -1));
  t.equal(version, START + 2_000);
  t.same(await rows('select 1 from fences'), []);
});

t.test('a version that was asked for long ago is settled and not published', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, deps, clock, signer, issuer, served } = service;
  const leased = await lease(ASHMERE);
  signer.sign = () => Promise.reject(new Error('away'));
  clock.now += 400_000;
  await deps.publishDueLists();
  signer.sign = issuer.sign;
  clock.now += 400_000;
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).version, START + 800_000);
});

t.test('a checkpoint that is ahead of the database puts up the fence', async (t) => {
  const service = await buildWithIssuer(t);
  const { lease, config, createReplica, rows, clock } = service;
  await lease(ASHMERE);
  const heads = await rows(
    "select stream, seq::int as seq, encode(hash, 'hex') as hash from audit_heads()",
  );
  const write = (at: number, change: (head: Record<string, unknown>) => object) => {
    const line = {
      service: 'status_list',
      at: new Date(at).toISOString(),
      heads: heads.map(change),
    };
    writeFileSync(config.auditCheckpointFile, `${JSON.stringify(line)}\n{"torn`);
  };
  const restored = async () => (await createReplica()).deps.checks['restored']?.();
  write(START, (head) => head);
  await t.resolves(restored(), 'the unbroken case: it reaches as far');
  write(START, (head) => ({ ...head, seq: Number(head['seq']) - 1, hash: 'other' }));
  await t.resolves(restored(), 'the chain has gone on');
  write(START, (head) => ({ ...head, seq: Number(head['seq']) + 1 }));
  await t.rejects(restored(), { code: 'SERVICE_UNAVAILABLE' });
  t.match(await rows('select cause from fences'), [{ cause: 'checkpoint' }]);
  clock.now += 1_000;
  await service.restore();
  await t.resolves(restored(), 'the restore explains what was reached before it');
  write(START + 2_000, () => ({ stream: 'status_list/x', seq: 1, hash: '00' }));
  await t.rejects(restored(), { code: 'SERVICE_UNAVAILABLE' });
});

t.test('a list file that is ahead of the database puts up the fence', async (t) => {
  const listDirectory = join(t.testdir({ lists: {} }), 'lists');
  const service = await buildWithIssuer(t, { listDirectory });
  const { lease, deps, clock, rows, restore, served } = service;
  const leased = await lease(ASHMERE);
  const id = leased.revocationList.slice(-36);
  const file = join(listDirectory, 'status-lists', id);
  const newer = {
    ...JSON.parse(readFileSync(file, 'utf8')),
    validFrom: '2026-11-22T16:30:00.000Z',
  };
  await deps.publishDueLists();
  t.same(await rows('select 1 from fences'), [], 'the unbroken case: file and row agree');
  writeFileSync(file, JSON.stringify(newer));
  await deps.publishDueLists();
  t.match(await rows('select cause, list_id from fences'), [{ cause: 'list-file', list_id: id }]);
  const ahead = Date.parse('2026-11-22T16:30:00.000Z');
  service.issuer.signed.set(id, ahead);
  t.match(await restore({ fileVersions: new Map([[id, ahead]]) }), { notRestored: [] });
  clock.now += 1_000;
  await deps.publishDueLists();
  t.ok((await served(leased.revocationList)).version > ahead);
  t.match(JSON.parse(readFileSync(file, 'utf8')), { id: leased.revocationList });
  t.same(await rows('select 1 from fences where lifted_at is null'), []);
});

t.test('a file of a list that the database does not know is ahead of it', async (t) => {
  const listDirectory = join(t.testdir({ lists: {} }), 'lists');
  const { deps, lease, rows, restore, clock } = await buildWithIssuer(t, { listDirectory });
  await lease(ASHMERE);
  mkdirSync(join(listDirectory, 'status-list-tokens'), { recursive: true });
  const claims = Buffer.from(JSON.stringify({ version: START + 5 })).toString('base64url');
  const name = '00000000-0000-4000-8000-000000000002';
  writeFileSync(join(listDirectory, 'status-list-tokens', name), `e30.${claims}.c2ln`);
  await deps.publishDueLists();
  t.match(await rows('select cause, list_id from fences'), [{ cause: 'list-file', list_id: name }]);
  clock.now += 1_000;
  const fileVersions = new Map([[name, START + 5]]);
  t.match(await restore({ fileVersions, acceptLoss: true }), { isLossSeen: true });
  await deps.publishDueLists();
  t.same(await rows('select 1 from fences where lifted_at is null'), []);
});
