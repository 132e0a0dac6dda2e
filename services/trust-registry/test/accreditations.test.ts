import { randomUUID } from 'node:crypto';
import t from 'tap';
import { buildNorthmoor, DAY, NOW, type TestRegistry } from './helper.ts';

const URL_OF_ASHMERE = '/v1/organisations/ZZA01/accreditations';
const FIRE_SAFETY = { credentialType: 'FireSafetyCredential', action: 'issue' };

function day(days: number): string {
  return new Date(NOW + days * DAY).toISOString();
}

async function accredit(registry: TestRegistry, period: Record<string, unknown> = {}) {
  return registry.change(URL_OF_ASHMERE, { ...FIRE_SAFETY, ...period });
}

async function withdraw(registry: TestRegistry, id: string, forCause = false) {
  return registry.change(`${URL_OF_ASHMERE}/${id}/withdrawal`, { forCause, reason: 'review' });
}

async function listed(registry: TestRegistry) {
  return (await registry.get('/v1/organisations/ZZA01')).json().accreditations;
}

t.test('an accreditation starts now and without an end unless it says otherwise', async (t) => {
  const registry = await buildNorthmoor(t);
  const granted = await accredit(registry);
  t.equal(granted.statusCode, 201);
  const expected = {
    id: granted.json().id,
    ...FIRE_SAFETY,
    validFrom: '2026-11-22T16:00:00Z',
    validUntil: null,
    withdrawnAt: null,
    withdrawnForCause: false,
  };
  t.same(granted.json(), expected);
  t.same(await listed(registry), [expected]);
});

t.test('a type that the catalogue does not have is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await accredit(registry, { credentialType: 'MadeUpCredential' });
  t.equal(refused.statusCode, 422);
  t.equal(refused.json().code, 'UNKNOWN_CREDENTIAL_TYPE');
});

t.test('an end before the start is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await accredit(registry, { validFrom: day(2), validUntil: day(1) });
  t.equal(refused.statusCode, 422);
  t.match(refused.json(), { code: 'CLAIMS_INVALID', errors: [{ pointer: '/validUntil' }] });
});

t.test('a start in the past is refused unless it is said to be meant', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await accredit(registry, { validFrom: day(-1) });
  t.equal(refused.statusCode, 422);
  t.match(refused.json(), { code: 'CLAIMS_INVALID', errors: [{ pointer: '/validFrom' }] });
  t.equal((await accredit(registry, { validFrom: day(-1), backdated: true })).statusCode, 201);
});

t.test(
  'a period that overlaps a standing one is refused; one that follows it is not',
  async (t) => {
    const registry = await buildNorthmoor(t);
    t.equal(
      (await accredit(registry, { validFrom: day(10), validUntil: day(20) })).statusCode,
      201,
    );
    for (const [from, until] of [
      [10, 20],
      [5, 11],
      [19, 25],
      [12, 13],
      [5, undefined],
    ] as const) {
      const refused = await accredit(registry, {
        validFrom: day(from),
        ...(until !== undefined && { validUntil: day(until) }),
      });
      t.equal(refused.json().code, 'CLAIMS_INVALID', `${from} to ${until}`);
    }
    t.equal((await accredit(registry, { validFrom: day(5), validUntil: day(10) })).statusCode, 201);
    t.equal((await accredit(registry, { validFrom: day(20) })).statusCode, 201);
  },
);

t.test('another action, type or organisation does not overlap', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal((await accredit(registry)).statusCode, 201);
  t.equal((await accredit(registry, { action: 'request' })).statusCode, 201);
  t.equal((await accredit(registry, { credentialType: 'RightToWorkCredential' })).statusCode, 201);
  const brackendale = '/v1/organisations/ZZB02/accreditations';
  t.equal((await registry.change(brackendale, FIRE_SAFETY)).statusCode, 201);
});

t.test('of fifty overlapping accreditations at once, one is granted', async (t) => {
  const registry = await buildNorthmoor(t);
  const answers = await Promise.all(Array.from({ length: 50 }, () => accredit(registry)));
  t.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 1);
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 49);
  t.equal((await listed(registry)).length, 1);
});

t.test('a withdrawn accreditation stays in the record, and the next may follow', async (t) => {
  const registry = await buildNorthmoor(t);
  const { id } = (await accredit(registry)).json();
  registry.clock.now = NOW + DAY;
  const withdrawn = await withdraw(registry, id);
  t.equal(withdrawn.statusCode, 200);
  t.match(withdrawn.json(), { id, withdrawnAt: '2026-11-23T16:00:00Z', withdrawnForCause: false });
  t.equal((await accredit(registry)).statusCode, 201);
  t.equal((await listed(registry)).length, 2);
});

t.test('a withdrawal is made once, but a cause may come to light later', async (t) => {
  const registry = await buildNorthmoor(t);
  const { id } = (await accredit(registry)).json();
  t.equal((await withdraw(registry, id)).statusCode, 200);
  t.equal((await withdraw(registry, id)).statusCode, 409);
  registry.clock.now = NOW + DAY;
  const forCause = await withdraw(registry, id, true);
  t.match(forCause.json(), { withdrawnAt: '2026-11-22T16:00:00Z', withdrawnForCause: true });
  t.equal((await withdraw(registry, id, true)).statusCode, 409);
  t.equal((await withdraw(registry, id, false)).statusCode, 409);
});

t.test('an accreditation is found only under its own organisation', async (t) => {
  const registry = await buildNorthmoor(t);
  const { id } = (await accredit(registry)).json();
  const body = { forCause: true, reason: 'review' };
  const other = `/v1/organisations/ZZB02/accreditations/${id}/withdrawal`;
  t.equal((await registry.change(other, body)).json().code, 'NOT_FOUND');
  t.equal((await withdraw(registry, randomUUID())).json().code, 'NOT_FOUND');
  t.equal((await withdraw(registry, id)).statusCode, 200);
});

t.test('a closed organisation is not accredited, but what it had can be withdrawn', async (t) => {
  const registry = await buildNorthmoor(t);
  const { id } = (await accredit(registry)).json();
  await registry.change('/v1/organisations/ZZA01/status', { status: 'closed', reason: 'merged' });
  t.equal((await accredit(registry, { action: 'request' })).json().code, 'CONFLICT');
  t.equal((await withdraw(registry, id, true)).statusCode, 200);
});
