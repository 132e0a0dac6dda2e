import t from 'tap';
import { buildNorthmoor, type TestRegistry } from './helper.ts';
import {
  approve,
  make,
  person,
  pinned,
  pinOperation,
  propose,
  proposed,
  refusal,
  reject,
} from './people.ts';

const IG = { operation: 'sign-off-information-governance', odsCode: 'ZZA01', reference: 'DSPT-1' };
const CONTACT = { email: 'team@ashmere.example' };
const CONTACTS = {
  operation: 'set-contacts',
  odsCode: 'ZZA01',
  humanResources: CONTACT,
  occupationalHealth: { email: 'oh@ashmere.example', phone: '01632 960 000' },
  education: CONTACT,
};
const SUSPEND = {
  operation: 'change-organisation-status',
  odsCode: 'ZZA01',
  status: 'suspended',
  reason: 'x',
};
const name = (subject: string, odsCode = 'ZZA01') => ({
  operation: 'name-signatory',
  odsCode,
  subject,
});
const end = (subject: string) => ({ operation: 'end-signatory', odsCode: 'ZZA01', subject });

const ofAshmere = (registry: TestRegistry, subject: string) =>
  person(registry, subject, { odsCode: 'ZZA01' });

/** Ashmere with two signatories whom the ICS named. */
async function buildSigned(t: Parameters<typeof buildNorthmoor>[0]) {
  const registry = await buildNorthmoor(t);
  await make(registry, name('anna'), name('amir'));
  const [anna, amir] = [ofAshmere(registry, 'anna'), ofAshmere(registry, 'amir')];
  return { registry, anna, amir };
}

t.test(
  'two signatories of a trust see to its contacts, keys and sign-off themselves',
  async (t) => {
    const { registry, anna, amir } = await buildSigned(t);
    const id = await proposed(registry, [IG, CONTACTS, await pinOperation(registry)], anna);
    const approved = await approve(registry, id, amir);
    t.match(approved.json(), { state: 'approved', proposedBy: 'anna', decidedBy: 'amir' });
  },
);

t.test('who is not a signatory proposes and approves nothing for a trust', async (t) => {
  const { registry, anna } = await buildSigned(t);
  const stranger = ofAshmere(registry, 'stranger');
  t.equal(refusal(await propose(registry, [IG], stranger)).code, 'FORBIDDEN');
  const id = await proposed(registry, [IG], anna);
  t.equal(refusal(await approve(registry, id, stranger)).code, 'FORBIDDEN');
  t.equal(refusal(await reject(registry, id, stranger)).code, 'FORBIDDEN');
  t.equal((await approve(registry, id)).statusCode, 200, 'people of the ICS may');
});

t.test('the first signatories of a trust are named by the ICS', async (t) => {
  const registry = await buildNorthmoor(t);
  const anna = ofAshmere(registry, 'anna');
  t.equal(refusal(await propose(registry, [name('anna')], anna)).code, 'FORBIDDEN');
  await make(registry, name('anna'), name('amir'));
  const third = await proposed(registry, [name('aisha')], anna);
  t.equal((await approve(registry, third, ofAshmere(registry, 'amir'))).statusCode, 200);
});

t.test('a trust does not register, accredit, invite or relate itself', async (t) => {
  const { registry, anna } = await buildSigned(t);
  const others = [
    SUSPEND,
    { ...SUSPEND, status: 'closed' },
    {
      operation: 'accredit',
      odsCode: 'ZZA01',
      credentialType: 'FireSafetyCredential',
      action: 'issue',
      evidence: 'e',
    },
    {
      operation: 'invite-organisation',
      odsCode: 'ZZT01',
      name: 'T',
      kind: 'trust',
      icsOdsCode: 'QZN',
    },
    {
      operation: 'relate-lead-employer',
      odsCode: 'ZZA01',
      host: 'ZZB02',
      staffGroup: 'temporary-mover',
    },
  ];
  for (const operation of others) {
    t.same(
      refusal(await propose(registry, [IG, operation], anna)),
      { status: 403, code: 'FORBIDDEN', pointers: ['/operations/1'] },
      operation.operation,
    );
    t.equal((await propose(registry, [IG, operation])).statusCode, 201, 'the ICS may');
  }
});

