import { randomUUID } from 'node:crypto';
import t from 'tap';
import { OTHER, TRUST } from './fakes.ts';
import { buildReady, type Issuer, mint, send } from './helper.ts';

type Changes = { odsCode?: string; person?: { subject: string; acr: string } };

function change(issuer: Issuer, id: string, body: object, changes: Changes = {}) {
  return send(issuer, { url: `/v1/credentials/${id}/status`, body, ...changes });
}

function history(issuer: Issuer, id: string, changes: object = {}) {
  const url = `/v1/credentials/${id}/status-changes`;
  return send(issuer, { method: 'GET', url, key: null, ...changes });
}

const HOLDER_TEXT = 'Your training has to be repeated.';
const NOTE = 'Reported by the Saffron ward, see file 12.';

t.test(
  'each change is kept with its words, its time and who made it, oldest first',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    test.same((await history(issuer, id)).json(), { items: [] });
    const person = { subject: 'person-1', acr: 'AAL3_ANY' };
    const texts = { holderText: HOLDER_TEXT, internalNote: NOTE };
    const suspended = { status: 'suspended', reason: 'under-investigation', ...texts };
    test.equal((await change(issuer, id, suspended, { person })).statusCode, 200);
    issuer.time.now += 1_000;
    await change(issuer, id, { status: 'active', reason: 'investigation-closed' });
    issuer.time.now += 1_000;
    await change(issuer, id, { status: 'revoked', reason: 'award-withdrawn' });
    await change(issuer, id, { status: 'revoked', reason: 'wrong-person' });
    const machine = {
      clientId: 'client-ZZA01',
      person: null,
      holderText: null,
      internalNote: null,
    };
    test.same((await history(issuer, id)).json().items, [
      {
        status: 'suspended',
        reason: 'under-investigation',
        ...texts,
        clientId: 'client-ZZA01',
        person: 'person-1',
        changedAt: '2026-11-22T16:00:00Z',
      },
      {
        status: 'active',
        reason: 'investigation-closed',
        ...machine,
        changedAt: '2026-11-22T16:00:01Z',
      },
      {
        status: 'revoked',
        reason: 'award-withdrawn',
        ...machine,
        changedAt: '2026-11-22T16:00:02Z',
      },
    ]);
  },
);

t.test('the words reach neither the audit, nor the logs, nor the status lists', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  const texts = { holderText: HOLDER_TEXT, internalNote: NOTE };
  await change(issuer, id, { status: 'revoked', reason: 'award-withdrawn', ...texts });
  const refused = await change(issuer, id, { status: 'active', reason: 'unspecified', ...texts });
  test.equal(refused.statusCode, 409);
  const audit = await issuer.admin('select event from issuer.audit');
  const elsewhere = JSON.stringify([audit, issuer.logs, issuer.statusLists.state.changes]);
  test.match(elsewhere, /credential\.revoked/);
  test.notMatch(elsewhere, /Saffron|repeated/);
});

t.test("another trust's history is not found, and reading needs the scope", async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  test.equal((await history(issuer, id)).statusCode, 200);
  for (const answer of [
    await history(issuer, id, { odsCode: OTHER }),
    await history(issuer, randomUUID()),
    await history(issuer, 'x'),
  ]) {
    test.equal(answer.json().code, 'NOT_FOUND');
  }
  test.equal((await history(issuer, id, { scopes: ['credentials:issue'] })).statusCode, 403);
});

t.test(
  'S1: unknown and foreign ids are not found, revoking again tells the first time, revoked is final, suspended is not',
  async (test) => {
    const issuer = await buildReady(test);
    const id = await mint(issuer);
    const revoked = { status: 'revoked', reason: 'issued-in-error' };
    const suspended = { status: 'suspended', reason: 'under-investigation' };
    const active = { status: 'active', reason: 'investigation-closed' };
    for (const body of [suspended, active, suspended, active]) {
      issuer.time.now += 1_000;
      test.match((await change(issuer, id, body)).json(), body);
    }
    test.equal((await change(issuer, randomUUID(), revoked)).statusCode, 404);
    test.equal((await change(issuer, id, revoked, { odsCode: OTHER })).statusCode, 404);
    const first = await change(issuer, id, revoked);
    issuer.time.now += 60_000;
    const again = await change(issuer, id, revoked);
    test.equal(again.statusCode, 200);
    test.equal(again.body, first.body);
    const refused = await change(issuer, id, active);
    test.equal(refused.statusCode, 409);
    test.equal(refused.json().code, 'STATUS_CHANGE_REFUSED');
  },
);

t.test('a change that was none, and that another overtook, is told as no change', async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  await change(issuer, id, { status: 'suspended', reason: 'under-investigation' });
  issuer.time.now += 1_000;
  const active = { status: 'active', reason: 'investigation-closed' };
  await change(issuer, id, active);
  issuer.time.now += 1_000;
  // another client, by another process, while the first one's answer is on its way
  const { statusChanger } = issuer.newCore();
  const { calls } = issuer.statusLists.state;
  issuer.statusLists.state.afterChange = async () => {
    // it asks for two bits, one after the other
    if (issuer.statusLists.state.calls < calls + 2) return;
    issuer.statusLists.state.afterChange = async () => {};
    await statusChanger.change(
      {
        odsCode: TRUST,
        clientId: 'client-2',
        person: undefined,
        idempotencyKey: undefined,
        request: { method: 'POST', path: '/', body: Buffer.of() },
      },
      { id, purpose: 'suspension', value: true, reason: 'security' },
      () => ({}),
    );
  };
  test.equal((await change(issuer, id, active)).statusCode, 200);
  const { items } = (await history(issuer, id)).json();
  test.match(items, [
    { status: 'suspended' },
    { status: 'active' },
    { status: 'suspended', clientId: 'client-2' },
  ]);
  test.equal(items.length, 3);
});
