import t from 'tap';
import { buildNorthmoor, DAY, NOW, type TestRegistry } from './helper.ts';
import { approve, make, propose, proposed, recordOf, refusal } from './people.ts';

const ISSUE = {
  operation: 'accredit',
  odsCode: 'ZZA01',
  credentialType: 'FireSafetyCredential',
  action: 'issue',
  evidence: 'assessment 12 of 2026',
};
const REQUEST = {
  operation: 'accredit',
  odsCode: 'ZZA01',
  credentialType: 'FireSafetyCredential',
  action: 'request',
  purposes: ['recruitment'],
};

function day(days: number): string {
  return new Date(NOW + days * DAY).toISOString();
}

async function granted(registry: TestRegistry, operation: Record<string, unknown>) {
  const { results } = await make(registry, operation);
  return String(results[0]?.['id']);
}

const at = (member: string) => ({
  status: 422,
  code: 'CLAIMS_INVALID',
  pointers: [`/operations/0/${member}`],
});

const withdrawal = (id: string, forCause: boolean) => ({
  operation: 'withdraw-accreditation',
  odsCode: 'ZZA01',
  id,
  forCause,
  reason: 'review',
});

t.test(
  'an accreditation starts at its approval and without an end unless it says so',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const proposal = await proposed(registry, [ISSUE]);
    registry.clock.now = NOW + DAY;
    const { results } = (await approve(registry, proposal)).json();
    t.same((await recordOf(registry)).accreditations, [
      {
        id: results[0].id,
        credentialType: 'FireSafetyCredential',
        action: 'issue',
        validFrom: '2026-11-23T16:00:00Z',
        validUntil: null,
        withdrawnAt: null,
        withdrawnForCause: false,
        staffGroups: [],
        purposes: [],
        claims: null,
      },
    ]);
  },
);

t.test(
  'R3: periods that overlap, end before they start or lie in the past are refused',
  async (t) => {
    const registry = await buildNorthmoor(t);
    await make(registry, { ...ISSUE, validFrom: day(10), validUntil: day(20) });
    const refused = async (period: Record<string, unknown>) =>
      refusal(await propose(registry, [{ ...ISSUE, ...period }]));
    t.same(await refused({ validFrom: day(19), validUntil: day(30) }), at('validFrom'), 'overlaps');
    t.same(await refused({ validFrom: day(5) }), at('validFrom'), 'overlaps without an end');
    t.same(await refused({ validFrom: day(31), validUntil: day(30) }), at('validUntil'));
    t.same(await refused({ validFrom: day(-1), validUntil: day(1) }), at('validFrom'), 'backdated');
    await make(registry, { ...ISSUE, validFrom: day(-1), validUntil: day(1), backdated: true });
    await make(registry, { ...ISSUE, validFrom: day(20) });
    t.equal((await recordOf(registry)).accreditations.length, 3, 'side by side is no overlap');
  },
);

t.test('two overlapping grants in one change are refused', async (t) => {
  const registry = await buildNorthmoor(t);
  t.same(refusal(await propose(registry, [ISSUE, ISSUE])).pointers, ['/operations/1/validFrom']);
  t.equal((await propose(registry, [ISSUE, REQUEST])).statusCode, 201);
});

t.test('of two overlapping grants that are approved at once one is made', async (t) => {
  const registry = await buildNorthmoor(t);
  const ids = [await proposed(registry, [ISSUE]), await proposed(registry, [ISSUE])];
  const answers = await Promise.all(ids.map((id) => approve(registry, id)));
  t.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 422]));
  t.equal((await recordOf(registry)).accreditations.length, 1);
});

t.test('a start that passed while the change waited needs backdated too', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [{ ...ISSUE, validFrom: day(1) }]);
  registry.clock.now = NOW + 2 * DAY;
  t.same(refusal(await approve(registry, id)).pointers, ['/operations/0/validFrom']);
});

t.test('a type that the catalogue does not have is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await propose(registry, [{ ...ISSUE, credentialType: 'MadeUpCredential' }]);
  t.same(refusal(refused), {
    status: 422,
    code: 'UNKNOWN_CREDENTIAL_TYPE',
    pointers: ['/operations/0/credentialType'],
  });
});

