import t from 'tap';
import { thumbprint } from '#did/keys';
import { generateEd25519Key } from '#proofs/signer';
import { ASHMERE_DID, build, buildNorthmoor, CELL_DID, DAY, ICS, NOW } from './helper.ts';
import {
  approve,
  auditEvents,
  challengeFor,
  make,
  person,
  pinned,
  pinOperation,
  propose,
  proposed,
  recordOf,
  refusal,
} from './people.ts';

const UNPROVEN = {
  status: 422,
  code: 'DID_CONTROL_NOT_PROVEN',
  pointers: ['/operations/0/proof'],
};

t.test('R1: a key that has signed no challenge of this registry is not pinned', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = generateEd25519Key();
  const unsigned = { ...(await pinOperation(registry, { key })), proof: 'e30.e30.e30' };
  t.same(refusal(await propose(registry, [unsigned])), UNPROVEN);
  const invented = await pinOperation(registry, { key, challenge: 'A'.repeat(43) });
  t.same(refusal(await propose(registry, [invented])), UNPROVEN);
  const others = await pinOperation(registry, { key, signedBy: generateEd25519Key() });
  t.same(refusal(await propose(registry, [others])), UNPROVEN);
  t.same(await registry.query('select from trust_registry.keys'), []);
  t.equal((await propose(registry, [await pinOperation(registry, { key })])).statusCode, 201);
});

t.test('R9: a key proof for a DID that is not the own is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const foreign = [
    'did:web:nhs.uk',
    CELL_DID,
    'did:web:northmoor.example',
    `${CELL_DID}:trusts`,
    `${CELL_DID}:trusts:*`,
    `${CELL_DID}:trusts:ZZB02`,
    `did:web:passport.southmere.example:trusts:ZZA01`,
  ];
  for (const issuer of foreign) {
    const operation = await pinOperation(registry, { issuer });
    t.same(refusal(await propose(registry, [operation])), UNPROVEN, issuer);
  }
  const named = { ...(await pinOperation(registry)), did: 'did:web:nhs.uk' };
  t.equal(refusal(await propose(registry, [named])).code, 'INVALID_REQUEST', 'no DID can be named');
  const own = await pinOperation(registry, { issuer: ASHMERE_DID });
  t.equal((await propose(registry, [own])).statusCode, 201);
});

t.test('a key proof for another cell is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const audience = 'did:web:passport.southmere.example';
  t.same(refusal(await propose(registry, [await pinOperation(registry, { audience })])), UNPROVEN);
});

t.test('a challenge of another organisation is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const challenge = await challengeFor(registry, 'ZZB02');
  t.same(refusal(await propose(registry, [await pinOperation(registry, { challenge })])), UNPROVEN);
});

t.test(
  'a challenge lives a day until the proposal, and the approval may take longer',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const operation = await pinOperation(registry);
    registry.clock.now = NOW + DAY;
    t.same(refusal(await propose(registry, [operation])), UNPROVEN);
    registry.clock.now = NOW + DAY - 1;
    const id = await proposed(registry, [operation]);
    registry.clock.now = NOW + 7 * DAY;
    t.equal((await approve(registry, id)).statusCode, 200);
  },
);

t.test('one proof pins one key once', async (t) => {
  const registry = await buildNorthmoor(t);
  const operation = await pinOperation(registry);
  const both = [await proposed(registry, [operation]), await proposed(registry, [operation])];
  const answers = await Promise.all(both.map((id) => approve(registry, id)));
  const refused = answers.filter(({ statusCode }) => statusCode !== 200);
  t.equal(refused.length, 1);
  t.equal(refused[0]?.json().code, 'DID_CONTROL_NOT_PROVEN');
  t.equal((await recordOf(registry)).keys.length, 1);
});

t.test('challenges are for those who make keys, and are kept as hashes', async (t) => {
  const registry = await buildNorthmoor(t);
  const ask = (headers: Record<string, string>) =>
    registry.change('/v1/key-challenges', { odsCode: 'ZZA01' }, { headers, key: null });
  t.equal((await ask(person(registry, 'maker'))).statusCode, 403);
  const answer = await ask(registry.bearer({ scopes: ['keys:admin'] }));
  t.equal(answer.statusCode, 201);
  t.match(answer.json(), {
    challenge: /^[\w-]{43}$/,
    audience: CELL_DID,
    issuer: ASHMERE_DID,
    expiresAt: '2026-11-23T16:00:00Z',
  });
  const rows = await registry.query('select challenge_hash from trust_registry.key_challenges');
  t.notMatch(JSON.stringify(rows), answer.json().challenge);
  t.equal(rows.length, 1);
});

t.test('a pinned key stands in the record with thumbprint, purpose and period', async (t) => {
  const registry = await buildNorthmoor(t);
  registry.clock.now = NOW + 700;
  const { publicKeyMultibase } = await pinned(registry, { validUntil: '2027-11-22T16:00:00Z' });
  t.same((await recordOf(registry)).keys, [
    {
      thumbprint: thumbprint(publicKeyMultibase),
      publicKeyMultibase,
      verificationMethod: `${ASHMERE_DID}#${publicKeyMultibase}`,
      purpose: 'assertion',
      validFrom: '2026-11-22T16:00:00Z',
      validUntil: '2027-11-22T16:00:00Z',
      state: 'active',
    },
  ]);
});

