import { randomUUID } from 'node:crypto';
import t from 'tap';
import { copies } from './copies.ts';
import { OTHER, TYPE } from './fakes.ts';
import { bindWallet, buildReady, type Issuer, mint, type Request, send } from './helper.ts';

const MAKER = { subject: 'person-1', acr: 'AAL2_OR_AAL3_ANY' };
const CHECKER = { subject: 'person-2', acr: 'AAL3_ANY' };
const REVOKE = { status: 'revoked', reason: 'key-compromise' };
const APPROVE = ['credentials:approve'];
const by = (subject: string) => ({ person: { ...CHECKER, subject }, scopes: APPROVE });

function propose(issuer: Issuer, body: object, changes: Partial<Request> = {}) {
  return send(issuer, { url: '/v1/status-batches', body, ...changes });
}

function decide(issuer: Issuer, id: string, what: string, changes: Partial<Request> = {}) {
  return send(issuer, { url: `/v1/status-batches/${id}/${what}`, ...changes });
}

function read(issuer: Issuer, path = '', changes: Partial<Request> = {}) {
  return send(issuer, { method: 'GET', url: `/v1/status-batches${path}`, key: null, ...changes });
}

const stateOf = async (issuer: Issuer, id: string) => (await read(issuer, `/${id}`)).json();

async function proposed(issuer: Issuer, body: object, changes: Partial<Request> = {}) {
  const answer = await propose(issuer, body, changes);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json<{ id: string; count: number }>();
}

/** A batch of three that waits for somebody to approve it. */
async function awaiting(issuer: Issuer, person = MAKER) {
  await copies(issuer, 3, { batch: 'b1' });
  const { id } = await proposed(issuer, { select: { batch: 'b1' }, ...REVOKE }, { person });
  await decide(issuer, id, 'confirmation', { person });
  return id;
}

t.test('a preview counts and lists what would change, and changes nothing', async (test) => {
  const issuer = await buildReady(test);
  const minted = await mint(issuer, { batch: 'intake-7' });
  await mint(issuer, { batch: 'intake-8' });
  const answer = await propose(issuer, { select: { batch: 'intake-7' }, ...REVOKE });
  test.equal(answer.statusCode, 201, answer.body);
  const { id, ...batch } = answer.json();
  test.equal(answer.headers['location'], `/v1/status-batches/${id}`);
  test.same(batch, {
    state: 'previewed',
    ...REVOKE,
    count: 1,
    changed: 0,
    refused: 0,
    approvalNeeded: false,
    proposedBy: 'client-ZZA01',
    proposedAt: '2026-11-22T16:00:00Z',
    expiresAt: '2026-11-22T17:00:00Z',
    decidedBy: null,
    undoUntil: null,
  });
  test.same((await read(issuer, `/${id}/credentials`)).json(), {
    items: [{ id: minted, employeeId: 'E-1', type: TYPE, outcome: 'waiting' }],
    next: null,
  });
  await issuer.core.batchRunner.runDue(() => {});
  test.equal(issuer.statusLists.state.calls, 0);
});

t.test(
  'batch, key, type, version, provider and person select, and all that are given',
  async (test) => {
    const issuer = await buildReady(test);
    await bindWallet(issuer, { employeeId: 'E-2' });
    await mint(issuer, { batch: 'b1' });
    await mint(issuer, { employeeId: 'E-2' });
    const [row] = await issuer.admin('select * from issuer.credentials');
    const countOf = async (select: object) => (await proposed(issuer, { select, ...REVOKE })).count;
    test.equal(await countOf({ batch: 'b1' }), 1);
    test.equal(await countOf({ keyThumbprint: row?.['key_thumbprint'] }), 2);
    test.equal(await countOf({ type: TYPE }), 2);
    test.equal(await countOf({ type: 'RightToWorkCredential' }), 0);
    test.equal(await countOf({ type: TYPE, catalogueVersion: row?.['catalogue_version'] }), 2);
    test.equal(await countOf({ catalogueVersion: '9.9.9' }), 0);
    test.equal(await countOf({ provider: 'Ashmere Teaching Hospitals Trust' }), 2);
    test.equal(await countOf({ employeeId: 'E-2' }), 1);
    test.equal(await countOf({ employeeId: 'E-2', batch: 'b1' }), 0);
    test.equal((await propose(issuer, { select: {}, ...REVOKE })).statusCode, 400);
  },
);