t.test('to issue needs evidence, which is kept and not published', async (t) => {
  const registry = await buildNorthmoor(t);
  const { evidence, ...without } = ISSUE;
  const refused = refusal(await propose(registry, [without]));
  t.same(refused.pointers, ['/operations/0/evidence']);
  t.same(refusal(await propose(registry, [{ ...without, evidence: '  ' }])), refused);
  await make(registry, ISSUE);
  const rows = await registry.query('select evidence from trust_registry.accreditations');
  t.same(rows, [{ evidence }]);
  t.notMatch((await registry.get('/v1/organisations/ZZA01')).body, evidence);
});

t.test('purposes and claims belong to a request, and to nothing else', async (t) => {
  const registry = await buildNorthmoor(t);
  const pointersOf = async (operation: Record<string, unknown>) =>
    refusal(await propose(registry, [operation])).pointers;
  t.same(await pointersOf({ ...ISSUE, purposes: ['rotation'] }), ['/operations/0/purposes']);
  t.same(await pointersOf({ ...ISSUE, claims: ['subjectName'] }), ['/operations/0/claims']);
  t.same(await pointersOf({ ...REQUEST, purposes: [] }), ['/operations/0/purposes']);
  t.same(await pointersOf({ ...REQUEST, claims: [] }), ['/operations/0/claims']);
  const odd = { ...REQUEST, claims: ['subjectName', 'toString'] };
  t.same(await pointersOf(odd), ['/operations/0/claims/1']);
  await make(registry, {
    ...REQUEST,
    claims: ['subjectName'],
    staffGroups: ['postgraduate-doctor-in-training'],
  });
  t.match((await recordOf(registry)).accreditations, [
    {
      action: 'request',
      purposes: ['recruitment'],
      claims: ['subjectName'],
      staffGroups: ['postgraduate-doctor-in-training'],
    },
  ]);
});

t.test('a closed organisation is accredited no more', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.status('ZZA01', 'closed');
  t.equal(refusal(await propose(registry, [ISSUE])).code, 'CONFLICT');
  t.equal((await propose(registry, [{ ...ISSUE, odsCode: 'ZZB02' }])).statusCode, 201);
});

t.test('a withdrawal ends it now, and a cause can be added but not taken back', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await granted(registry, ISSUE);
  registry.clock.now = NOW + DAY;
  await make(registry, withdrawal(id, false));
  t.match((await recordOf(registry)).accreditations, [
    { withdrawnAt: '2026-11-23T16:00:00Z', withdrawnForCause: false },
  ]);
  t.equal(refusal(await propose(registry, [withdrawal(id, false)])).code, 'CONFLICT');
  registry.clock.now = NOW + 2 * DAY;
  await make(registry, withdrawal(id, true));
  t.match((await recordOf(registry)).accreditations, [
    { withdrawnAt: '2026-11-23T16:00:00Z', withdrawnForCause: true },
  ]);
  t.equal(refusal(await propose(registry, [withdrawal(id, false)])).code, 'CONFLICT');
});

t.test('an accreditation of another organisation is not withdrawn', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await granted(registry, { ...ISSUE, odsCode: 'ZZB02' });
  const refused = await propose(registry, [withdrawal(id, true)]);
  t.same(refusal(refused).pointers, ['/operations/0/id']);
});

t.test('what replaces an accreditation follows it without a gap', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await granted(registry, ISSUE);
  registry.clock.now = NOW + DAY + 300;
  await make(registry, withdrawal(id, false), ISSUE);
  t.match((await recordOf(registry)).accreditations, [
    { validFrom: '2026-11-22T16:00:00Z', withdrawnAt: '2026-11-23T16:00:00.300Z' },
    { validFrom: '2026-11-23T16:00:00.300Z', withdrawnAt: null },
  ]);
});

t.test('only a trust, which had its checklist before it, is accredited to issue', async (t) => {
  const registry = await buildNorthmoor(t);
  const invite = { operation: 'invite-organisation', odsCode: 'ZZN01', name: 'Northern Network' };
  await make(registry, { ...invite, kind: 'network' });
  for (const odsCode of ['ZZN01', 'QZN']) {
    const refused = await propose(registry, [{ ...ISSUE, odsCode }]);
    t.same(refusal(refused), at('action'), odsCode);
    t.equal((await propose(registry, [{ ...REQUEST, odsCode }])).statusCode, 201, 'it may ask');
  }
});
