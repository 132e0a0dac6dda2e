import t from 'tap';
import { ASHMERE, BRACKENDALE, build, buildNorthmoor, DAY, ICS, NOW } from './helper.ts';
import { make, propose, recordOf, refusal } from './people.ts';

const invite = (organisation: Record<string, unknown>) => ({
  operation: 'invite-organisation',
  ...organisation,
});
const change = (odsCode: string, status: string, more: Record<string, unknown> = {}) => ({
  operation: 'change-organisation-status',
  odsCode,
  status,
  reason: 'agreed',
  ...more,
});
const network = (odsCode: string, admittedBy?: string) =>
  invite({ odsCode, name: `Network ${odsCode}`, kind: 'network', admittedBy });
const trust = (odsCode: string, more: Record<string, unknown> = {}) =>
  invite({ odsCode, name: `Trust ${odsCode}`, kind: 'trust', icsOdsCode: 'QZN', ...more });

const merge = (odsCode: string, mergedInto: string) => change(odsCode, 'merged', { mergedInto });
const relate = (more: Record<string, unknown>) => ({
  operation: 'relate-lead-employer',
  odsCode: 'ZZA01',
  host: 'ZZB02',
  staffGroup: 'temporary-mover',
  ...more,
});
const at = (member: string, code = 'CLAIMS_INVALID') => `${code} /operations/0/${member}`;

t.test('an ICS is registered at once, a trust under it is invited', async (t) => {
  const registry = await build(t);
  await make(registry, invite(ICS), invite(ASHMERE));
  t.match((await recordOf(registry, 'QZN')).organisation, {
    status: 'registered',
    admittedBy: null,
    systemApproach: 'full-ics',
  });
  t.match((await recordOf(registry)).organisation, {
    ...ASHMERE,
    status: 'invited',
    admittedBy: 'QZN',
    systemApproach: null,
    statusHistory: [{ status: 'invited', validFrom: '2026-11-22T16:00:00Z', mergedInto: null }],
  });
});

t.test('a network is admitted by an ICS, and admits trusts of it', async (t) => {
  const registry = await build(t);
  await make(registry, invite(ICS), network('ZZNET'), trust('ZZT01', { admittedBy: 'ZZNET' }));
  t.match((await recordOf(registry, 'ZZNET')).organisation, {
    status: 'registered',
    admittedBy: 'QZN',
    systemApproach: 'network',
  });
  t.equal((await recordOf(registry, 'ZZT01')).organisation.admittedBy, 'ZZNET');
});

t.test('who is admitted, by whom and how must fit its kind', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = async (operation: Record<string, unknown>) => {
    const { code, pointers } = refusal(await propose(registry, [operation]));
    return `${code} ${pointers.join()}`;
  };
  t.equal(await refused(trust('ZZT01', { icsOdsCode: undefined })), at('icsOdsCode'));
  t.equal(await refused(trust('ZZT01', { icsOdsCode: 'ZZA01' })), at('icsOdsCode'));
  t.equal(await refused(trust('ZZT01', { icsOdsCode: 'QZX' })), at('icsOdsCode'));
  t.equal(await refused(trust('ZZT01', { systemApproach: 'full-ics' })), at('systemApproach'));
  t.equal(
    await refused(trust('ZZT01', { admittedBy: 'ZZA01' })),
    at('admittedBy', 'CHAIN_REFUSED'),
    'a trust admits nobody',
  );
  t.equal(await refused(trust('ZZT01', { admittedBy: 'QZX' })), at('admittedBy', 'CHAIN_REFUSED'));
  const ics = { odsCode: 'QZM', name: 'Midmoor Integrated Care System', kind: 'ics' };
  t.equal(await refused(invite({ ...ics, icsOdsCode: 'QZN' })), at('icsOdsCode'));
  t.equal(await refused(invite({ ...ics, systemApproach: 'network' })), at('systemApproach'));
  t.equal(await refused(invite({ ...ics, name: '\u200b \u0301' })), at('name'));
  t.equal(await refused(invite({ ...ics, name: 'Two\nlines' })), at('name'));
  await make(registry, invite({ ...ics, systemApproach: 'part-ics' }), trust('ZZT01'));
});

