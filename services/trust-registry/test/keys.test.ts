import t from 'tap';
import { thumbprint } from '#did/keys';
import { ASHMERE_DID, buildNorthmoor, DAY, newKey, NOW, type TestRegistry } from './helper.ts';

const KEYS = '/v1/organisations/ZZA01/keys';

async function pin(registry: TestRegistry, publicKeyMultibase = newKey()) {
  const answer = await registry.change(KEYS, { publicKeyMultibase, purpose: 'assertion' });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const url = `${KEYS}/${thumbprint(publicKeyMultibase)}/state`;
  return { publicKeyMultibase, mark: (state: string) => registry.change(url, { state }) };
}

async function record(registry: TestRegistry) {
  return (await registry.get('/v1/organisations/ZZA01')).json();
}

async function didDocument(registry: TestRegistry) {
  return (await registry.get('/trusts/ZZA01/did.json')).json();
}

t.test('a pinned key stands in the record with thumbprint, purpose and period', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  registry.clock.now = NOW + 700;
  const pinned = await registry.change(KEYS, {
    publicKeyMultibase,
    purpose: 'assertion',
    validUntil: '2027-11-22T16:00:00Z',
  });
  t.equal(pinned.statusCode, 201);
  const expected = {
    thumbprint: thumbprint(publicKeyMultibase),
    publicKeyMultibase,
    verificationMethod: `${ASHMERE_DID}#${publicKeyMultibase}`,
    purpose: 'assertion',
    validFrom: '2026-11-22T16:00:00Z',
    validUntil: '2027-11-22T16:00:00Z',
    state: 'active',
  };
  t.same(pinned.json(), expected);
  t.same((await record(registry)).keys, [expected]);
});

t.test('the same key for the same purpose is refused, for another purpose it is not', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pin(registry);
  const again = await registry.change(KEYS, { publicKeyMultibase, purpose: 'assertion' });
  t.equal(again.statusCode, 409);
  const other = await registry.change(KEYS, { publicKeyMultibase, purpose: 'receipt' });
  t.equal(other.statusCode, 201);
  t.equal((await didDocument(registry)).verificationMethod.length, 1, 'listed once');
});

t.test('a key of one trust is refused for another', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pin(registry);
  const url = '/v1/organisations/ZZB02/keys';
  const refused = await registry.change(url, { publicKeyMultibase, purpose: 'status' });
  t.equal(refused.statusCode, 409);
  t.equal(
    (await registry.change(url, { publicKeyMultibase: newKey(), purpose: 'status' })).statusCode,
    201,
  );
});

t.test('of fifty pins of one key at once, one is made', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  const urls = ['/v1/organisations/ZZA01/keys', '/v1/organisations/ZZB02/keys'];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      registry.change(urls[index % 2] ?? KEYS, { publicKeyMultibase, purpose: 'assertion' }),
    ),
  );
  t.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 1);
  t.equal(answers.filter(({ statusCode }) => statusCode === 409).length, 49);
  t.equal((await registry.query('select from trust_registry.key_purposes')).length, 1);
  const rows = await registry.query(
    `select from trust_registry.audit where event like '%key.pinned%'`,
  );
  t.equal(rows.length, 1);
});

t.test('a key that cannot be a safe Ed25519 key is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  t.ok(await pin(registry));
  // thirty-two zero bytes: a point of small order, under which anybody can sign
  const smallOrder = 'z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP';
  const refused = await registry.change(KEYS, {
    publicKeyMultibase: smallOrder,
    purpose: 'status',
  });
  t.equal(refused.json().code, 'INVALID_VERIFICATION_METHOD');
  for (const publicKeyMultibase of ['z6Mk', 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme']) {
    const other = await registry.change(KEYS, { publicKeyMultibase, purpose: 'status' });
    t.equal(other.json().code, 'INVALID_REQUEST');
  }
});

t.test('an end before the start is refused', async (t) => {
  const registry = await buildNorthmoor(t);
  const refused = await registry.change(KEYS, {
    publicKeyMultibase: newKey(),
    purpose: 'assertion',
    validUntil: '2026-11-22T15:59:59Z',
  });
  t.equal(refused.statusCode, 422);
  t.match(refused.json(), { code: 'CLAIMS_INVALID', errors: [{ pointer: '/validUntil' }] });
});