t.test('a preview holds only what its change has something to do for', async (test) => {
  const issuer = await buildReady(test);
  const [revoked = '', suspended = ''] = await copies(issuer, 3, { batch: 'b1' });
  for (const [id, status] of [
    [revoked, 'revoked'],
    [suspended, 'suspended'],
  ]) {
    const body = { status, reason: 'unspecified' };
    await send(issuer, { url: `/v1/credentials/${id}/status`, body });
  }
  const countOf = async (status: string) =>
    (await proposed(issuer, { select: { batch: 'b1' }, status, reason: 'unspecified' })).count;
  test.equal(await countOf('revoked'), 2);
  test.equal(await countOf('suspended'), 1);
  test.equal(await countOf('active'), 1);
});

t.test('pages of batches and of their credentials are stable', async (test) => {
  const issuer = await buildReady(test);
  const ids = await copies(issuer, 5, { batch: 'b1' });
  const first = await proposed(issuer, { select: { batch: 'b1' }, ...REVOKE });
  issuer.time.now += 1_000;
  const second = await proposed(issuer, { select: { batch: 'b1' }, ...REVOKE });
  const page = (await read(issuer, '?limit=1')).json();
  test.equal(page.items[0].id, second.id);
  const rest = (await read(issuer, `?limit=1&after=${page.next}`)).json();
  test.match(rest, { items: [{ id: first.id }], next: null });
  const seen: string[] = [];
  let after = '';
  do {
    const url = `/${first.id}/credentials?limit=2${after && `&after=${after}`}`;
    const items = (await read(issuer, url)).json();
    seen.push(...items.items.map((item: { id: string }) => item.id));
    after = items.next ?? '';
  } while (after !== '');
  test.same(seen.toSorted(), ids.toSorted());
  test.equal((await read(issuer, '?after=x')).statusCode, 400);
  test.equal((await read(issuer, `/${first.id}/credentials?after=x`)).statusCode, 400);
});

t.test("another trust's batch is not found by any route", async (test) => {
  const issuer = await buildReady(test);
  const { id } = await proposed(issuer, { select: { type: TYPE }, ...REVOKE });
  test.equal((await read(issuer, `/${id}`)).statusCode, 200);
  const other = { odsCode: OTHER, person: CHECKER, scopes: [...APPROVE, 'credentials:revoke'] };
  for (const answer of [
    await read(issuer, `/${id}`, { odsCode: OTHER }),
    await read(issuer, `/${id}/credentials`, { odsCode: OTHER }),
    await read(issuer, `/${randomUUID()}`),
    await read(issuer, '/x'),
    await decide(issuer, id, 'confirmation', other),
    await decide(issuer, id, 'approval', other),
    await decide(issuer, id, 'rejection', other),
    await decide(issuer, id, 'undo', other),
  ]) {
    test.equal(answer.json().code, 'NOT_FOUND', answer.body);
  }
  test.same((await read(issuer, '', { odsCode: OTHER })).json().items, []);
});

t.test('a preview expires after an hour', async (test) => {
  const issuer = await buildReady(test);
  const { id } = await proposed(issuer, { select: { type: TYPE }, ...REVOKE });
  issuer.time.now += 3_600_000;
  test.equal((await stateOf(issuer, id)).state, 'expired');
  const answer = await decide(issuer, id, 'confirmation');
  test.equal(answer.statusCode, 409);
  test.equal(answer.json().code, 'CONFLICT');
});

