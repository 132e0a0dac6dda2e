import t from 'tap';
import { VcError } from '#vc/error';
import type { SignStatusList } from '../src/domain/ports.ts';
import { ASHMERE, BRACKENDALE, build, changeOf, signQuickly, START } from './helper.ts';

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

t.test('a change made while a version is being signed is in the next one', async (t) => {
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

t.test('a publisher that was overtaken never replaces the newer version', async (t) => {
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

t.test('a list that fails does not keep the others waiting', async (t) => {
  const { lease, change, served, signer, deps, clock } = await build(t);
  const ashmere = await lease(ASHMERE);
  const brackendale = await lease(BRACKENDALE);
  await change(changeOf(ashmere));
  await change(changeOf(brackendale, { odsCode: BRACKENDALE }));
  clock.now += 10_000;
  signer.sign = async (request) => {
    if (request.odsCode === ASHMERE)
      throw new VcError('ISSUER_KEY_NOT_REGISTERED', 'no status key');
    return signQuickly(request);
  };
  await deps.publishDueLists();
  const [index = -1] = brackendale.indexes;
  t.equal((await served(brackendale.revocationList)).bit(index), true);
  t.equal((await served(ashmere.revocationList)).version, START);
  const metrics = await deps.metrics.metrics();
  t.match(metrics, /status_list_publications_total\{outcome="failed"\} 1/);
  t.match(metrics, /status_list_oldest_unpublished_change_seconds 10/);
  t.match(metrics, /status_list_pending_lists 1/);
  signer.sign = signQuickly;
  await deps.publishDueLists();
  t.equal((await served(ashmere.revocationList)).bit(ashmere.indexes[0] ?? -1), true);
  t.match(await deps.metrics.metrics(), /status_list_pending_lists 0/);
});

t.test('what the issuer signed must be what was asked for', async (t) => {
  const { lease, change, served, signer, deps, rows } = await build(t);
  const leased = await lease(ASHMERE);
  await change(changeOf(leased));
  const signed: Record<string, unknown> = {
    ...(await signQuickly({
      listId: 'x',
      odsCode: ASHMERE,
      purpose: 'revocation',
      version: 1,
      encodedList: 'u',
    })),
  };
  const broken: Record<string, SignStatusList> = {
    'another list': async () => signed,
    'without proof': async (request) => {
      const { proof: _, ...rest } = await signQuickly(request);
      return rest;
    },
    'another version': (request) => signQuickly({ ...request, version: request.version - 1 }),
    'another purpose': (request) => signQuickly({ ...request, purpose: 'suspension' }),
    'another trust': (request) => signQuickly({ ...request, odsCode: BRACKENDALE }),
    'other bits': (request) => signQuickly({ ...request, encodedList: 'uAAAA' }),
    'without an end': async (request) => ({ ...(await signQuickly(request)), validUntil: 'later' }),
  };
  for (const [what, sign] of Object.entries(broken)) {
    signer.sign = sign;
    await deps.publishDueLists();
    t.equal((await rows('select 1 from changes where published_version is null')).length, 1, what);
    t.equal((await served(leased.revocationList)).version, START, what);
  }
  signer.sign = signQuickly;
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).bit(leased.indexes[0] ?? -1), true);
});

t.test('a publisher that ends at any step is followed by one that converges', async (t) => {
  const { lease, change, served, createReplica, signer, rows, clock } = await build(t);
  const leased = await lease(ASHMERE);
  const steps: Record<string, () => Promise<unknown>> = {
    'before the draft': () => rows('revoke update (last_version) on lists from status_list_jobs'),
    'before the signature': async () => {
      signer.sign = async () => {
        throw new Error('killed');
      };
    },
    'after the signature, before it is stored': () =>
      rows('revoke insert on published_lists from status_list_jobs'),
    'after it is stored, before its changes are marked': () =>
      rows('revoke update (published_version) on changes from status_list_jobs'),
    'after the changes are marked, before the audit row': () =>
      rows(
        "alter table audit add constraint broken check (event not like '%list.published%') not valid",
      ),
  };
  for (const [number, [step, kill]] of Object.entries(steps).entries()) {
    const index = leased.indexes[number] ?? -1;
    clock.now += 1_000;
    await change(changeOf(leased, { index }));
    const before = await served(leased.revocationList);
    await kill();
    const { deps: killed } = await createReplica();
    await killed.publishDueLists();
    t.equal((await served(leased.revocationList)).version, before.version, step);
    t.equal((await rows('select 1 from changes where published_version is null')).length, 1, step);
    signer.sign = signQuickly;
    await rows('grant update (last_version) on lists to status_list_jobs');
    await rows('grant insert on published_lists to status_list_jobs');
    await rows('grant update (published_version) on changes to status_list_jobs');
    await rows('alter table audit drop constraint if exists broken');
    const { deps: next } = await createReplica();
    await next.publishDueLists();
    const after = await served(leased.revocationList);
    t.ok(after.version > before.version, step);
    t.equal(after.bit(index), true, step);
  }
});

t.test('readiness fails while a change waits too long, and is well again after', async (t) => {
  const { lease, change, clock, deps } = await build(t);
  const publication = async () => deps.checks['publication']?.();
  await publication();
  const leased = await lease(ASHMERE);
  await change(changeOf(leased));
  clock.now += 60_000;
  await publication();
  clock.now += 1;
  await t.rejects(publication(), /waits too long/);
  await deps.publishDueLists();
  await publication();
});

t.test('readiness fails while a list is past the time to be signed again', async (t) => {
  const { lease, clock, deps, signer } = await build(t);
  const publication = async () => deps.checks['publication']?.();
  await lease(ASHMERE);
  clock.now += 360_000;
  await publication();
  clock.now += 1;
  await t.rejects(publication(), /past the time/);
  signer.sign = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'away');
  };
  await deps.publishDueLists();
  await t.rejects(publication(), /past the time/);
  signer.sign = signQuickly;
  await deps.publishDueLists();
  await publication();
});