t.test('a retired key ends now and stays in the DID document', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase, mark } = await pin(registry);
  registry.clock.now = NOW + DAY;
  const retired = await mark('retired');
  t.equal(retired.statusCode, 200);
  t.match(retired.json().items, [{ state: 'retired', validUntil: '2026-11-23T16:00:00Z' }]);
  t.match((await record(registry)).keys, [
    { state: 'retired', validUntil: '2026-11-23T16:00:00Z' },
  ]);
  const { assertionMethod } = await didDocument(registry);
  t.same(assertionMethod, [`${ASHMERE_DID}#${publicKeyMultibase}`]);
});

t.test('a retired key keeps an end that came earlier', async (t) => {
  const registry = await buildNorthmoor(t);
  const publicKeyMultibase = newKey();
  const validUntil = '2026-11-22T18:00:00Z';
  await registry.change(KEYS, { publicKeyMultibase, purpose: 'assertion', validUntil });
  registry.clock.now = NOW + DAY;
  await registry.change(`${KEYS}/${thumbprint(publicKeyMultibase)}/state`, { state: 'retired' });
  t.equal((await record(registry)).keys[0].validUntil, validUntil);
});

t.test(
  'a compromised key is marked in the record and gone from the DID document at once',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const good = await pin(registry);
    const stolen = await pin(registry);
    t.equal((await didDocument(registry)).verificationMethod.length, 2);
    const etag = (await registry.get('/trusts/ZZA01/did.json')).headers['etag'];
    t.equal((await stolen.mark('compromised')).statusCode, 200);
    const states = (await record(registry)).keys.map(
      (key: { publicKeyMultibase: string; state: string }) => [key.publicKeyMultibase, key.state],
    );
    t.same(new Map(states).get(stolen.publicKeyMultibase), 'compromised');
    const fresh = await registry.get('/trusts/ZZA01/did.json', { 'if-none-match': String(etag) });
    t.equal(fresh.statusCode, 200);
    t.same(fresh.json().assertionMethod, [`${ASHMERE_DID}#${good.publicKeyMultibase}`]);
    t.notMatch(fresh.body, stolen.publicKeyMultibase);
  },
);

t.test(
  'a compromise counts for every purpose of the key, is final, and the key is never pinned again',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const { publicKeyMultibase, mark } = await pin(registry);
    await registry.change(KEYS, { publicKeyMultibase, purpose: 'receipt' });
    t.equal((await mark('compromised')).json().items.length, 2);
    t.ok(
      (await record(registry)).keys.every(
        ({ state }: { state: string }) => state === 'compromised',
      ),
    );
    t.equal((await mark('retired')).statusCode, 409);
    t.equal((await mark('compromised')).statusCode, 409);
    const again = await registry.change(KEYS, { publicKeyMultibase, purpose: 'status' });
    t.equal(again.statusCode, 409);
  },
);

t.test('a retired key can still turn out to be compromised', async (t) => {
  const registry = await buildNorthmoor(t);
  const { mark } = await pin(registry);
  t.equal((await mark('retired')).statusCode, 200);
  t.equal((await mark('retired')).statusCode, 409);
  t.equal((await mark('compromised')).statusCode, 200);
  t.same((await didDocument(registry)).assertionMethod, []);
});

t.test('a key is found only under its own organisation', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pin(registry);
  const path = `keys/${thumbprint(publicKeyMultibase)}/state`;
  const other = await registry.change(`/v1/organisations/ZZB02/${path}`, { state: 'compromised' });
  t.equal(other.json().code, 'NOT_FOUND');
  const own = await registry.change(`/v1/organisations/ZZA01/${path}`, { state: 'compromised' });
  t.equal(own.statusCode, 200);
});

t.test(
  'an unknown organisation gets no key, nor does a closed one; but its key can be compromised',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const { mark } = await pin(registry);
    const body = { publicKeyMultibase: newKey(), purpose: 'assertion' };
    t.equal((await registry.change('/v1/organisations/ZZZ99/keys', body)).json().code, 'NOT_FOUND');
    await registry.change('/v1/organisations/ZZA01/status', { status: 'closed', reason: 'merged' });
    t.equal((await registry.change(KEYS, body)).json().code, 'CONFLICT');
    t.equal((await mark('compromised')).statusCode, 200);
  },
);
