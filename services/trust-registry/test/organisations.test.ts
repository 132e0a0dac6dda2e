import t from 'tap';
import { ASHMERE, build, buildNorthmoor, CELL_DID, ICS } from './helper.ts';

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
