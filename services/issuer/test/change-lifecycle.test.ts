import { randomUUID } from 'node:crypto';
import t from 'tap';
import { OTHER } from './fakes.ts';
import { buildReady, mint, send } from './helper.ts';
import { audited, changesTo, changeStatus, eventsOf, NOTE, recordOf, step } from './lifecycles.ts';

t.test('a credential begins as provided, and its holder accepts it once', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  test.match(await recordOf(issuer, id), { lifecycle: 'provided', archived: false });
  test.same(await eventsOf(issuer, id), []);
  issuer.time.now += 5_000;
  const answer = await step(issuer, id, 'accepted');
  test.equal(answer.statusCode, 200, answer.body);
  test.same(answer.json(), { id, lifecycle: 'accepted', archived: false, status: 'active' });
  issuer.time.now += 5_000;
  const again = await step(issuer, id, 'accepted');
  test.same(again.json(), answer.json());
  test.same(await eventsOf(issuer, id), [
    {
      event: 'accepted',
      reason: 'accepted-by-holder',
      internalNote: null,
      clientId: 'client-ZZA01',
      person: null,
      happenedAt: '2026-11-22T16:00:05Z',
    },
  ]);
  test.equal(await audited(issuer, 'credential.accepted'), 1);
  test.equal(issuer.statusLists.state.changes.length, 0, 'no status list is asked');
});

t.test('withdrawing before acceptance revokes, with the reason withdrawn, once', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const answer = await step(issuer, id, 'withdrawn', { reason: 'information-no-longer-valid' });
  test.equal(answer.statusCode, 200, answer.body);
  test.same(answer.json(), { id, lifecycle: 'withdrawn', archived: false, status: 'revoked' });
  const again = await step(issuer, id, 'withdrawn');
  test.same(again.json(), answer.json());
  const [row] = await issuer.admin('select * from issuer.credentials');
  test.match(row, { status: 'revoked', status_reason: 'withdrawn' });
  test.ok(issuer.statusLists.bit(row?.['list_pair_id'], row?.['list_index'], 'revocation'));
  test.match(await eventsOf(issuer, id), [{ reason: 'information-no-longer-valid' }]);
  test.equal((await eventsOf(issuer, id)).length, 1);
  test.equal(await audited(issuer, 'credential.withdrawn'), 1);
  test.equal(await audited(issuer, 'credential.revoked'), 1);
  test.equal(await changesTo(issuer, id, 'revoked'), 1);
});

t.test('what was accepted is not withdrawn, and stays as it is', async (test) => {
  const issuer = await buildReady(test);
  const free = await mint(issuer);
  test.equal((await step(issuer, free, 'withdrawn')).statusCode, 200);
  const id = await mint(issuer);
  await step(issuer, id, 'accepted');
  const refused = await step(issuer, id, 'withdrawn');
  test.equal(refused.statusCode, 409);
  test.equal(refused.json().code, 'LIFECYCLE_CHANGE_REFUSED');
  test.match(refused.json().detail, /revoke it instead/);
  test.match(await recordOf(issuer, id), { lifecycle: 'accepted', status: 'active' });
  test.equal(await changesTo(issuer, id, 'revoked'), 0);
});

t.test('what was withdrawn is neither accepted nor reinstated', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  await step(issuer, id, 'withdrawn');
  const accepted = await step(issuer, id, 'accepted');
  test.equal(accepted.statusCode, 409);
  test.equal(accepted.json().code, 'LIFECYCLE_CHANGE_REFUSED');
  const active = await changeStatus(issuer, id, 'active');
  test.equal(active.json().code, 'STATUS_CHANGE_REFUSED');
  test.match(await recordOf(issuer, id), { lifecycle: 'withdrawn', status: 'revoked' });
});

t.test(
  'any credential goes into the archive and comes back, its status untouched',
  async (test) => {
    const issuer = await buildReady(test);
    const withdrawn = await mint(issuer);
    await step(issuer, withdrawn, 'withdrawn');
    const suspended = await mint(issuer);
    await changeStatus(issuer, suspended, 'suspended');
    const asked = issuer.statusLists.state.changes.length;
    for (const [id, stands] of [
      [await mint(issuer), { lifecycle: 'provided', status: 'active' }],
      [suspended, { lifecycle: 'provided', status: 'suspended' }],
      [withdrawn, { lifecycle: 'withdrawn', status: 'revoked' }],
    ] as const) {
      for (const [event, archived, reason] of [
        ['restored', false, 'needed-again'],
        ['archived', true, 'duplicate'],
        ['archived', true, 'no-longer-needed'],
        ['restored', false, 'archived-in-error'],
        ['restored', false, 'needed-again'],
      ] as const) {
        const answer = await step(issuer, id, event, { reason });
        test.same(answer.json(), { id, ...stands, archived }, event);
      }
      const told = (await eventsOf(issuer, id)).filter(
        ({ event }: { event: string }) => event !== 'withdrawn',
      );
      test.match(told, [{ reason: 'duplicate' }, { reason: 'archived-in-error' }]);
      test.equal(told.length, 2, 'what stands so already is no event');
    }
    test.equal(issuer.statusLists.state.changes.length, asked);
    test.equal(await audited(issuer, 'credential.archived'), 3);
    test.equal(await audited(issuer, 'credential.restored'), 3);
  },
);

