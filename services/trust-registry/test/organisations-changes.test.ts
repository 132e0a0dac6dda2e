import { randomUUID } from 'node:crypto';
import t from 'tap';
import { build, buildNorthmoor, ICS } from './helper.ts';

t.test('a change needs a token, and the administrators scope', async (t) => {
  const registry = await buildNorthmoor(t);
  const body = { status: 'suspended', reason: 'review' };
  const url = '/v1/organisations/ZZA01/status';
  const trustsToken = registry.bearer({ odsCode: 'ZZA01', scopes: ['credentials:issue'] });
  const without = await registry.change(url, body, { headers: {} });
  t.equal(without.json().code, 'UNAUTHORIZED');
  const wrong = await registry.change(url, body, { headers: trustsToken });
  t.equal(wrong.json().code, 'FORBIDDEN');
  t.equal((await registry.change(url, body)).statusCode, 200);
});

t.test('every change is closed to those who are not administrators', async (t) => {
  const registry = await buildNorthmoor(t);
  const base = '/v1/organisations';
  const thumbprint = 'A'.repeat(43);
  for (const url of [
    base,
    `${base}/ZZA01/status`,
    `${base}/ZZA01/keys`,
    `${base}/ZZA01/keys/${thumbprint}/state`,
    `${base}/ZZA01/accreditations`,
    `${base}/ZZA01/accreditations/${randomUUID()}/withdrawal`,
  ]) {
    t.equal((await registry.change(url, {}, { headers: {} })).statusCode, 401, url);
    const headers = registry.bearer({ scopes: ['clients:admin'] });
    t.equal((await registry.change(url, {}, { headers })).statusCode, 403, url);
  }
});

t.test('a change needs an idempotency key', async (t) => {
  const registry = await build(t);
  const without = await registry.change('/v1/organisations', ICS, { key: null });
  t.equal(without.statusCode, 400);
  t.equal(without.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  t.equal((await registry.change('/v1/organisations', ICS)).statusCode, 201);
});

t.test('the same key and request get the same bytes, and another request is refused', async (t) => {
  const registry = await build(t);
  const key = randomUUID();
  const first = await registry.change('/v1/organisations', ICS, { key });
  const second = await registry.change('/v1/organisations', ICS, { key });
  t.equal(second.statusCode, 201);
  t.equal(second.body, first.body);
  const other = await registry.change('/v1/organisations', { ...ICS, odsCode: 'QZO' }, { key });
  t.equal(other.statusCode, 422);
  t.equal(other.json().code, 'IDEMPOTENCY_KEY_REUSED');
  t.equal((await registry.query('select from trust_registry.organisations')).length, 1);
});

t.test('every change leaves its audit row, and a refused one none', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.change('/v1/organisations/ZZA01/status', {
    status: 'suspended',
    reason: 'review',
  });
  await registry.change('/v1/organisations/ZZA01/status', {
    status: 'suspended',
    reason: 'review',
  });
  const rows = await registry.query('select event from trust_registry.audit order by stream, seq');
  const events = rows.map(({ event }) => JSON.parse(String(event)));
  t.equal(events.length, 4);
  const suspended = events.filter(({ action }) => action === 'organisation.status-changed');
  t.same(suspended, [
    {
      action: 'organisation.status-changed',
      clientId: 'administrator',
      subject: { from: 'registered', organisation: 'ZZA01', to: 'suspended' },
    },
  ]);
});

t.test('when the audit row cannot be written nothing changes', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.query('drop function trust_registry.audit_append(timestamptz, text[])');
  const refused = await registry.change('/v1/organisations/ZZA01/status', {
    status: 'suspended',
    reason: 'review',
  });
  t.equal(refused.statusCode, 503);
  t.ok(refused.headers['retry-after']);
  const { organisation } = (await registry.get('/v1/organisations/ZZA01')).json();
  t.equal(organisation.status, 'registered');
});
