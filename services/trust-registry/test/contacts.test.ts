import t from 'tap';
import { ASHMERE, buildNorthmoor, type TestRegistry } from './helper.ts';
import { make } from './people.ts';

const TEAM = { email: 'hr@ashmere.example' };
const CONTACTS = {
  operation: 'set-contacts',
  odsCode: 'ZZA01',
  humanResources: TEAM,
  occupationalHealth: { email: 'oh@ashmere.example', phone: '01632 960 000' },
  education: { email: 'learning@ashmere.example' },
};

/** Contacts as a trust's verifier asks for them, Brackendale's unless stated. */
function ask(registry: TestRegistry, odsCode: string, askedBy = 'ZZB02') {
  const headers = registry.bearer({ odsCode: askedBy, scopes: ['verifications:write'] });
  return registry.get(`/v1/organisations/${odsCode}/contacts`, headers);
}

async function buildReachable(t: Parameters<typeof buildNorthmoor>[0]): Promise<TestRegistry> {
  const registry = await buildNorthmoor(t);
  await make(registry, CONTACTS);
  return registry;
}

t.test('a registered trust is told whom to ask at another', async (t) => {
  const registry = await buildReachable(t);
  const answer = await ask(registry, 'ZZA01');
  t.equal(answer.statusCode, 200);
  t.same(answer.json(), {
    humanResources: { email: 'hr@ashmere.example', phone: null },
    occupationalHealth: { email: 'oh@ashmere.example', phone: '01632 960 000' },
    education: { email: 'learning@ashmere.example', phone: null },
  });
  t.equal(answer.headers['cache-control'], 'no-store');
});

t.test('an organisation without contacts, or unknown, is 404', async (t) => {
  const registry = await buildReachable(t);
  for (const odsCode of ['QZN', 'ZZZ99']) {
    const answer = await ask(registry, odsCode);
    t.equal(answer.statusCode, 404);
    t.equal(answer.json().code, 'NOT_FOUND');
  }
});

t.test('contacts are not told to a trust that is not registered now', async (t) => {
  const registry = await buildReachable(t);
  await registry.seed.organisation({ ...ASHMERE, odsCode: 'ZZC03', status: 'invited' });
  t.equal((await ask(registry, 'ZZA01')).statusCode, 200);
  for (const status of ['suspended', 'closed'] as const) {
    await registry.seed.status('ZZB02', status);
    t.equal((await ask(registry, 'ZZA01')).json().code, 'FORBIDDEN', status);
  }
  for (const askedBy of ['ZZC03', 'ZZZ99']) {
    t.equal((await ask(registry, 'ZZA01', askedBy)).json().code, 'FORBIDDEN', askedBy);
  }
});

t.test('contacts need the token of a trust with the scope', async (t) => {
  const registry = await buildReachable(t);
  const url = '/v1/organisations/ZZA01/contacts';
  t.equal((await ask(registry, 'ZZA01')).statusCode, 200);
  t.equal((await registry.get(url)).statusCode, 401);
  const others = [{ scopes: ['verifications:write'] }, { odsCode: 'ZZB02', scopes: ['x'] }];
  for (const caller of others) {
    const answer = await registry.get(url, registry.bearer(caller));
    t.equal(answer.json().code, 'FORBIDDEN', JSON.stringify(caller));
  }
});
