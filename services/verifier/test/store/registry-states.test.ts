import t from 'tap';
import type { RegistryState } from '../../src/domain/ports.ts';
import { createTestStores } from '../helper.ts';
import { createTrust, NOON } from '../trust.ts';

const CELL = 'did:web:passport.northmoor.example';

function stateOf(epoch: number, confirmedAt = NOON, codes = ['ZZA01']): RegistryState {
  const records = codes.map((code) => createTrust(code).record);
  return {
    cell: CELL,
    epoch,
    confirmedAt,
    expiresAt: confirmedAt + 3_600_000,
    records: new Map(records.map((record) => [record.organisation.did, record])),
  };
}

t.test('A state is read back as it was kept', async (t) => {
  const { states } = await createTestStores(t);
  t.same(await states.load(), []);
  const state = stateOf(3, NOON, ['ZZA01', 'ZZB02']);
  t.same(await states.advance(state, true), state);
  t.same(await states.load(), [state]);
});

t.test('The epoch never falls, and who comes with an older one is told the newer', async (t) => {
  const { states } = await createTestStores(t);
  const newer = stateOf(3, NOON, ['ZZA01', 'ZZB02']);
  await states.advance(newer, true);
  for (const hasNewRecords of [true, false]) {
    t.same(await states.advance(stateOf(2, NOON + 60_000), hasNewRecords), newer);
  }
  t.same(await states.load(), [newer]);
});

t.test('At one epoch the time of confirmation never falls', async (t) => {
  const { states } = await createTestStores(t);
  const state = stateOf(3);
  await states.advance(state, true);
  const later = { ...state, confirmedAt: NOON + 5_000, expiresAt: NOON + 10_000 };
  t.same(await states.advance(later, false), later);
  for (const hasNewRecords of [true, false]) {
    t.same(await states.advance(state, hasNewRecords), later);
  }
  t.same(await states.load(), [later]);
});

t.test('A confirmation of a state that is not kept any more keeps it', async (t) => {
  const { states, admin } = await createTestStores(t);
  const state = stateOf(3);
  await states.advance(state, true);
  await admin.query('delete from verifier.registry_states');
  await states.advance(state, false);
  t.same(await states.load(), [state]);
});

t.test('Of many replicas at once the highest epoch stays', async (t) => {
  const { states } = await createTestStores(t);
  const epochs = Array.from({ length: 20 }, (_, at) => 1 + ((at * 7) % 20));
  const answers = await Promise.all(epochs.map((epoch) => states.advance(stateOf(epoch), true)));
  t.ok(answers.every(({ epoch }, at) => epoch >= (epochs[at] ?? 0)));
  t.equal((await states.load())[0]?.epoch, 20);
});
