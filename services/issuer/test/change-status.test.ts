import { randomUUID } from 'node:crypto';
import t from 'tap';
import { OTHER } from './fakes.ts';
import { buildReady, type Issuer, mint, send } from './helper.ts';

interface Change {
  status?: string;
  reason?: string;
  odsCode?: string;
  key?: string | null;
}

function change(
  issuer: Issuer,
  id: string,
  { status = 'revoked', reason = 'issued-in-error', ...rest }: Change = {},
) {
  return send(issuer, { url: `/v1/credentials/${id}/status`, body: { status, reason }, ...rest });
}

const stored = async (issuer: Issuer) =>
  (await issuer.admin('select * from issuer.credentials'))[0];
const events = async (issuer: Issuer, action: string) =>
  (await issuer.admin('select event from issuer.audit where event like $1', [`%"${action}"%`]))
    .length;

t.test(
  'a revocation reaches the status list with its reason, then the mirror and the audit',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    issuer.time.now += 5_000;
    const answer = await change(issuer, id);
    test.equal(answer.statusCode, 200, answer.body);
    test.same(answer.json(), {
      id,
      status: 'revoked',
      reason: 'issued-in-error',
      changedAt: '2026-11-22T16:00:05Z',
    });
    const row = await stored(issuer);
    test.match(issuer.statusLists.state.changes, [
      {
        odsCode: 'ZZA01',
        listPairId: row?.['list_pair_id'],
        index: 0,
        purpose: 'revocation',
        value: true,
        reason: 'issued-in-error',
        clientId: 'client-ZZA01',
      },
    ]);
    test.match(row, { status: 'revoked', status_reason: 'issued-in-error' });
    test.equal(await events(issuer, 'credential.revoked'), 1);
  },
);

t.test('revoking again answers the first time and reason, and changes nothing', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const first = await change(issuer, id);
  issuer.time.now += 60_000;
  const again = await change(issuer, id, { reason: 'wrong-person' });
  test.equal(again.statusCode, 200);
  test.same(again.json(), first.json());
  test.equal(await events(issuer, 'credential.revoked'), 1);
});

t.test('fifty revocations at once are one change with one audit row', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const answers = await Promise.all(Array.from({ length: 50 }, () => change(issuer, id)));
  test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200]));
  test.equal(await events(issuer, 'credential.revoked'), 1);
});

t.test('a suspension ends; a revocation does not', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const suspended = await change(issuer, id, {
    status: 'suspended',
    reason: 'under-investigation',
  });
  test.equal(suspended.json().status, 'suspended');
  issuer.time.now += 1_000;
  const active = await change(issuer, id, { status: 'active', reason: 'investigation-closed' });
  test.equal(active.statusCode, 200);
  test.match(await stored(issuer), { status: 'active', status_reason: 'investigation-closed' });
  await change(issuer, id);
  for (const status of ['active', 'suspended']) {
    const refused = await change(issuer, id, { status });
    test.equal(refused.statusCode, 409);
    test.equal(refused.json().code, 'STATUS_CHANGE_REFUSED');
  }
  test.match(await stored(issuer), { status: 'revoked' });
});

t.test(
  'a revocation whose mirror failed is not taken back, and the same call mends the mirror',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    await issuer.admin(`create function issuer.canary() returns trigger language plpgsql as $$
    begin raise exception 'canary'; end $$`);
    await issuer.admin(`create trigger canary before update on issuer.credentials
    for each row execute function issuer.canary()`);
    test.equal((await change(issuer, id, { key: 'retried' })).statusCode, 500);
    await issuer.admin('drop trigger canary on issuer.credentials');
    test.match(await stored(issuer), { status: 'active' }, 'the list has it, the mirror not');
    const reinstated = await change(issuer, id, { status: 'active' });
    test.equal(reinstated.statusCode, 409, 'the list is asked, not the mirror');
    const retried = await change(issuer, id, { key: 'retried' });
    test.equal(retried.statusCode, 200);
    test.match(await stored(issuer), { status: 'revoked' });
  },
);

