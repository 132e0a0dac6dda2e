import { randomUUID } from 'node:crypto';
import t from 'tap';
import { thumbprint } from '#did/keys';
import { buildNorthmoor, type TestRegistry } from './helper.ts';
import {
  auditEvents,
  make,
  person,
  pinned,
  pinOperation,
  propose,
  recordOf,
  refusal,
} from './people.ts';

const REASON = { reason: 'found on a public file share' };
const SUSPENSION = '/v1/organisations/ZZA01/suspension';

async function compromise(registry: TestRegistry, publicKeyMultibase: string, odsCode = 'ZZA01') {
  const url = `/v1/organisations/${odsCode}/keys/${thumbprint(publicKeyMultibase)}/compromise`;
  return registry.change(url, REASON);
}

t.test('a system marks a key compromised alone, for every purpose and for ever', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = await pinned(registry);
  await pinned(registry, { key, purpose: 'receipt' });
  const { epoch } = await recordOf(registry);
  const answer = await compromise(registry, key.publicKeyMultibase);
  t.equal(answer.statusCode, 200);
  t.match(answer.json().items, [
    { purpose: 'assertion', state: 'compromised' },
    { purpose: 'receipt', state: 'compromised' },
  ]);
  const record = await recordOf(registry);
  t.ok(record.keys.every(({ state }: { state: string }) => state === 'compromised'));
  t.equal(record.epoch, epoch + 1, 'a version of its own');
  const again = await pinOperation(registry, { key, purpose: 'status' });
  t.equal(refusal(await propose(registry, [again])).code, 'CONFLICT');
  const retire = {
    operation: 'retire-key',
    odsCode: 'ZZA01',
    thumbprint: thumbprint(key.publicKeyMultibase),
  };
  t.equal(refusal(await propose(registry, [retire])).code, 'CONFLICT');
});

t.test('a compromise that is told again changes nothing more', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pinned(registry);
  const first = await compromise(registry, publicKeyMultibase);
  const { epoch } = await recordOf(registry);
  const second = await compromise(registry, publicKeyMultibase);
  t.equal(second.statusCode, 200);
  t.same(second.json(), first.json());
  t.equal((await recordOf(registry)).epoch, epoch);
  const events = await auditEvents(registry);
  t.equal(events.filter(({ action }) => action === 'key.compromised').length, 1);
});

t.test('a retired key can still turn out to be compromised, also of a closed trust', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pinned(registry);
  const retire = {
    operation: 'retire-key',
    odsCode: 'ZZA01',
    thumbprint: thumbprint(publicKeyMultibase),
  };
  await make(registry, retire);
  await registry.seed.status('ZZA01', 'closed');
  t.equal((await compromise(registry, publicKeyMultibase)).statusCode, 200);
  t.equal((await recordOf(registry)).keys[0].state, 'compromised');
});

t.test('a key is found only under its own organisation', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pinned(registry);
  t.equal((await compromise(registry, publicKeyMultibase, 'ZZB02')).json().code, 'NOT_FOUND');
  t.equal((await compromise(registry, publicKeyMultibase)).statusCode, 200);
});

t.test('a suspension is at once, and only two people lift it', async (t) => {
  const registry = await buildNorthmoor(t);
  const answer = await registry.change(SUSPENSION, REASON);
  t.equal(answer.statusCode, 200);
  t.equal(answer.json().status, 'suspended');
  t.equal((await recordOf(registry)).organisation.status, 'suspended');
  const again = await registry.change(SUSPENSION, REASON);
  t.same(again.json(), answer.json());
  const events = await auditEvents(registry);
  t.equal(events.filter(({ action }) => action === 'organisation.suspended').length, 1);
  await make(registry, {
    operation: 'change-organisation-status',
    odsCode: 'ZZA01',
    status: 'registered',
    reason: 'false alarm',
  });
  t.equal((await recordOf(registry)).organisation.status, 'registered');
});

t.test('what is not registered is not suspended', async (t) => {
  const registry = await buildNorthmoor(t);
  await registry.seed.organisation({ odsCode: 'ZZT01', name: 'Trust', status: 'invited' });
  await registry.seed.status('ZZB02', 'closed');
  for (const odsCode of ['ZZT01', 'ZZB02']) {
    const refused = await registry.change(`/v1/organisations/${odsCode}/suspension`, REASON);
    t.equal(refused.json().code, 'CONFLICT', odsCode);
  }
  const unknown = await registry.change('/v1/organisations/ZZZ99/suspension', REASON);
  t.equal(unknown.json().code, 'NOT_FOUND');
});

t.test('an emergency needs the scope, a reason and an idempotency key', async (t) => {
  const registry = await buildNorthmoor(t);
  t.equal((await registry.change(SUSPENSION, REASON, { headers: {} })).statusCode, 401);
  const proposer = person(registry, 'maker');
  const refused = await registry.change(SUSPENSION, REASON, { headers: proposer });
  t.equal(refused.json().code, 'FORBIDDEN');
  t.equal((await registry.change(SUSPENSION, {})).statusCode, 400);
  const without = await registry.change(SUSPENSION, REASON, { key: null });
  t.equal(without.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
  const administrator = person(registry, 'ada', { scopes: ['registry:admin'] });
  const done = await registry.change(SUSPENSION, REASON, { headers: administrator });
  t.equal(done.statusCode, 200);
});

t.test('the reason of an emergency is kept and not published', async (t) => {
  const registry = await buildNorthmoor(t);
  const { publicKeyMultibase } = await pinned(registry);
  await compromise(registry, publicKeyMultibase);
  const rows = await registry.query('select state_reason from trust_registry.keys');
  t.same(rows, [{ state_reason: REASON.reason }]);
  t.notMatch((await registry.get('/v1/organisations/ZZA01')).body, REASON.reason);
});

t.test('when the audit row cannot be written an emergency changes nothing', async (t) => {
  const registry = await buildNorthmoor(t);
  const key = randomUUID();
  await registry.query('alter function trust_registry.audit_append rename to audit_gone');
  t.equal((await registry.change(SUSPENSION, REASON, { key })).statusCode, 503);
  t.equal((await recordOf(registry)).organisation.status, 'registered');
  await registry.query('alter function trust_registry.audit_gone rename to audit_append');
  t.equal((await registry.change(SUSPENSION, REASON, { key })).statusCode, 200);
});