t.test('the key of the ICS of the cell stands under the DID of the cell', async (t) => {
  const registry = await build(t);
  await make(registry, { operation: 'invite-organisation', ...ICS });
  const { publicKeyMultibase } = await pinned(registry, { odsCode: 'QZN', issuer: CELL_DID });
  const [key] = (await recordOf(registry, 'QZN')).keys;
  t.equal(key.verificationMethod, `${CELL_DID}#${publicKeyMultibase}`);
});

t.test('a key is pinned for each purpose once', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = await pinned(registry);
  const again = await propose(registry, [await pinOperation(registry, { key })]);
  t.same(refusal(again), { status: 409, code: 'CONFLICT', pointers: ['/operations/0/purpose'] });
  await pinned(registry, { key, purpose: 'receipt' });
  t.equal((await recordOf(registry)).keys.length, 2);
});

t.test('a key of one trust is refused for another', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = await pinned(registry);
  const other = await pinOperation(registry, { key, odsCode: 'ZZB02', purpose: 'status' });
  t.equal(refusal(await propose(registry, [other])).code, 'CONFLICT');
  t.ok(await pinned(registry, { odsCode: 'ZZB02', purpose: 'status' }));
});

t.test('a key that cannot be a safe Ed25519 key is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const good = await pinOperation(registry);
  // thirty-two zero bytes: a point of small order, under which anybody can sign
  const publicKeyMultibase = 'z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP';
  const refused = await propose(registry, [{ ...good, publicKeyMultibase }]);
  t.equal(refused.json().code, 'INVALID_VERIFICATION_METHOD');
  t.equal((await propose(registry, [good])).statusCode, 201);
});

t.test('an end before the start is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const operation = await pinOperation(registry, { validUntil: '2026-11-22T15:59:59Z' });
  t.same(refusal(await propose(registry, [operation])), {
    status: 422,
    code: 'CLAIMS_INVALID',
    pointers: ['/operations/0/validUntil'],
  });
});

t.test('a retired key ends now, keeps an earlier end, and is not pinned again', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = await pinned(registry);
  await pinned(registry, { key, purpose: 'status', validUntil: '2026-11-22T18:00:00Z' });
  registry.clock.now = NOW + DAY;
  const retire = {
    operation: 'retire-key',
    odsCode: 'ZZA01',
    thumbprint: thumbprint(key.publicKeyMultibase),
  };
  await make(registry, retire);
  t.match((await recordOf(registry)).keys, [
    { purpose: 'assertion', state: 'retired', validUntil: '2026-11-23T16:00:00Z' },
    { purpose: 'status', state: 'retired', validUntil: '2026-11-22T18:00:00Z' },
  ]);
  t.equal(refusal(await propose(registry, [retire])).code, 'CONFLICT');
  const again = await pinOperation(registry, { key, purpose: 'receipt' });
  t.equal(refusal(await propose(registry, [again])).code, 'CONFLICT');
});

t.test('a key is retired only by its own organisation', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pinned(registry);
  const retire = { operation: 'retire-key', thumbprint: thumbprint(publicKeyMultibase) };
  const refused = await propose(registry, [{ ...retire, odsCode: 'ZZB02' }]);
  t.same(refusal(refused).pointers, ['/operations/0/thumbprint']);
  t.equal((await propose(registry, [{ ...retire, odsCode: 'ZZA01' }])).statusCode, 201);
});

t.test('a closed organisation gets no key', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.status('ZZA01', 'closed');
  const refused = await propose(registry, [await pinOperation(registry)]);
  t.equal(refusal(refused).code, 'CONFLICT');
});

t.test('of ten pins of one key at once, one is made', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = generateEd25519Key();
  const ids: string[] = [];
  for (let index = 0; index < 10; index += 1) {
    const odsCode = index % 2 === 0 ? 'ZZA01' : 'ZZB02';
    ids.push(await proposed(registry, [await pinOperation(registry, { key, odsCode })]));
  }
  const answers = await Promise.all(ids.map((id) => approve(registry, id)));
  t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
  t.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 9);
  t.equal((await registry.query('select from trust_registry.key_purposes')).length, 1);
  const events = await auditEvents(registry);
  t.equal(events.filter(({ action }) => action === 'key.pinned').length, 1);
});

t.test('a key does not count from before its approval', async (t) => {
  const registry = await buildNorthmoor(t);
  const soon = await pinOperation(registry, { validFrom: '2026-11-23T16:00:00Z' });
  const id = await proposed(registry, [soon]);
  for (const validFrom of ['2020-01-01T00:00:00Z', '2026-11-22T15:58:59Z']) {
    t.same(
      refusal(await propose(registry, [await pinOperation(registry, { validFrom })])),
      { status: 422, code: 'CLAIMS_INVALID', pointers: ['/operations/0/validFrom'] },
      validFrom,
    );
  }
  const late = await proposed(registry, [soon]);
  t.equal((await approve(registry, id)).statusCode, 200);
  registry.clock.now = NOW + 2 * DAY;
  t.equal(refusal(await approve(registry, late)).code, 'CLAIMS_INVALID', 'nor while it waited');
});
