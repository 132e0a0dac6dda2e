import { randomUUID } from 'node:crypto';
import t from 'tap';
import { buildReady, mint, mintOnce } from './helper.ts';
import {
  audited,
  changesTo,
  eventsOf,
  NOTE,
  recordOf,
  settle,
  settledAt,
  step,
  supersede,
  superseding,
} from './lifecycles.ts';

t.test('the newer credential names the older, which is suspended', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const answer = await mintOnce(issuer, superseding(older, { internalNote: NOTE }));
  test.equal(answer.statusCode, 201, answer.body);
  test.equal(answer.json().verifiableCredential.supersedes, `urn:uuid:${older}`);
  const newer = answer.json().verifiableCredential.id.replace('urn:uuid:', '');
  test.match(await recordOf(issuer, older), {
    lifecycle: 'superseded',
    status: 'suspended',
    supersedes: null,
    supersededBy: newer,
  });
  test.match(await recordOf(issuer, newer), {
    lifecycle: 'provided',
    status: 'active',
    supersedes: older,
    supersededBy: null,
    catalogueVersion: '1.0.0',
    forms: ['vcdm2-ed25519-2020'],
  });
  test.match(await eventsOf(issuer, older), [
    { event: 'superseded', reason: 'renewed', internalNote: NOTE },
  ]);
  test.same(await eventsOf(issuer, newer), []);
  const [change] = await issuer.admin('select * from issuer.credential_status_changes');
  test.match(change, { credential_id: older, status: 'suspended', reason: 'superseded' });
  test.equal(await audited(issuer, 'credential.superseded'), 1);
  test.equal(await audited(issuer, 'credential.suspended'), 1);
  test.notMatch(JSON.stringify([await issuer.admin('select event from issuer.audit')]), /Saffron/);
});

t.test(
  'a process killed before the suspension leaves it to the worker, which does it once',
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    issuer.statusLists.state.down = true;
    const newer = await supersede(issuer, older);
    test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'active' });
    test.match(issuer.logs.join(''), /superseding\.waits/);
    issuer.statusLists.state.down = false;

    // killed once more, after the list has changed and before the mirror has
    issuer.statusLists.state.afterChange = () => Promise.reject(new Error('killed'));
    test.equal((await settle(issuer.newCore())).length, 1);
    issuer.statusLists.state.afterChange = async () => {};
    test.equal(await settledAt(issuer, newer), null);

    const workers = Array.from({ length: 5 }, () => issuer.newCore());
    test.same((await Promise.all(workers.map(settle))).flat(), []);
    test.match(await recordOf(issuer, older), { lifecycle: 'superseded', status: 'suspended' });
    test.ok(await settledAt(issuer, newer));
    const asked = issuer.statusLists.state.changes.length;
    test.same(await settle(issuer.newCore()), []);
    test.equal(issuer.statusLists.state.changes.length, asked, 'nothing is left to do');
    test.equal(await changesTo(issuer, older, 'suspended'), 1);
    test.equal(await audited(issuer, 'credential.suspended'), 1);
    test.equal(await audited(issuer, 'credential.superseded'), 1);
  },
);

t.test('status lists that hang keep nobody from what is committed', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const { promise: hung, resolve: release } = Promise.withResolvers<void>();
  issuer.statusLists.state.afterChange = () => hung;
  const newer = await supersede(issuer, older);
  test.equal((await recordOf(issuer, older)).status, 'active', 'answered before it is suspended');
  test.match(issuer.logs.join(''), /superseding\.waits/);
  release();
  test.same(await settle(issuer.newCore()), []);
  test.equal((await recordOf(issuer, older)).status, 'suspended');
  test.ok(await settledAt(issuer, newer));
  test.equal(await changesTo(issuer, older, 'suspended'), 1);
});

t.test(
  'what fails waits twice as long each time, and keeps nothing else from its turn',
  async (test) => {
    const issuer = await buildReady(test);
    issuer.statusLists.state.down = true;
    const first = await mint(issuer).catch(() => '');
    test.equal(first, '', 'no index can be had');
    issuer.statusLists.state.down = false;
    const older = await mint(issuer);
    issuer.statusLists.state.down = true;
    await supersede(issuer, older);
    for (const waitMs of [1_000, 2_000, 4_000]) {
      test.equal((await settle(issuer.core)).length, 1);
      issuer.time.now += waitMs - 1;
      test.equal((await settle(issuer.core)).length, 0, `waits ${waitMs} ms`);
      issuer.time.now += 1;
    }
    test.equal((await settle(issuer.core)).length, 1);
    issuer.statusLists.state.down = false;
    const other = await mint(issuer);
    issuer.statusLists.state.down = true;
    await supersede(issuer, other);
    issuer.statusLists.state.down = false;
    test.same(await settle(issuer.core), []);
    test.equal((await recordOf(issuer, other)).status, 'suspended');
    test.equal((await recordOf(issuer, older)).status, 'active');
    issuer.time.now += 8_000;
    test.same(await settle(issuer.core), []);
    test.equal((await recordOf(issuer, older)).status, 'suspended');
  },
);

t.test('of two that supersede one credential at once, one is a conflict', async (test) => {
  const issuer = await buildReady(test);
  for (let round = 0; round < 5; round += 1) {
    const older = await mint(issuer);
    const answers = await Promise.all([
      mintOnce(issuer, superseding(older)),
      mintOnce(issuer, superseding(older, { reason: 'corrected' })),
    ]);
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201, 409]));
    test.equal(answers.find(({ statusCode }) => statusCode === 409)?.json().code, 'CONFLICT');
    test.equal((await eventsOf(issuer, older)).length, 1);
    test.equal(await changesTo(issuer, older, 'suspended'), 1);
  }
});

t.test('of a withdrawal and a superseding at once one wins', async (test) => {
  const issuer = await buildReady(test);
  for (let round = 0; round < 8; round += 1) {
    const older = await mint(issuer);
    const [withdrawn, newer] = await Promise.all([
      step(issuer, older, 'withdrawn'),
      mintOnce(issuer, superseding(older)),
    ]);
    const record = await recordOf(issuer, older);
    const isWithdrawn = record.lifecycle === 'withdrawn';
    test.equal(withdrawn.statusCode, isWithdrawn ? 200 : 409);
    test.equal(newer.statusCode, isWithdrawn ? 409 : 201);
    test.equal(record.status, isWithdrawn ? 'revoked' : 'suspended');
    test.equal((await eventsOf(issuer, older)).length, 1);
  }
});

t.test(
  'what is superseded is neither accepted nor withdrawn, but can be archived',
  async (test) => {
    const issuer = await buildReady(test);
    const older = await mint(issuer);
    test.equal((await step(issuer, older, 'accepted')).statusCode, 200);
    await supersede(issuer, older);
    for (const event of ['accepted', 'withdrawn']) {
      const refused = await step(issuer, older, event);
      test.equal(refused.statusCode, 409, event);
      test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
    }
    const archived = await step(issuer, older, 'archived', { reason: 'replaced-by-newer' });
    test.match(archived.json(), { lifecycle: 'superseded', archived: true, status: 'suspended' });
  },
);

t.test('the same key supersedes once', async (test) => {
  const issuer = await buildReady(test);
  const older = await mint(issuer);
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => mintOnce(issuer, superseding(older), key)),
  );
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
  test.equal(new Set(answers.map(({ body }) => body)).size, 1);
  test.equal((await eventsOf(issuer, older)).length, 1);
  test.equal(await audited(issuer, 'credential.superseded'), 1);
  test.equal(await changesTo(issuer, older, 'suspended'), 1);
});
