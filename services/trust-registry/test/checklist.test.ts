import t from 'tap';
import { thumbprint } from '#did/keys';
import { signCredential } from '#proofs/add-proof';
import { createEd25519Signer } from '#proofs/signer';
import { ASHMERE, ASHMERE_DID, build, DAY, ICS, NOW, type TestRegistry } from './helper.ts';
import { make, person, pinned, propose, recordOf, refusal, type TestKey } from './people.ts';

const INVITE = { operation: 'invite-organisation' };
const REGISTER = {
  operation: 'change-organisation-status',
  odsCode: 'ZZA01',
  status: 'registered',
  reason: 'go-live',
};
const CONTACT = { email: 'team@ashmere.example' };
const CONTACTS = {
  operation: 'set-contacts',
  odsCode: 'ZZA01',
  humanResources: CONTACT,
  occupationalHealth: CONTACT,
  education: CONTACT,
};
const IG = { operation: 'sign-off-information-governance', odsCode: 'ZZA01', reference: 'DSPT-1' };
const ACCREDIT = {
  operation: 'accredit',
  odsCode: 'ZZA01',
  credentialType: 'FireSafetyCredential',
  action: 'issue',
  evidence: 'assessment 12',
};

interface Invited {
  registry: TestRegistry;
  key: TestKey;
}

/** Ashmere, invited, with all of the checklist but the test issue. */
async function buildInvited(t: Parameters<typeof build>[0]): Promise<Invited> {
  const registry = await build(t);
  await make(registry, { ...INVITE, ...ICS }, { ...INVITE, ...ASHMERE });
  const key = await pinned(registry);
  await pinned(registry, { purpose: 'status' });
  await make(registry, CONTACTS, IG, ACCREDIT);
  return { registry, key };
}

interface Test {
  key: TestKey;
  issuer?: string;
  method?: string;
  type?: string;
  created?: string;
}

