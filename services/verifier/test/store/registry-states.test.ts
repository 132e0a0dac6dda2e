import t from 'tap';
import type { AdvanceOptions, RegistryState } from '../../src/domain/ports.ts';
import { createTestStores } from '../helper.ts';
import { createTrust, NOON } from '../trust.ts';

const CELL = 'did:web:passport.northmoor.example';

const NEW: AdvanceOptions = { hasNewRecords: true, latest: NOON + 3_600_000 };
const SAME: AdvanceOptions = { ...NEW, hasNewRecords: false };

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
  t.same(await states.advance(state, NEW), state);
  t.same(await states.load(), [state]);
});

t.test('The epoch never falls, and who comes with an older one is told the newer', async (t) => {
  const { states } = await createTestStores(t);
  const newer = stateOf(3, NOON, ['ZZA01', 'ZZB02']);
  await states.advance(newer, NEW);
  for (const options of [NEW, SAME]) {
    t.same(await states.advance(stateOf(2, NOON + 60_000), options), newer);
  }
  t.same(await states.load(), [newer]);
});

t.test('At one epoch the time of confirmation never falls', async (t) => {
  const { states } = await createTestStores(t);
  const state = stateOf(3);
  await states.advance(state, NEW);
  const later = { ...state, confirmedAt: NOON + 5_000, expiresAt: NOON + 10_000 };
  t.same(await states.advance(later, SAME), later);
  for (const options of [NEW, SAME]) {
    t.same(await states.advance(state, options), later);
  }
  t.same(await states.load(), [later]);
});

t.test('A confirmation from a time that has not come gives way to one from now', async (t) => {
  const { states } = await createTestStores(t);
  const state = stateOf(3);
  const ahead = { ...state, confirmedAt: NOON + 90 * 86_400_000 };
  for (const hasNewRecords of [true, false]) {
    const options = { hasNewRecords, latest: NOON + 60_000 };
    await states.advance(ahead, NEW);
    t.same(await states.advance(state, options), state);
    t.same(await states.load(), [state]);
    const skewed = { ...state, confirmedAt: NOON + 60_000 };
    await states.advance(skewed, NEW);
    t.same(await states.advance(state, options), skewed, 'clocks may differ by a minute');
  }
});

t.test('A confirmation of a state that is not kept any more keeps it', async (t) => {
  const { states, admin } = await createTestStores(t);
  const state = stateOf(3);
  await states.advance(state, NEW);
  await admin.query('delete from verifier.registry_states');
  await states.advance(state, SAME);
  t.same(await states.load(), [state]);
});

t.test('Of many replicas at once the highest epoch stays', async (t) => {
  const { states } = await createTestStores(t);
  const epochs = Array.from({ length: 20 }, (_, at) => 1 + ((at * 7) % 20));
  const answers = await Promise.all(epochs.map((epoch) => states.advance(stateOf(epoch), NEW)));
  t.ok(answers.every(({ epoch }, at) => epoch >= (epochs[at] ?? 0)));
  t.equal((await states.load())[0]?.epoch, 20);
});
