import t from 'tap';
import { VcError } from '#vc/error';
import type { SignStatusList } from '../src/domain/ports.ts';
import { ASHMERE, BRACKENDALE, build, changeOf, signQuickly, START } from './helper.ts';

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
      previousVersion: 0,
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
