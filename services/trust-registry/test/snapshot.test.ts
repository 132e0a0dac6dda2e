import { decodeProtectedHeader } from 'jose';
import t from 'tap';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RegistryRecordSchema, type RegistryRecord } from '#api/trust-registry';
import { verifyStatement } from '#trust/statement';
import { build, buildNorthmoor, CELL_DID, newKey, NOW, type TestRegistry } from './helper.ts';

const isRecord = new Ajv2020({ strict: false }).compile<RegistryRecord>(RegistryRecordSchema);

async function read(registry: TestRegistry, url: string) {
  const answer = await registry.get(url);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const kind = url.includes('changes') ? 'changes' : 'snapshot';
  const now = registry.clock.now + 500;
  const statement = await verifyStatement(answer.body, { cell: registry.cell, kind, now });
  const records = statement.records.map((record) => {
    if (isRecord(record)) return record;
    throw new Error(JSON.stringify(isRecord.errors));
  });
  return { ...statement, records, text: answer.body, headers: answer.headers };
}

const codesOf = ({ records }: { records: RegistryRecord[] }) =>
  records.map(({ organisation }) => organisation.odsCode);

t.test('a snapshot is every record, signed with the registry’s key, and dated', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.key('ZZA01', newKey());
  await registry.seed.accreditation('ZZA01');
  await registry.seed.leadEmployment('ZZA01', 'ZZB02');
  const snapshot = await read(registry, '/v1/snapshot');
  t.equal(snapshot.headers['content-type'], 'application/jwt');
  t.equal(snapshot.headers['cache-control'], 'no-store');
  t.match(snapshot, { issuer: CELL_DID, epoch: 6, since: 0, issuedAt: NOW });
  t.equal(snapshot.expiresAt, NOW + 3_600_000);
  t.same(codesOf(snapshot), ['QZN', 'ZZA01', 'ZZB02']);
  const { asOf: _, ...published } = (await registry.get('/v1/organisations/ZZA01')).json();
  t.same(snapshot.records[1], published, 'as the record itself is published');
  t.equal(snapshot.records[2]?.leadEmployments.length, 1, 'the host has the relation too');
  const { kid } = decodeProtectedHeader(snapshot.text);
  t.equal(kid, `${CELL_DID}#${registry.cell.registryKeys[0]?.publicKeyMultibase}`);
});

t.test('a registry without a record says so, signed', async (t) => {
  const snapshot = await read(await build(t), '/v1/snapshot');
  t.match(snapshot, { epoch: 0, records: [] });
});

t.test('the feed has what changed after an epoch, each record as it is now', async (t) => {
  const registry = await buildNorthmoor(t);
  const { epoch } = await read(registry, '/v1/snapshot');
  t.same(await read(registry, `/v1/snapshot/changes?since=${epoch}`).then(codesOf), []);
  await registry.seed.accreditation('ZZB02');
  await registry.seed.status('ZZB02', 'suspended');
  const feed = await read(registry, `/v1/snapshot/changes?since=${epoch}`);
  t.match(feed, { since: epoch, epoch: epoch + 2 });
  t.same(codesOf(feed), ['ZZB02']);
  t.equal(feed.records[0]?.organisation.status, 'suspended');
  t.equal(feed.records[0]?.accreditations.length, 1);
  const all = await read(registry, '/v1/snapshot/changes?since=0');
  t.same(all.records, (await read(registry, '/v1/snapshot')).records);
});

t.test('a reader that knows a later epoch than the registry is told so: 409', async (t) => {
  const registry = await buildNorthmoor(t);
  const { epoch } = await read(registry, '/v1/snapshot');
  t.equal((await registry.get(`/v1/snapshot/changes?since=${epoch}`)).statusCode, 200);
  const ahead = await registry.get(`/v1/snapshot/changes?since=${epoch + 1}`);
  t.equal(ahead.statusCode, 409);
  t.equal(ahead.json().code, 'CONFLICT');
  for (const since of ['-1', 'x', '', '1.5']) {
    const refused = await registry.get(`/v1/snapshot/changes?since=${since}`);
    t.equal(refused.json().code, 'INVALID_REQUEST', since);
  }
  t.equal((await registry.get('/v1/snapshot/changes')).json().code, 'INVALID_REQUEST');
});

t.test('what did not change is signed once a second, however many ask', async (t) => {
  const registry = await buildNorthmoor(t);
  const asked = Array.from({ length: 20 }, () => registry.get('/v1/snapshot'));
  const texts = new Set((await Promise.all(asked)).map(({ body }) => body));
  t.equal(texts.size, 1);
  registry.clock.now += 999;
  t.ok(texts.has((await registry.get('/v1/snapshot')).body));
  registry.clock.now += 1;
  const later = await read(registry, '/v1/snapshot');
  t.notOk(texts.has(later.text));
  t.equal(later.issuedAt, NOW + 1_000);
});

t.test(
  'R7: a snapshot that was altered, or signed with a key that the anchor does not list, is refused',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const { body } = await registry.get('/v1/snapshot');
    const options = { kind: 'snapshot', now: NOW } as const;
    t.ok(await verifyStatement(body, { ...options, cell: registry.cell }));
    const refused = { code: 'REGISTRY_STATEMENT_INVALID' };
    const [header, claims = '', signature] = body.split('.');
    const json = Buffer.from(claims, 'base64url').toString();
    const altered = Buffer.from(json.replace('registered', 'suspended')).toString('base64url');
    t.not(altered, claims);
    const tampered = [header, altered, signature].join('.');
    await t.rejects(verifyStatement(tampered, { ...options, cell: registry.cell }), refused);
    const truncated = body.slice(0, -10);
    await t.rejects(verifyStatement(truncated, { ...options, cell: registry.cell }), refused);
    const other = await buildNorthmoor(t);
    await t.rejects(verifyStatement(body, { ...options, cell: other.cell }), refused);
  },
);

t.test(
  'R8: a compromised key is in the snapshot and the feed that are read next, and gone from the DID document',
  async (t) => {
    const registry = await buildNorthmoor(t);
    const publicKeyMultibase = newKey();
    const thumbprint = await registry.seed.key('ZZA01', publicKeyMultibase);
    const stateOf = ({ records }: { records: RegistryRecord[] }) =>
      records.flatMap(({ keys }) => keys).find((key) => key.thumbprint === thumbprint)?.state;
    const document = async () => (await registry.get('/trusts/ZZA01/did.json')).body;
    const before = await read(registry, '/v1/snapshot');
    const feedUrl = `/v1/snapshot/changes?since=${before.epoch - 1}`;
    t.equal(stateOf(before), 'active');
    t.equal(stateOf(await read(registry, feedUrl)), 'active');
    t.match(await document(), publicKeyMultibase);
    await registry.seed.keyState('ZZA01', thumbprint, 'compromised');
    // within the same second: what is kept must not be given out
    const after = await read(registry, '/v1/snapshot');
    t.equal(stateOf(after), 'compromised');
    t.equal(after.epoch, before.epoch + 1);
    t.equal(stateOf(await read(registry, feedUrl)), 'compromised');
    t.notMatch(await document(), publicKeyMultibase);
  },
);