t.test('nobody stands above the ICS of the cell', async (t) => {
  const registry = await build(t);
  const above = await propose(registry, [invite({ ...ICS, admittedBy: 'QZX' })]);
  t.same(refusal(above).pointers, ['/operations/0/admittedBy']);
  const other = await propose(registry, [network('QZN')]);
  t.same(refusal(other).pointers, ['/operations/0/kind']);
  await make(registry, invite(ICS));
});

t.test('an ODS code is never used again', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, change('ZZA01', 'closed'));
  const refused = await propose(registry, [invite(ASHMERE)]);
  t.same(refusal(refused), { status: 409, code: 'CONFLICT', pointers: ['/operations/0/odsCode'] });
});

t.test('a suspended body admits nobody', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, network('ZZNET'), change('ZZNET', 'suspended'));
  const refused = await propose(registry, [trust('ZZT01', { admittedBy: 'ZZNET' })]);
  t.equal(refusal(refused).code, 'CHAIN_REFUSED');
  await make(registry, change('ZZNET', 'registered'), trust('ZZT01', { admittedBy: 'ZZNET' }));
});

t.test('R5: a chain of admission that loops or is too long is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const own = await propose(registry, [network('ZZN01', 'ZZN01')]);
  t.equal(refusal(own).code, 'CHAIN_REFUSED', 'admitted by itself');

  const codes = Array.from({ length: 50 }, (_, index) => `ZZN${index + 10}`);
  const deep = codes.map((code, index) => network(code, codes[index - 1]));
  const refused = refusal(await propose(registry, deep));
  t.same(refused, {
    status: 422,
    code: 'CHAIN_REFUSED',
    pointers: ['/operations/7/admittedBy'],
  });
  await make(registry, ...deep.slice(0, 7));
  const ninth = trust('ZZT01', { admittedBy: codes[6] });
  t.equal(refusal(await propose(registry, [ninth])).code, 'CHAIN_REFUSED');
  await make(registry, trust('ZZT01', { admittedBy: codes[5] }));

  // a loop that no change can make, in tables that somebody altered
  await registry.query(
    `update trust_registry.organisations set admitted_by = 'ZZN12' where ods_code = 'ZZN10'`,
  );
  const looped = await propose(registry, [trust('ZZT02', { admittedBy: 'ZZN11' })]);
  t.same(refusal(looped), {
    status: 422,
    code: 'CHAIN_REFUSED',
    pointers: ['/operations/0/admittedBy'],
  });
});

t.test('a merger into itself, or the end of too long a line, is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal(refusal(await propose(registry, [merge('ZZA01', 'ZZA01')])).code, 'CHAIN_REFUSED');
  await make(registry, merge('ZZA01', 'ZZB02'));
  const back = refusal(await propose(registry, [merge('ZZB02', 'ZZA01')]));
  t.equal(back.code, 'CHAIN_REFUSED', 'the heir into the one it inherited');

  const codes = ['ZZB02', ...Array.from({ length: 7 }, (_, index) => `ZZM0${index}`)];
  for (const odsCode of codes.slice(1)) {
    await registry.seed.organisation({ ...BRACKENDALE, odsCode });
  }
  const steps = codes.slice(1).map((code, index) => merge(String(codes[index]), code));
  const refused = refusal(await propose(registry, steps));
  t.same(refused.pointers, ['/operations/6/mergedInto'], 'nine in a line');
  await make(registry, ...steps.slice(0, 6));
});

t.test('a status follows another as the table of states allows', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, trust('ZZT01'));
  const tries = async (odsCode: string) => {
    const allowed: string[] = [];
    for (const status of ['registered', 'suspended', 'closed', 'merged']) {
      const more = status === 'merged' ? { mergedInto: 'ZZB02' } : {};
      const { code } = refusal(await propose(registry, [change(odsCode, status, more)]));
      if (code !== 'CONFLICT') allowed.push(status);
    }
    return allowed;
  };
  t.same(await tries('ZZT01'), ['registered', 'closed'], 'invited');
  t.same(await tries('ZZA01'), ['suspended', 'closed', 'merged'], 'registered');
  await make(registry, change('ZZA01', 'suspended'));
  t.same(await tries('ZZA01'), ['registered', 'closed', 'merged'], 'suspended');
  await make(registry, change('ZZA01', 'merged', { mergedInto: 'ZZB02' }));
  t.same(await tries('ZZA01'), [], 'merged');
  await make(registry, change('ZZT01', 'closed'));
  t.same(await tries('ZZT01'), [], 'closed');
});

