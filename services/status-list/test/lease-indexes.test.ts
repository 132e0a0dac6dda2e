import t from 'tap';
import { VcError } from '#vc/error';
import type { SignStatusList } from '../src/domain/ports.ts';
import { ASHMERE, BRACKENDALE, build, signQuickly, START } from './helper.ts';

t.test('the first lease of a trust makes a pair whose lists are served at once', async (t) => {
  const { lease, served, rows, auditOf } = await build(t);
  const { indexes, revocationList, suspensionList, listPairId } = await lease(ASHMERE);
  t.equal(indexes.length, 64);
  t.equal(new Set(indexes).size, 64);
  t.ok(indexes.every((index) => index >= 0 && index < 131_072));
  t.not(revocationList, suspensionList);
  t.equal((await served(revocationList)).bit(indexes[0] ?? -1), false);
  t.equal((await served(suspensionList)).bit(indexes[0] ?? -1), false);
  t.same(await rows('select id, ods_code, state from list_pairs'), [
    { id: listPairId, ods_code: ASHMERE, state: 'open' },
  ]);
  t.equal((await auditOf('pair.prepared')).length, 1);
  t.equal((await auditOf('pair.opened')).length, 1);
  t.equal((await auditOf('list.published')).length, 2);
  t.match(await auditOf('slice.leased'), [{ clientId: 'issuer', odsCode: ASHMERE }]);
});

t.test('a hundred leases at once, of two replicas, are disjoint and of one pair', async (t) => {
  const { app, createReplica, caller, rows } = await build(t);
  const { app: other } = await createReplica();
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, number) => {
      const server = number % 2 === 0 ? app : other;
      const payload = { odsCode: ASHMERE };
      const url = '/internal/leases';
      return server.inject({ method: 'POST', url, payload, headers: caller });
    }),
  );
  t.ok(answers.every(({ statusCode }) => statusCode === 201));
  const leases = answers.map((answer) => answer.json<{ listPairId: string; indexes: number[] }>());
  t.equal(new Set(leases.map(({ listPairId }) => listPairId)).size, 1);
  t.equal(new Set(leases.flatMap(({ indexes }) => indexes)).size, 6_400);
  t.match(await rows('select next_slice from list_pairs'), [{ next_slice: 100 }]);
});

t.test('an exhausted pair is followed by a new one, and no lease fails meanwhile', async (t) => {
  const { lease, rows, served } = await build(t);
  const first = await lease(ASHMERE);
  await rows('update list_pairs set next_slice = 2045');
  const leases = await Promise.all(Array.from({ length: 20 }, () => lease(ASHMERE)));
  const ofFirst = leases.filter(({ listPairId }) => listPairId === first.listPairId);
  const others = leases.filter(({ listPairId }) => listPairId !== first.listPairId);
  t.equal(ofFirst.length, 3);
  t.equal(new Set(others.map(({ listPairId }) => listPairId)).size, 1);
  const keys = leases.flatMap(({ listPairId, indexes }) =>
    indexes.map((i) => `${listPairId} ${i}`),
  );
  t.equal(new Set(keys).size, 20 * 64);
  t.equal((await served(others[0]?.revocationList ?? '')).bit(0), false);
  t.same(await rows('select state, next_slice from list_pairs order by state'), [
    { state: 'full', next_slice: 2048 },
    { state: 'open', next_slice: 17 },
  ]);
});

t.test('the whole of a pair is leased without one index twice', async (t) => {
  const { deps } = await build(t);
  const seen = new Set<number>();
  const pairs = new Set<string>();
  const caller = { odsCode: ASHMERE, clientId: 'issuer' };
  for (let batch = 0; batch < 128; batch++) {
    const leases = await Promise.all(Array.from({ length: 16 }, () => deps.leaseIndexes(caller)));
    for (const { indexes, listPairId } of leases) {
      pairs.add(listPairId);
      for (const index of indexes) seen.add(index);
    }
  }
  t.equal(pairs.size, 1);
  t.equal(seen.size, 131_072);
});