t.test('a reason must be one of the event', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  for (const [event, reason] of [
    ['accepted', 'duplicate'],
    ['withdrawn', 'accepted-by-holder'],
    ['archived', 'needed-again'],
    ['restored', 'issued-in-error'],
  ] as const) {
    const refused = await step(issuer, id, event, { reason });
    test.equal(refused.statusCode, 400);
    test.equal(refused.json().code, 'INVALID_REQUEST');
    test.equal(refused.json().errors[0].pointer, '/reason');
  }
  test.equal((await step(issuer, id, 'accepted', { reason: 'because' })).statusCode, 400);
  test.same(await eventsOf(issuer, id), []);
  test.equal((await step(issuer, id, 'accepted')).statusCode, 200);
});

t.test('the same key gets the same answer, whatever was done since', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const key = randomUUID();
  const first = await step(issuer, id, 'archived', { key });
  await step(issuer, id, 'restored');
  const replayed = await step(issuer, id, 'archived', { key });
  test.equal(replayed.body, first.body);
  test.equal((await recordOf(issuer, id)).archived, false, 'and nothing is done again');
  const reused = await step(issuer, id, 'archived', { key, reason: 'duplicate' });
  test.equal(reused.json().code, 'IDEMPOTENCY_KEY_REUSED');
});

t.test('the note and the person are kept with the event, the note nowhere else', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const person = { subject: 'person-1', acr: 'AAL3_ANY' };
  const answer = await step(issuer, id, 'withdrawn', { note: NOTE, person });
  test.equal(answer.statusCode, 200);
  test.match(await eventsOf(issuer, id), [{ internalNote: NOTE, person: 'person-1' }]);
  const audit = await issuer.admin('select event from issuer.audit');
  const elsewhere = JSON.stringify([audit, issuer.logs, issuer.statusLists.state.changes]);
  test.match(elsewhere, /"credential\.withdrawn\\".*person-1/);
  test.notMatch(elsewhere, /Saffron/);
  test.notMatch(answer.body, /Saffron/);
});

t.test("another trust's credential is not found by any of these", async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const get = (url: string, odsCode: string) =>
    send(issuer, { method: 'GET', url: `/v1/credentials/${url}`, key: null, odsCode });
  test.equal((await get(`${id}/lifecycle-events`, 'ZZA01')).statusCode, 200);
  for (const answer of [
    await step(issuer, id, 'accepted', { odsCode: OTHER }),
    await step(issuer, id, 'withdrawn', { odsCode: OTHER }),
    await step(issuer, id, 'archived', { odsCode: OTHER }),
    await step(issuer, randomUUID(), 'accepted'),
    await step(issuer, 'x', 'withdrawn'),
    await get(id, OTHER),
    await get(`${id}/lifecycle-events`, OTHER),
  ]) {
    test.equal(answer.statusCode, 404);
    test.equal(answer.json().code, 'NOT_FOUND');
  }
  test.match(await recordOf(issuer, id), { lifecycle: 'provided', status: 'active' });
});

t.test('withdrawing needs the scope to revoke, the rest the scope to issue', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const issue = ['credentials:issue'];
  const revoke = ['credentials:revoke'];
  for (const [event, scopes] of [
    ['withdrawn', issue],
    ['accepted', revoke],
    ['archived', revoke],
    ['restored', revoke],
    ['accepted', ['credentials:read']],
    ['withdrawn', ['credentials:read']],
  ] as const) {
    const refused = await step(issuer, id, event, { scopes: [...scopes] });
    test.equal(refused.statusCode, 403, `${event} with ${scopes.join()}`);
  }
  test.equal((await step(issuer, id, 'archived', { scopes: issue })).statusCode, 200);
  test.equal((await step(issuer, id, 'withdrawn', { scopes: revoke })).statusCode, 200);
  const unkeyed = await step(issuer, id, 'archived', { key: null });
  test.equal(unkeyed.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
});
