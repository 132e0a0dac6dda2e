import { randomUUID } from 'node:crypto';
import t from 'tap';
import { build, buildNorthmoor, CELL_DID, NOW } from './helper.ts';

const ICS = { odsCode: 'QZN', name: 'Northmoor Integrated Care System', kind: 'ics' };
const ASHMERE = {
  odsCode: 'ZZA01',
  name: 'Ashmere Teaching Hospitals Trust',
  kind: 'trust',
  icsOdsCode: 'QZN',
};

t.test('an ICS and then a trust under it are registered', async (t) => {
  const registry = await build(t);
  const ics = await registry.change('/v1/organisations', ICS);
  t.equal(ics.statusCode, 201);
  t.same(ics.json(), { ...ICS, icsOdsCode: null, status: 'registered', did: CELL_DID });
  const trust = await registry.change('/v1/organisations', ASHMERE);
  t.equal(trust.statusCode, 201);
  t.same(trust.json(), { ...ASHMERE, status: 'registered', did: `${CELL_DID}:trusts:ZZA01` });
});

t.test('an ODS code is never used again, not even after closing', async (t) => {
  const registry = await buildNorthmoor(t);
  const again = await registry.change('/v1/organisations', ASHMERE);
  t.equal(again.statusCode, 409);
  t.equal(again.json().code, 'CONFLICT');
  await registry.change('/v1/organisations/ZZA01/status', { status: 'closed', reason: 'merged' });
  const afterClosing = await registry.change('/v1/organisations', ASHMERE);
  t.equal(afterClosing.json().code, 'CONFLICT');
});

t.test('a trust needs an ICS that is there, open and an ICS', async (t) => {
  const registry = await buildNorthmoor(t);
  const corvale = { odsCode: 'ZZC03', name: 'Corvale Community Trust', kind: 'trust' };
  const register = (icsOdsCode?: string) =>
    registry.change('/v1/organisations', { ...corvale, icsOdsCode });
  for (const wrong of [undefined, 'QXX', 'ZZA01']) {
    const refused = await register(wrong);
    t.equal(refused.statusCode, 422);
    t.match(refused.json(), { code: 'CLAIMS_INVALID', errors: [{ pointer: '/icsOdsCode' }] });
  }
  t.equal((await register('QZN')).statusCode, 201);
  await registry.change('/v1/organisations/QZN/status', { status: 'closed', reason: 'merged' });
  const late = await registry.change('/v1/organisations', {
    ...corvale,
    odsCode: 'ZZC04',
    icsOdsCode: 'QZN',
  });
  t.equal(late.json().code, 'CLAIMS_INVALID');
});

t.test('an ICS stands under no ICS, and a name is readable text', async (t) => {
  const registry = await buildNorthmoor(t);
  const nested = { odsCode: 'QZO', name: 'Southmoor Integrated Care System', kind: 'ics' };
  t.equal(
    (await registry.change('/v1/organisations', { ...nested, icsOdsCode: 'QZN' })).statusCode,
    422,
  );
  for (const name of ['  ', '\u200b', '\u202e\u2066', '-', 'South\nmoor']) {
    t.equal((await registry.change('/v1/organisations', { ...nested, name })).statusCode, 422);
  }
  t.equal((await registry.change('/v1/organisations', nested)).statusCode, 201);
});

t.test('nobody can register another name than an ODS code, so no parent of a DID', async (t) => {
  const registry = await buildNorthmoor(t);
  for (const odsCode of ['zza09', 'ZZ', 'passport.northmoor.example', '../QZN', '*']) {
    const refused = await registry.change('/v1/organisations', { ...ASHMERE, odsCode });
    t.equal(refused.json().code, 'INVALID_REQUEST');
  }
  const withDid = await registry.change('/v1/organisations', {
    ...ASHMERE,
    did: 'did:web:example',
  });
  t.equal(withDid.json().code, 'INVALID_REQUEST');
});

t.test('of fifty registrations of one ODS code at once, one is made', async (t) => {
  const registry = await build(t);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => registry.change('/v1/organisations', ICS)),
  );
  t.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 1);
  t.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 49);
});

t.test('an organisation is suspended, registered again and closed, which is final', async (t) => {
  const registry = await buildNorthmoor(t);
  const url = '/v1/organisations/ZZA01/status';
  for (const status of ['suspended', 'registered', 'suspended', 'closed']) {
    const changed = await registry.change(url, { status, reason: 'board decision' });
    t.equal(changed.statusCode, 200);
    t.equal(changed.json().status, status);
    const { organisation } = (await registry.get('/v1/organisations/ZZA01')).json();
    t.equal(organisation.status, status);
  }
  for (const status of ['registered', 'suspended', 'closed']) {
    const refused = await registry.change(url, { status, reason: 'second thoughts' });
    t.equal(refused.statusCode, 409);
  }
});