t.test('trusts have pairs of their own, in different orders', async (t) => {
  const { lease } = await build(t);
  const ashmere = await lease(ASHMERE);
  const brackendale = await lease(BRACKENDALE);
  t.not(ashmere.listPairId, brackendale.listPairId);
  t.not(ashmere.revocationList, brackendale.revocationList);
  t.notSame(ashmere.indexes, brackendale.indexes);
});

t.test('no index is answered before its lists are published', async (t) => {
  const { post, signer, rows, lease } = await build(t);
  const { sign } = signer;
  let refuse = 0;
  signer.sign = (request) => {
    if (refuse++ === 1) throw new VcError('SERVICE_UNAVAILABLE', 'the issuer is away');
    return sign(request);
  };
  const refused = await post('/internal/leases', { odsCode: ASHMERE });
  t.equal(refused.statusCode, 503);
  t.equal(refused.json<{ code: string }>().code, 'SERVICE_UNAVAILABLE');
  t.match(await rows('select state, next_slice from list_pairs'), [
    { state: 'preparing', next_slice: 0 },
  ]);
  // the retry finishes the pair that was begun
  await lease(ASHMERE);
  t.match(await rows('select state, next_slice from list_pairs'), [
    { state: 'open', next_slice: 1 },
  ]);
  t.equal((await rows('select 1 from lists')).length, 2);
});

t.test('a first publication that another replica overtakes is done again', async (t) => {
  const { lease, signer, deps, served, clock } = await build(t);
  const signed = new Map<string, number>();
  // the issuer signs rising versions only
  const signRising: SignStatusList = (request) => {
    if (request.version <= (signed.get(request.listId) ?? 0)) {
      throw new VcError('CONFLICT', 'A version as high of this list was signed before');
    }
    signed.set(request.listId, request.version);
    return signQuickly(request);
  };
  signer.sign = async (request) => {
    signer.sign = signRising;
    clock.now += 1_000;
    await deps.publishList(request.listId);
    return signRising(request);
  };
  const { revocationList, indexes } = await lease(ASHMERE);
  t.equal(indexes.length, 64);
  t.equal((await served(revocationList)).version, START + 1_000, 'by a version of its own');
});

t.test('a signer that always knows a higher version is not there, for the caller', async (t) => {
  const { post, signer } = await build(t);
  signer.sign = () => Promise.reject(new VcError('CONFLICT', 'as high was signed before'));
  const refused = await post('/internal/leases', { odsCode: ASHMERE });
  t.equal(refused.statusCode, 503);
  t.equal(refused.json<{ code: string }>().code, 'SERVICE_UNAVAILABLE');
});

t.test('the permutation secret is sealed and belongs to its pair', async (t) => {
  const { lease, createReplica, rows, app, caller } = await build(t);
  await lease(ASHMERE);
  await lease(BRACKENDALE);
  await rows(
    `update list_pairs set sealed_secret =
    (select sealed_secret from list_pairs where ods_code = $1) where ods_code = $2`,
    [BRACKENDALE, ASHMERE],
  );
  const { app: restarted } = await createReplica();
  const ask = (odsCode: string) =>
    restarted.inject({
      method: 'POST',
      url: '/internal/leases',
      payload: { odsCode },
      headers: caller,
    });
  t.equal((await ask(BRACKENDALE)).statusCode, 201);
  t.not((await ask(ASHMERE)).statusCode, 201);
  t.ok(app);
});

t.test('only services with internal:status may lease', async (t) => {
  const { post, tokens, caller } = await build(t);
  const body = { odsCode: ASHMERE };
  t.equal((await post('/internal/leases', body, caller)).statusCode, 201);
  t.equal((await post('/internal/leases', body, {})).statusCode, 401);
  const trust = tokens.bearer({ odsCode: ASHMERE, scopes: ['credentials:issue'] });
  const refused = await post('/internal/leases', body, trust);
  t.equal(refused.statusCode, 403);
  t.equal(refused.json<{ code: string }>().code, 'FORBIDDEN');
  t.equal((await post('/internal/leases', { odsCode: 'x' })).statusCode, 400);
  t.equal((await post('/internal/leases', { ...body, count: 2 })).statusCode, 400);
});
