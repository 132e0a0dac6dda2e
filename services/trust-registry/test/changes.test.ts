import { randomUUID } from 'node:crypto';
import t from 'tap';
import { buildNorthmoor, DAY, NOW } from './helper.ts';
import {
  approve,
  auditEvents,
  make,
  person,
  propose,
  proposed,
  recordOf,
  refusal,
  reject,
} from './people.ts';

const SUSPEND = {
  operation: 'change-organisation-status',
  odsCode: 'ZZA01',
  status: 'suspended',
  reason: 'under review',
};
const IG = { operation: 'sign-off-information-governance', odsCode: 'ZZA01', reference: 'DSPT-1' };

t.test('a proposal changes nothing until another person approves it', async (t) => {
  const registry = await buildNorthmoor(t);
  const answer = await propose(registry, [SUSPEND], undefined, 'agreed on the phone');
  t.equal(answer.statusCode, 201);
  const change = answer.json();
  t.match(change, {
    state: 'proposed',
    operations: [SUSPEND],
    note: 'agreed on the phone',
    proposedBy: 'maker',
    proposedAt: '2026-11-22T16:00:00Z',
    expiresAt: '2026-11-29T16:00:00Z',
    decidedBy: null,
    results: [],
    epoch: null,
  });
  t.equal((await recordOf(registry)).organisation.status, 'registered');
  const approved = await approve(registry, change.id);
  t.equal(approved.statusCode, 200);
  t.match(approved.json(), { state: 'approved', decidedBy: 'approver', results: [{}] });
  const record = await recordOf(registry);
  t.equal(record.organisation.status, 'suspended');
  t.equal(record.epoch, approved.json().epoch);
});

t.test('R2: a maker cannot approve their own change, and one of two decisions wins', async (t) => {
  const registry = await buildNorthmoor(t);
  const mine = await proposed(registry, [SUSPEND]);
  const own = await approve(registry, mine, person(registry, 'maker'));
  t.same(refusal(own), { status: 403, code: 'SELF_APPROVAL_REFUSED', pointers: [] });
  t.equal((await recordOf(registry)).organisation.status, 'registered');
  t.equal((await approve(registry, mine)).statusCode, 200);

  const won: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const id = await proposed(registry, [{ ...IG, reference: `round-${round}` }]);
    const answers = await Promise.all([
      approve(registry, id, person(registry, 'second')),
      reject(registry, id, person(registry, 'third')),
    ]);
    const [winner, ...others] = answers.filter(({ statusCode }) => statusCode === 200);
    t.equal(others.length, 0, 'one answer is good');
    t.equal(answers.filter((answer) => answer.json().code === 'CONFLICT').length, 1);
    const { state } = (await registry.get(`/v1/changes/${id}`, person(registry, 'maker'))).json();
    t.equal(state, winner?.json().state);
    won.push(state);
  }
  const decided = await registry.query(
    `select state from trust_registry.changes where decided_by in ('second', 'third')`,
  );
  t.equal(decided.length, 20);
  const events = await auditEvents(registry);
  const approvals = events.filter(
    ({ action, subject }) => action === 'change.approved' && subject.person === 'second',
  );
  t.equal(approvals.length, won.filter((state) => state === 'approved').length);
  t.equal(
    events.filter(({ action }) => action === 'information-governance.signed-off').length,
    approvals.length,
  );
});

t.test('the database itself refuses one person in both roles', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const forge = (by: string) =>
    registry.query(
      `update trust_registry.changes set state = 'approved', decided_by = $2, decided_at = now()
       where id = $1`,
      [id, by],
    );
  await t.rejects(forge('maker'), /nobody_approves_their_own/);
  await t.resolves(forge('somebody'));
});

t.test('a decided change is not decided again', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  t.equal((await reject(registry, id)).statusCode, 200);
  t.equal(refusal(await approve(registry, id)).code, 'CONFLICT');
  t.equal(refusal(await reject(registry, id)).code, 'CONFLICT');
  t.equal((await recordOf(registry)).organisation.status, 'registered');
});

t.test('a maker may withdraw their own change', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const withdrawn = await reject(registry, id, person(registry, 'maker'));
  t.match(withdrawn.json(), { state: 'rejected', decidedBy: 'maker' });
});

t.test('a change that nobody decides expires after seven days', async (t) => {
  const registry = await buildNorthmoor(t);
  const [early, late] = [await proposed(registry, [SUSPEND]), await proposed(registry, [IG])];
  registry.clock.now = NOW + 7 * DAY - 1;
  t.equal((await approve(registry, late)).statusCode, 200);
  registry.clock.now = NOW + 7 * DAY;
  t.equal(refusal(await approve(registry, early)).code, 'CONFLICT');
  const reader = person(registry, 'maker');
  t.equal((await registry.get(`/v1/changes/${early}`, reader)).json().state, 'expired');
  const listed = async (state: string) =>
    (await registry.get(`/v1/changes?state=${state}`, reader))
      .json()
      .items.map(({ id }: { id: string }) => id);
  t.same(await listed('expired'), [early]);
  t.same(await listed('proposed'), []);
  t.same(await listed('approved'), [late]);
});