t.test('when the status lists cannot be reached nothing is mirrored', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  issuer.statusLists.state.down = true;
  const answer = await change(issuer, id, { key: 'retried' });
  test.equal(answer.statusCode, 503);
  test.match(answer.json().detail, /status list.*send the same request again/);
  test.match(await stored(issuer), { status: 'active' });
  issuer.statusLists.state.down = false;
  test.equal((await change(issuer, id, { key: 'retried' })).statusCode, 200);
  test.match(await stored(issuer), { status: 'revoked' });
});

t.test('a credential that never changed has stood so since it was issued', async (test) => {
  const issuer = await buildReady(test);
  await mint(issuer);
  issuer.time.now += 3_600_000;
  const id = await mint(issuer);
  issuer.time.now += 60_000;
  const answer = await change(issuer, id, { status: 'active' });
  test.match(answer.json(), { status: 'active', changedAt: '2026-11-22T17:00:00Z' });
  test.equal(await events(issuer, 'credential.reinstated'), 0);
});

t.test("another trust's credential is not found, and its list is not touched", async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  for (const answer of [
    await change(issuer, id, { odsCode: OTHER }),
    await change(issuer, randomUUID()),
    await change(issuer, 'x'),
  ]) {
    test.equal(answer.statusCode, 404);
    test.equal(answer.json().code, 'NOT_FOUND');
  }
  test.equal(issuer.statusLists.state.changes.length, 0);
});

t.test('a reason of the list is needed, an idempotency key and the scope too', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  test.equal((await change(issuer, id, { reason: 'because' })).statusCode, 400);
  test.equal((await change(issuer, id, { key: null })).json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const body = { status: 'revoked', reason: 'unspecified' };
  const scopes = ['credentials:issue'];
  const url = `/v1/credentials/${id}/status`;
  test.equal((await send(issuer, { url, body, scopes })).statusCode, 403);
});

function update(issuer: Issuer, credentialId: string, changes: Record<string, unknown> = {}) {
  const credentialStatus = { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' };
  const body = { credentialId, credentialStatus, status: true, ...changes };
  return send(issuer, { url: '/credentials/status', body, key: null });
}

t.test('VCALM revokes by either spelling of the id, with the reason unspecified', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const answer = await update(issuer, id);
  test.equal(answer.statusCode, 200, answer.body);
  test.same(answer.json(), {});
  test.match(await stored(issuer), { status: 'revoked', status_reason: 'unspecified' });
  test.equal((await update(issuer, `urn:uuid:${id}`)).statusCode, 200);
  const cleared = await update(issuer, id, { status: false });
  test.equal(cleared.statusCode, 409);
  test.equal(cleared.json().code, 'STATUS_CHANGE_REFUSED');
});

t.test('VCALM suspends and reinstates, and an entry it names must be the own one', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const answer = await send(issuer, { method: 'GET', url: `/credentials/${id}` });
  const [, suspension] = answer.json().verifiableCredential.credentialStatus;
  test.equal((await update(issuer, id, { credentialStatus: suspension })).statusCode, 200);
  test.match(await stored(issuer), { status: 'suspended' });
  const off = { credentialStatus: suspension, status: false };
  test.equal((await update(issuer, id, off)).statusCode, 200);
  test.match(await stored(issuer), { status: 'active' });
  for (const foreign of [{ statusListIndex: '7' }, { type: 'StatusList2021Entry' }]) {
    const refused = await update(issuer, id, { credentialStatus: { ...suspension, ...foreign } });
    test.equal(refused.statusCode, 400);
    test.equal(refused.json().code, 'INVALID_REQUEST');
  }
  const option = await update(issuer, id, { indexAllocator: 'urn:x' });
  test.equal(option.json().code, 'UNKNOWN_OPTION_PROVIDED');
});