t.test('a trust whose first list cannot be signed is its own caller’s affair', async (t) => {
  const { post, lease, signer, deps, clock } = await build(t);
  let asked = 0;
  signer.sign = async () => {
    asked += 1;
    throw new VcError('ISSUER_KEY_NOT_REGISTERED', 'no status key');
  };
  t.equal((await post('/internal/leases', { odsCode: ASHMERE })).statusCode, 409);
  clock.now += 3_600_000;
  await deps.checks['publication']?.();
  asked = 0;
  await deps.publishDueLists();
  t.equal(asked, 0, 'the publisher does not try for ever what nobody waits for');
  t.match(await deps.metrics.metrics(), /status_list_pending_lists 0/);
  signer.sign = signQuickly;
  t.equal((await lease(ASHMERE)).indexes.length, 64);
});

t.test('a lost database fails the run and the service recovers by itself', async (t) => {
  const { lease, change, deps, rows, post, served } = await build(t);
  const leased = await lease(ASHMERE);
  await change(changeOf(leased));
  // binds the service's login and not the superuser
  const limitConnections = (limit: number) =>
    rows(
      `do $$ begin execute format('alter database %I connection limit ${limit}', current_database()); end $$`,
    );
  await limitConnections(0);
  await rows(`select pg_terminate_backend(pid) from pg_stat_activity
    where usename = 'status_list_login' and datname = current_database()`);
  await t.rejects(deps.publishDueLists(), { code: 'SERVICE_UNAVAILABLE' });
  const refused = await post('/internal/status-changes', changeOf(leased));
  t.equal(refused.statusCode, 503);
  t.ok(refused.headers['retry-after']);
  await limitConnections(-1);
  await deps.publishDueLists();
  t.equal((await served(leased.revocationList)).bit(leased.indexes[0] ?? -1), true);
});