t.test('a status that the organisation has already is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const change = { status: 'suspended', reason: 'review' };
  t.equal((await registry.change('/v1/organisations/ZZA01/status', change)).statusCode, 200);
  t.equal((await registry.change('/v1/organisations/ZZA01/status', change)).statusCode, 409);
});

t.test('the reason of a status is kept and not published', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.change('/v1/organisations/ZZA01/status', {
    status: 'suspended',
    reason: 'under review',
  });
  const rows = await registry.query(
    `select status_reason from trust_registry.organisations where ods_code = 'ZZA01'`,
  );
  t.same(rows, [{ status_reason: 'under review' }]);
  t.notMatch((await registry.get('/v1/organisations/ZZA01')).body, 'under review');
  t.notMatch((await registry.get('/v1/organisations')).body, 'under review');
});

t.test('organisations are listed by ODS code, and filtered by ICS and kind', async (t) => {
  const registry = await buildNorthmoor(t);
  const codes = async (query: string) => {
    const { items } = (await registry.get(`/v1/organisations${query}`)).json();
    return items.map(({ odsCode }: { odsCode: string }) => odsCode);
  };
  t.same(await codes(''), ['QZN', 'ZZA01', 'ZZB02']);
  t.same(await codes('?kind=ics'), ['QZN']);
  t.same(await codes('?ics=QZN'), ['ZZA01', 'ZZB02']);
  t.same(await codes('?ics=QXX'), []);
});

t.test('a name filter is a literal part of the name in any case, never a pattern', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.change('/v1/organisations', {
    ...ASHMERE,
    odsCode: 'ZZD04',
    name: '100%_Caf\u0065\u0301 Trust',
  });
  const codes = async (name: string) => {
    const answer = await registry.get(`/v1/organisations?name=${encodeURIComponent(name)}`);
    return answer.json().items.map(({ odsCode }: { odsCode: string }) => odsCode);
  };
  t.same(await codes('hospitals'), ['ZZA01', 'ZZB02']);
  t.same(await codes('%'), ['ZZD04']);
  t.same(await codes('_'), ['ZZD04']);
  t.same(await codes('A%e'), []);
  t.same(await codes('caf\u00e9'), ['ZZD04'], 'composed finds decomposed');
  t.same(await codes(`'; drop table organisations; --`), []);
  t.equal((await registry.get('/v1/organisations?name=%00')).statusCode, 400);
});

t.test(
  'pages follow one another without gap or repetition while organisations are added',
  async (t) => {
    const registry = await buildNorthmoor(t);
    for (const odsCode of ['ZZC03', 'ZZC05', 'ZZC07']) {
      await registry.change('/v1/organisations', { ...ASHMERE, odsCode });
    }
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? '' : `&after=${after}`;
      const page = (await registry.get(`/v1/organisations?limit=2${query}`)).json();
      t.ok(page.items.length <= 2);
      seen.push(...page.items.map(({ odsCode }: { odsCode: string }) => odsCode));
      after = page.next;
      // one before the cursor, which must shift nothing
      if (seen.length === 2)
        await registry.change('/v1/organisations', { ...ASHMERE, odsCode: 'AAA01' });
    } while (after !== null);
    t.same(seen, ['QZN', 'ZZA01', 'ZZB02', 'ZZC03', 'ZZC05', 'ZZC07']);
  },
);

t.test('the page size is capped and a made-up cursor refused', async (t) => {
  const registry = await build(t);
  t.equal((await registry.get('/v1/organisations?limit=200')).statusCode, 200);
  for (const query of ['limit=201', 'limit=0', 'limit=x', 'after=!', 'after=JyBvciAx']) {
    const refused = await registry.get(`/v1/organisations?${query}`);
    t.equal(refused.json().code, 'INVALID_REQUEST', query);
  }
});

t.test('an organisation that is not registered is 404, and what is no ODS code 400', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal((await registry.get('/v1/organisations/ZZA01')).statusCode, 200);
  t.equal((await registry.get('/v1/organisations/ZZZ99')).json().code, 'NOT_FOUND');
  t.equal((await registry.get('/v1/organisations/zza01')).json().code, 'INVALID_REQUEST');
});

t.test(
  'a record says as of when it is, and has an ETag that time alone does not change',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const first = await registry.get('/v1/organisations/ZZA01');
    t.equal(first.json().asOf, '2026-11-22T16:00:00Z');
    t.equal(first.headers['cache-control'], 'public, max-age=15');
    const etag = String(first.headers['etag']);
    registry.clock.now = NOW + 60_000;
    const again = await registry.get('/v1/organisations/ZZA01', {
      'if-none-match': `"other", ${etag}`,
    });
    t.equal(again.statusCode, 304);
    t.equal(again.body, '');
    t.equal(again.headers['etag'], etag);
    await registry.change('/v1/organisations/ZZA01/status', {
      status: 'suspended',
      reason: 'review',
    });
    const changed = await registry.get('/v1/organisations/ZZA01', { 'if-none-match': etag });
    t.equal(changed.statusCode, 200);
    t.equal(changed.json().organisation.status, 'suspended');
  },
);

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