t.test('a signatory of one trust does nothing for another', async (t) => {
  const { registry, anna } = await buildSigned(t);
  const refused = await propose(registry, [{ ...IG, odsCode: 'ZZB02' }], anna);
  t.equal(refusal(refused).code, 'FORBIDDEN');
  const asOther = person(registry, 'anna', { odsCode: 'ZZB02' });
  const other = await propose(registry, [{ ...IG, odsCode: 'ZZB02' }], asOther);
  t.equal(refusal(other).code, 'FORBIDDEN', 'nor when the token names the other');
});

t.test('a trust does not approve what only the ICS may do', async (t) => {
  const { registry, amir } = await buildSigned(t);
  const id = await proposed(registry, [SUSPEND]);
  t.equal(refusal(await approve(registry, id, amir)).code, 'FORBIDDEN');
  t.equal(refusal(await reject(registry, id, amir)).code, 'FORBIDDEN');
  t.equal((await approve(registry, id)).statusCode, 200);
});

t.test('a signatory who was ended is neither half of two people', async (t) => {
  const { registry, anna, amir } = await buildSigned(t);
  const byAnna = await proposed(registry, [IG], anna);
  const byAmir = await proposed(registry, [CONTACTS], amir);
  await make(registry, end('anna'));
  const made = await approve(registry, byAnna, amir);
  t.equal(refusal(made).code, 'CONFLICT', 'as the maker');
  t.equal(refusal(await approve(registry, byAmir, anna)).code, 'FORBIDDEN', 'as the approver');
  t.equal(refusal(await propose(registry, [IG], anna)).code, 'FORBIDDEN');
  t.equal((await reject(registry, byAnna, anna)).statusCode, 200, 'but may withdraw the own');
  t.equal((await approve(registry, byAmir)).statusCode, 200);
});

t.test('a signatory is named once and ended once, and may be named again', async (t) => {
  const { registry } = await buildSigned(t);
  t.equal(refusal(await propose(registry, [name('anna')])).code, 'CONFLICT');
  t.equal(refusal(await propose(registry, [end('nobody')])).code, 'CONFLICT');
  await make(registry, end('anna'));
  t.equal(refusal(await propose(registry, [end('anna')])).code, 'CONFLICT');
  registry.clock.now += 1;
  await make(registry, name('anna'));
  const odd = await propose(registry, [name('a name')]);
  t.same(refusal(odd).pointers, ['/operations/0/subject']);
});

t.test('a token that names no organisation, or an unknown one, may nothing', async (t) => {
  const registry = await buildNorthmoor(t);
  const nowhere = registry.bearer({
    clientId: 'portal',
    scopes: ['registry:propose'],
    person: { subject: 'nobody' },
  });
  t.equal(refusal(await propose(registry, [IG], nowhere)).code, 'FORBIDDEN');
  t.equal((await registry.get('/v1/changes', nowhere)).json().code, 'FORBIDDEN');
  const elsewhere = person(registry, 'nobody', { odsCode: 'QZS' });
  t.equal(refusal(await propose(registry, [IG], elsewhere)).code, 'FORBIDDEN');
});

t.test('people of a trust read the changes that concern it, and no others', async (t) => {
  const { registry, anna } = await buildSigned(t);
  const own = await proposed(registry, [IG], anna);
  const foreign = await proposed(registry, [{ ...IG, odsCode: 'ZZB02' }]);
  const read = (id: string, headers = anna) => registry.get(`/v1/changes/${id}`, headers);
  t.equal((await read(own)).statusCode, 200);
  t.equal((await read(foreign)).json().code, 'NOT_FOUND');
  t.equal((await approve(registry, foreign, anna)).json().code, 'NOT_FOUND');
  t.equal((await read(foreign, person(registry, 'maker'))).statusCode, 200);
  const listed = (await registry.get('/v1/changes', anna)).json().items;
  t.notOk(listed.some(({ id }: { id: string }) => id === foreign));
  t.ok(listed.some(({ id }: { id: string }) => id === own));
});