t.test('the list of an unused preview is forgotten later, and no other', async (test) => {
  const issuer = await buildReady(test);
  const used = await awaiting(issuer);
  await decide(issuer, used, 'approval', { person: CHECKER, scopes: APPROVE });
  const unused = await proposed(issuer, { select: { batch: 'b1' }, ...REVOKE });
  const expiresAt = issuer.time.now + 3_600_000;
  const listed = async (id: string) =>
    (await read(issuer, `/${id}/credentials`)).json().items.length;
  test.equal(await issuer.core.batches.purgePreviews(new Date(expiresAt)), 0);
  test.equal(await issuer.core.batches.purgePreviews(new Date(expiresAt + 1)), 3);
  test.equal(await listed(unused.id), 0);
  test.equal(await listed(used), 3);
});

t.test('above its size a batch waits for another person', async (test) => {
  const issuer = await buildReady(test);
  const id = await awaiting(issuer);
  test.match(await stateOf(issuer, id), { state: 'awaiting-approval', approvalNeeded: true });
  await issuer.core.batchRunner.runDue(() => {});
  test.equal(issuer.statusLists.state.calls, 0);
  const answer = await decide(issuer, id, 'approval', { person: CHECKER, scopes: APPROVE });
  test.equal(answer.statusCode, 200, answer.body);
  test.match(answer.json(), { state: 'running', decidedBy: 'person-2', proposedBy: 'person-1' });
  await issuer.core.batchRunner.runDue(() => {});
  test.match(await stateOf(issuer, id), { state: 'undo-window', changed: 3 });
});

t.test('neither who proposed nor who confirmed a batch approves it', async (test) => {
  const issuer = await buildReady(test);
  const id = await awaiting(issuer);
  const own = await decide(issuer, id, 'approval', { person: MAKER, scopes: APPROVE });
  test.equal(own.statusCode, 403);
  test.equal(own.json().code, 'SELF_APPROVAL_REFUSED');
  const byMachine = await proposed(issuer, { select: { batch: 'b1' }, ...REVOKE });
  await decide(issuer, byMachine.id, 'confirmation', { person: CHECKER });
  const confirmed = { person: CHECKER, scopes: APPROVE };
  const same = await decide(issuer, byMachine.id, 'approval', confirmed);
  test.equal(same.json().code, 'SELF_APPROVAL_REFUSED');
  const other = { person: MAKER, scopes: APPROVE };
  test.equal((await decide(issuer, byMachine.id, 'approval', other)).statusCode, 200);
});

t.test(
  'a machine does not decide, nor who signed in with less, nor without the scope',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await awaiting(issuer);
    for (const decision of ['approval', 'rejection']) {
      const machine = await decide(issuer, id, decision, { scopes: APPROVE });
      test.equal(machine.statusCode, 403);
      test.equal(machine.json().code, 'PERSON_REQUIRED');
      const weak = { person: { subject: 'person-2', acr: 'AAL1_USERPASS' }, scopes: APPROVE };
      test.equal((await decide(issuer, id, decision, weak)).json().code, 'PERSON_REQUIRED');
      const unscoped = { person: CHECKER, scopes: ['credentials:revoke'] };
      test.equal((await decide(issuer, id, decision, unscoped)).json().code, 'FORBIDDEN');
    }
    const good = { person: CHECKER, scopes: APPROVE };
    test.equal((await decide(issuer, id, 'approval', good)).statusCode, 200);
  },
);

t.test('of decisions at once one wins, and a rejected batch changes nothing', async (test) => {
  const issuer = await buildReady(test);
  const id = await awaiting(issuer);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => decide(issuer, id, 'rejection', by(`person-${n + 2}`))),
  );
  const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
  test.same(statuses, [200, ...Array.from({ length: 9 }, () => 409)]);
  test.equal((await decide(issuer, id, 'approval', by('person-99'))).json().code, 'CONFLICT');
  await issuer.core.batchRunner.runDue(() => {});
  test.match(await stateOf(issuer, id), { state: 'rejected', changed: 0 });
  test.equal(issuer.statusLists.state.calls, 0);
});