t.test(
  'every status is dated, and who becomes registered is so from the full second',
  async (t) => {
    const registry = await buildNorthmoor(t);
    registry.clock.now = NOW + DAY + 300;
    await make(registry, change('ZZA01', 'suspended'));
    registry.clock.now = NOW + 2 * DAY + 700;
    await make(registry, change('ZZA01', 'registered'), change('ZZA01', 'closed'));
    t.same(
      (await recordOf(registry)).organisation.statusHistory.map(
        ({ status, validFrom }: { status: string; validFrom: string }) => `${status} ${validFrom}`,
      ),
      [
        'registered 2026-11-22T16:00:00Z',
        'suspended 2026-11-23T16:00:00.300Z',
        'registered 2026-11-24T16:00:00Z',
        'closed 2026-11-24T16:00:00.700Z',
      ],
    );
  },
);

t.test('a merger names a registered heir of the same kind, and nothing else does', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, trust('ZZT01'));
  const pointersOf = async (status: string, mergedInto?: string) =>
    refusal(await propose(registry, [change('ZZA01', status, { mergedInto })])).pointers;
  t.same(await pointersOf('merged'), ['/operations/0/mergedInto']);
  t.same(await pointersOf('merged', 'ZZZ99'), ['/operations/0/mergedInto']);
  t.same(await pointersOf('merged', 'QZN'), ['/operations/0/mergedInto'], 'an ICS');
  t.same(await pointersOf('merged', 'ZZT01'), ['/operations/0/mergedInto'], 'one invited');
  t.same(await pointersOf('closed', 'ZZB02'), ['/operations/0/mergedInto']);
  await make(registry, change('ZZA01', 'merged', { mergedInto: 'ZZB02' }));
  t.match((await recordOf(registry)).organisation.statusHistory[1], {
    status: 'merged',
    mergedInto: 'ZZB02',
  });
});

t.test('the reason of a status is kept and not published', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, change('ZZA01', 'suspended', { reason: 'under review' }));
  const rows = await registry.query(
    `select reason from trust_registry.organisation_statuses where ods_code = 'ZZA01' and number = 2`,
  );
  t.same(rows, [{ reason: 'under review' }]);
  t.notMatch((await registry.get('/v1/organisations/ZZA01')).body, 'under review');
  t.notMatch((await registry.get('/v1/organisations')).body, 'under review');
});

t.test('a lead employer and its host know of each other', async (t) => {
  const registry = await buildNorthmoor(t);
  const staffGroup = 'postgraduate-doctor-in-training';
  const begun = relate({ staffGroup, validFrom: '2026-08-01T00:00:00Z' });
  const { results } = await make(registry, begun);
  const id = String(results[0]?.['id']);
  const expected = [
    {
      id,
      leadEmployer: 'ZZA01',
      host: 'ZZB02',
      staffGroup,
      validFrom: '2026-08-01T00:00:00Z',
      validUntil: null,
    },
  ];
  t.same((await recordOf(registry, 'ZZA01')).leadEmployments, expected);
  t.same((await recordOf(registry, 'ZZB02')).leadEmployments, expected);
  const end = { operation: 'end-lead-employer', odsCode: 'ZZA01', id };
  await make(registry, end);
  t.equal(
    (await recordOf(registry, 'ZZB02')).leadEmployments[0].validUntil,
    '2026-11-22T16:00:00Z',
  );
  t.equal(refusal(await propose(registry, [end])).code, 'CONFLICT');
});

t.test('a lead employer relation is between two trusts and does not overlap itself', async (t) => {
  const registry = await buildNorthmoor(t);
  const pointersOf = async (...operations: Record<string, unknown>[]) =>
    refusal(await propose(registry, operations)).pointers;
  t.same(await pointersOf(relate({ host: 'ZZA01' })), ['/operations/0/host']);
  t.same(await pointersOf(relate({ host: 'QZN' })), ['/operations/0/host']);
  t.same(await pointersOf(relate({ host: 'ZZZ99' })), ['/operations/0/host']);
  t.same(await pointersOf(relate({ odsCode: 'QZN' })), ['/operations/0/odsCode']);
  t.same(await pointersOf(relate({}), relate({})), ['/operations/1/validFrom']);
  await make(registry, relate({}), relate({ staffGroup: 'postgraduate-doctor-in-training' }));
});