t.test('what a change does about others is not shown to a trust', async (t) => {
  const { registry, anna } = await buildSigned(t);
  const private_ = { ...IG, odsCode: 'ZZB02', reference: 'private' };
  const id = await proposed(registry, [IG, private_]);
  const seen = await registry.get(`/v1/changes/${id}`, anna);
  t.same(seen.json().operations, [IG, { operation: IG.operation, odsCode: 'ZZB02' }]);
  t.notMatch(seen.body, 'private');
  const all = await registry.get(`/v1/changes/${id}`, person(registry, 'maker'));
  t.same(all.json().operations, [IG, private_]);
});

t.test('the list of changes is newest first, filtered, and stable under new ones', async (t) => {
  const registry = await buildNorthmoor(t);
  const reader = person(registry, 'maker');
  const ids: string[] = [];
  for (const odsCode of ['ZZA01', 'ZZB02', 'ZZA01', 'ZZB02', 'ZZA01']) {
    ids.unshift(await proposed(registry, [{ ...IG, odsCode }]));
  }
  const first = (await registry.get('/v1/changes?limit=2', reader)).json();
  await proposed(registry, [IG]);
  const pages = [first];
  while (pages.at(-1).next !== null) {
    const url = `/v1/changes?limit=2&after=${pages.at(-1).next}`;
    pages.push((await registry.get(url, reader)).json());
  }
  const seen = pages.flatMap(({ items }) => items.map(({ id }: { id: string }) => id));
  t.same(seen, ids);
  const filtered = await registry.get('/v1/changes?odsCode=ZZB02', reader);
  t.equal(filtered.json().items.length, 2);
  t.equal((await registry.get('/v1/changes?limit=201', reader)).statusCode, 400);
  t.equal((await registry.get('/v1/changes?after=x', reader)).json().code, 'INVALID_REQUEST');
});

t.test('contacts are kept, can be corrected, and are never published', async (t) => {
  const registry = await buildNorthmoor(t);
  await make(registry, CONTACTS);
  await make(registry, { ...CONTACTS, education: { email: 'learning@ashmere.example' } });
  const rows = await registry.query(
    `select team, email, phone from trust_registry.contacts order by team`,
  );
  t.same(rows, [
    { team: 'education', email: 'learning@ashmere.example', phone: null },
    { team: 'humanResources', email: 'team@ashmere.example', phone: null },
    { team: 'occupationalHealth', email: 'oh@ashmere.example', phone: '01632 960 000' },
  ]);
  await pinned(registry);
  t.notMatch((await registry.get('/v1/organisations/ZZA01')).body, 'ashmere.example');
});

t.test('signatories of a trust that does not stand neither propose nor approve', async (t) => {
  const { registry, anna, amir } = await buildSigned(t);
  const before = await proposed(registry, [IG], anna);
  const byIcs = await proposed(registry, [IG]);
  t.equal((await propose(registry, [IG], anna)).statusCode, 201, 'while it is registered they do');
  await make(registry, SUSPEND);
  for (const operation of [IG, name('aisha'), await pinOperation(registry), end('amir')]) {
    const refused = await propose(registry, [operation], anna);
    t.equal(refusal(refused).code, 'FORBIDDEN', operation.operation);
  }
  t.equal(refusal(await approve(registry, byIcs, amir)).code, 'FORBIDDEN');
  t.equal(refusal(await approve(registry, before)).code, 'CONFLICT', 'nor as the maker of before');
  await make(registry, { ...SUSPEND, status: 'registered' });
  t.equal((await approve(registry, byIcs, amir)).statusCode, 200, 'and again when that is lifted');
  await make(registry, { ...SUSPEND, status: 'closed' });
  t.equal(refusal(await propose(registry, [end('amir')], anna)).code, 'FORBIDDEN');
  t.equal((await propose(registry, [end('amir')])).statusCode, 201, 'the ICS does what is left');
});