async function testCredential({ key, issuer = ASHMERE_DID, ...rest }: Test) {
  const { method = `${ASHMERE_DID}#${key.publicKeyMultibase}` } = rest;
  const { type = 'FireSafetyCredential', created = '2026-11-22T16:00:00Z' } = rest;
  return signCredential({
    credential: {
      '@context': [
        'https://www.w3.org/ns/credentials/v2',
        'https://staffpassport.example/contexts/v1',
      ],
      id: 'urn:uuid:2f1d0f3e-6b6a-4f5b-9f0a-0a8f6d2b7c11',
      type: ['VerifiableCredential', type],
      issuer,
      validFrom: created,
      credentialSubject: { id: 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH' },
    },
    signer: createEd25519Signer({ id: method, privateKey: key.privateKey }),
    suites: ['eddsa-rdfc-2022'],
    created,
  });
}

const ashmeresToken = (registry: TestRegistry, odsCode = 'ZZA01') =>
  registry.bearer({ odsCode, scopes: ['credentials:issue'] });

async function submit(
  registry: TestRegistry,
  verifiableCredential: unknown,
  headers = ashmeresToken(registry),
) {
  const url = '/v1/organisations/ZZA01/test-issue';
  return registry.change(url, { verifiableCredential }, { headers });
}

async function lacking(registry: TestRegistry) {
  const answer = await registry.get('/v1/organisations/ZZA01/checklist', person(registry, 'maker'));
  const { items, complete } = answer.json();
  const names = items
    .filter(({ done }: { done: boolean }) => !done)
    .map(({ item }: { item: string }) => item);
  return { complete, names };
}

t.test('an invited trust is registered when its checklist is complete, not before', async (t) => {
  const registry = await build(t);
  await make(registry, { ...INVITE, ...ICS }, { ...INVITE, ...ASHMERE });
  t.same(await lacking(registry), {
    complete: false,
    names: [
      'did-control',
      'keys-pinned',
      'contacts',
      'information-governance',
      'accredited',
      'test-issue',
    ],
  });
  const refused = await propose(registry, [REGISTER]);
  t.equal(refused.statusCode, 409);
  t.match(refused.json(), { code: 'CHECKLIST_INCOMPLETE', errors: [{ pointer: '/operations/0' }] });
  t.equal(refused.json().errors.length, 6);
  const key = await pinned(registry);
  t.notOk((await lacking(registry)).names.includes('did-control'));
  t.ok((await lacking(registry)).names.includes('keys-pinned'), 'one purpose of two');
  await pinned(registry, { purpose: 'status' });
  await make(registry, CONTACTS);
  await make(registry, IG);
  await make(registry, ACCREDIT);
  t.same((await lacking(registry)).names, ['test-issue']);
  t.equal(refusal(await propose(registry, [REGISTER])).code, 'CHECKLIST_INCOMPLETE');
  const accepted = await submit(registry, await testCredential({ key }));
  t.equal(accepted.statusCode, 200);
  t.equal(accepted.json().complete, true);
  await make(registry, REGISTER);
  t.equal((await recordOf(registry)).organisation.status, 'registered');
});

t.test('the whole of it can be one change, but for the test', async (t) => {
  const { registry, key } = await buildInvited(t);
  const answer = await submit(registry, await testCredential({ key }));
  t.match(answer.json().items.at(-1), {
    item: 'test-issue',
    done: true,
    doneAt: '2026-11-22T16:00:00Z',
  });
  await make(registry, IG, REGISTER);
});

t.test('what was done and does not stand any more is lacking again', async (t) => {
  const { registry, key } = await buildInvited(t);
  await submit(registry, await testCredential({ key }));
  t.equal((await lacking(registry)).complete, true);
  const print = thumbprint(key.publicKeyMultibase);
  const stolen = `/v1/organisations/ZZA01/keys/${print}/compromise`;
  await registry.change(stolen, { reason: 'lost' });
  t.same((await lacking(registry)).names, ['keys-pinned', 'test-issue']);
  t.equal(refusal(await propose(registry, [REGISTER])).code, 'CHECKLIST_INCOMPLETE');
});

t.test('a trust whose admitting body does not stand is not registered', async (t) => {
  const { registry, key } = await buildInvited(t);
  await submit(registry, await testCredential({ key }));
  await registry.seed.status('QZN', 'suspended');
  t.equal(refusal(await propose(registry, [REGISTER])).code, 'CHAIN_REFUSED');
  await registry.seed.status('QZN', 'registered');
  t.equal((await propose(registry, [REGISTER])).statusCode, 201);
});

t.test('a test credential of another issuer is refused', async (t) => {
  const { registry, key } = await buildInvited(t);
  const issuer = 'did:web:passport.northmoor.example:trusts:ZZB02';
  const refused = await submit(registry, await testCredential({ key, issuer }));
  t.same(refusal(refused), {
    status: 422,
    code: 'ISSUER_MISMATCH',
    pointers: ['/verifiableCredential/issuer'],
  });
});

t.test('a test credential that was altered is refused', async (t) => {
  const { registry, key } = await buildInvited(t);
  const good = await testCredential({ key });
  const altered = { ...good, validFrom: '2026-11-22T15:00:00Z' };
  t.equal(refusal(await submit(registry, altered)).code, 'PROOF_VERIFICATION_ERROR');
  const { proof: _proof, ...unsigned } = good;
  t.equal(refusal(await submit(registry, unsigned)).code, 'PROOF_MISSING');
  t.equal((await submit(registry, good)).statusCode, 200);
});

t.test('a test credential signed with a key that is not pinned is refused', async (t) => {
  const { registry, key } = await buildInvited(t);
  const status = await pinned(registry, { purpose: 'status' });
  const other = await submit(registry, await testCredential({ key: status }));
  t.equal(refusal(other).code, 'ISSUER_KEY_NOT_REGISTERED', 'a status key asserts nothing');
  const print = thumbprint(key.publicKeyMultibase);
  await registry.seed.keyState('ZZA01', print, 'compromised');
  const stolen = await submit(registry, await testCredential({ key }));
  t.equal(refusal(stolen).code, 'ISSUER_KEY_COMPROMISED');
});

t.test('a test credential is of a day, and of a time at which the key was in use', async (t) => {
  const { registry, key } = await buildInvited(t);
  const early = await testCredential({ key, created: '2026-11-22T15:59:59Z' });
  t.equal(refusal(await submit(registry, early)).code, 'ISSUER_KEY_OUT_OF_PERIOD');
  const good = await testCredential({ key });
  registry.clock.now = NOW + DAY + 1;
  t.equal(refusal(await submit(registry, good)).code, 'PROOF_CREATED_INVALID');
  registry.clock.now = NOW + DAY;
  t.equal((await submit(registry, good)).statusCode, 200);
});

t.test('a test credential of a type that the trust may not issue is refused', async (t) => {
  const { registry, key } = await buildInvited(t);
  const other = await testCredential({ key, type: 'MovingAndHandlingCredential' });
  t.equal(refusal(await submit(registry, other)).code, 'ISSUER_NOT_ACCREDITED');
});

t.test('a trust submits its own test only, and only while it is invited', async (t) => {
  const { registry, key } = await buildInvited(t);
  const credential = await testCredential({ key });
  const foreign = await submit(registry, credential, ashmeresToken(registry, 'ZZB02'));
  t.equal(foreign.json().code, 'NOT_FOUND');
  await submit(registry, credential);
  await make(registry, REGISTER);
  t.equal(refusal(await submit(registry, credential)).code, 'CONFLICT');
});

t.test('the checklist is read by the ICS and by the trust itself', async (t) => {
  const { registry } = await buildInvited(t);
  const read = (odsCode: string) =>
    registry.get('/v1/organisations/ZZA01/checklist', person(registry, 'reader', { odsCode }));
  t.equal((await read('QZN')).statusCode, 200);
  t.equal((await read('ZZA01')).statusCode, 200);
  t.equal((await read('ZZB02')).json().code, 'NOT_FOUND');
  const unknown = await registry.get(
    '/v1/organisations/ZZZ99/checklist',
    person(registry, 'reader'),
  );
  t.equal(unknown.json().code, 'NOT_FOUND');
});