t.test('systems neither propose nor approve, whatever their scopes', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const scopes = ['registry:propose', 'registry:approve', 'registry:admin'];
  const system = registry.bearer({ odsCode: 'QZN', clientId: 'robot', scopes });
  t.equal(refusal(await propose(registry, [SUSPEND], system)).code, 'PERSON_REQUIRED');
  t.equal(refusal(await approve(registry, id, system)).code, 'PERSON_REQUIRED');
  t.equal(refusal(await reject(registry, id, system)).code, 'PERSON_REQUIRED');
  t.equal((await registry.get(`/v1/changes/${id}`, system)).json().code, 'PERSON_REQUIRED');
  t.equal((await approve(registry, id)).statusCode, 200);
});

t.test('a person who signed in weakly does not approve', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  for (const acr of ['AAL1_USERPASS', 'AAL1', '']) {
    const weak = person(registry, 'approver', { acr });
    t.equal(refusal(await approve(registry, id, weak)).code, 'PERSON_REQUIRED', acr);
  }
  const strong = person(registry, 'approver', { acr: 'AAL2_OR_AAL3_ANY' });
  t.equal((await approve(registry, id, strong)).statusCode, 200);
});

t.test('each step needs its own scope', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const proposer = person(registry, 'second', { scopes: ['registry:propose'] });
  t.equal(refusal(await approve(registry, id, proposer)).code, 'FORBIDDEN');
  const approver = person(registry, 'second', { scopes: ['registry:approve'] });
  t.equal(refusal(await propose(registry, [SUSPEND], approver)).code, 'FORBIDDEN');
  t.equal((await approve(registry, id, approver)).statusCode, 200);
});

t.test('a change is made whole or not at all', async (t) => {
  const registry = await buildNorthmoor(t);
  const close = { ...SUSPEND, status: 'closed' };
  const refused = await propose(registry, [
    SUSPEND,
    close,
    { ...SUSPEND, odsCode: 'ZZB02' },
    close,
  ]);
  t.same(refusal(refused), { status: 409, code: 'CONFLICT', pointers: ['/operations/3'] });
  t.equal((await recordOf(registry)).organisation.status, 'registered');
  t.equal((await propose(registry, [SUSPEND, close])).statusCode, 201);
});

t.test('an operation that does not hold any more leaves the change proposed', async (t) => {
  const registry = await buildNorthmoor(t);
  const both = await proposed(registry, [IG, SUSPEND]);
  await make(registry, { ...SUSPEND, status: 'closed' });
  const refused = await approve(registry, both);
  t.same(refusal(refused), { status: 409, code: 'CONFLICT', pointers: ['/operations/0/odsCode'] });
  const { state } = (await registry.get(`/v1/changes/${both}`, person(registry, 'maker'))).json();
  t.equal(state, 'proposed');
  t.same(await registry.query('select from trust_registry.checklist_items'), []);
});

t.test('people who use one program do not find each other under one key', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = randomUUID();
  const body = { operations: [SUSPEND] };
  const send = (subject: string) =>
    registry.change('/v1/changes', body, { key, headers: person(registry, subject) });
  const first = await send('maker');
  t.equal((await send('maker')).body, first.body);
  const other = await send('second');
  t.equal(other.statusCode, 201);
  t.not(other.json().id, first.json().id);
});

t.test('an approval that is sent again gets the same answer and does nothing more', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const send = (key: string | null) =>
    registry.change(`/v1/changes/${id}/approval`, {}, { key, headers: person(registry, 'second') });
  t.equal((await send(null)).json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(key)));
  t.same(new Set(answers.map(({ body }) => body)).size, 1);
  t.equal(answers[0]?.statusCode, 200);
  const events = await auditEvents(registry);
  t.equal(events.filter(({ action }) => action === 'change.approved').length, 1);
});

t.test('the audit chain has who proposed, who approved and what was done', async (t) => {
  const registry = await buildNorthmoor(t);
  const { id, epoch } = await make(registry, SUSPEND);
  const who = { clientId: 'portal', odsCode: 'QZN' };
  t.same(await auditEvents(registry), [
    {
      action: 'change.proposed',
      ...who,
      subject: { change: id, operations: 1, person: 'maker' },
    },
    {
      action: 'change.approved',
      ...who,
      subject: { change: id, epoch, person: 'approver', proposer: 'maker' },
    },
    {
      action: 'organisation.status-changed',
      ...who,
      subject: {
        change: id,
        from: 'registered',
        organisation: 'ZZA01',
        person: 'approver',
        to: 'suspended',
      },
    },
  ]);
});

t.test('when the audit row cannot be written nothing of a change is done', async (t) => {
  const registry = await buildNorthmoor(t);
  const id = await proposed(registry, [SUSPEND]);
  const { epoch } = await recordOf(registry);
  await registry.query('alter function trust_registry.audit_append rename to audit_gone');
  const refused = await approve(registry, id);
  t.equal(refused.statusCode, 503);
  t.ok(refused.headers['retry-after']);
  const record = await recordOf(registry);
  t.equal(record.organisation.status, 'registered');
  t.equal(record.epoch, epoch);
  await registry.query('alter function trust_registry.audit_gone rename to audit_append');
  t.equal((await approve(registry, id)).statusCode, 200);
});

t.test('changes of many people at once follow one another', async (t) => {
  const registry = await buildNorthmoor(t);
  const suspend = (odsCode: string) => proposed(registry, [{ ...SUSPEND, odsCode }, IG]);
  const ids = [await suspend('ZZA01'), await suspend('ZZB02'), await suspend('ZZA01')];
  const answers = await Promise.all(ids.map((id) => approve(registry, id)));
  t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 2);
  const epochs = answers.flatMap((answer) => answer.json().epoch ?? []);
  t.equal(new Set(epochs).size, 2, 'each has an epoch of its own');
});
