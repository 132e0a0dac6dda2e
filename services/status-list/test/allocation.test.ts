import { randomBytes } from 'node:crypto';
import t from 'tap';
import { MINIMUM_ENTRIES } from '#status/bitstring';
import { createIndexOrder } from '../src/domain/index-order.ts';
import { ASHMERE, BRACKENDALE, build } from './helper.ts';

const SIZE = 131_072;
const BUCKETS = 64;

/** Chi-square of values in 0 to SIZE-1 against the uniform distribution, 63 degrees of freedom. */
function chiSquare(values: readonly number[]): number {
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const value of values) {
    const bucket = Math.floor((value * BUCKETS) / SIZE);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const expected = values.length / BUCKETS;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

// exceeded by chance once in more than a thousand million runs
const LIMIT = 160;

t.test('S7: indexes are uniform, unpredictable, and had at once when few are left', async (t) => {
  const order = createIndexOrder();
  const pair = { id: 'a', secret: randomBytes(32), size: SIZE, sliceSize: 64 };
  const leased = Array.from({ length: 100 }, (_, slice) => order.indexesOf(pair, slice)).flat();
  t.ok(chiSquare(leased) < LIMIT, 'uniform inside the list');
  const steps = leased.slice(1).map((index, n) => (index - (leased[n] ?? 0) + SIZE) % SIZE);
  t.ok(chiSquare(steps) < LIMIT, 'an index says nothing of the next');
  const firsts = Array.from({ length: 640 }, (_, n) => {
    const other = { ...pair, id: `b${n}`, secret: randomBytes(32) };
    return createIndexOrder({ kept: 1 }).indexesOf(other, 0)[0] ?? 0;
  });
  t.ok(chiSquare(firsts) < LIMIT, 'where a list begins depends on its secret alone');

  // over 90 % full: the slices that are left are had as the first were, without searching
  const { deps, rows } = await build(t);
  const caller = { odsCode: ASHMERE, clientId: 'issuer' };
  const first = await deps.leaseIndexes(caller);
  await rows('update list_pairs set next_slice = 1900');
  const late = [];
  for (let slice = 1_900; slice < 2_048; slice++) late.push(await deps.leaseIndexes(caller));
  const indexes = [first, ...late].flatMap((lease) => lease.indexes);
  t.equal(new Set(indexes).size, 149 * 64);
  t.equal(new Set([first, ...late].map(({ listPairId }) => listPairId)).size, 1);
  t.ok(chiSquare(indexes) < LIMIT);
  t.not((await deps.leaseIndexes(caller)).listPairId, first.listPairId, 'then a new list follows');
});

t.test('S8: a list has at least 131,072 entries, over which a small trust is spread', async (t) => {
  const { lease, rows } = await build(t);
  for (const odsCode of [ASHMERE, BRACKENDALE]) {
    const { indexes } = await lease(odsCode);
    const sixteenths = new Set(indexes.map((index) => Math.floor((index * 16) / SIZE)));
    t.ok(sixteenths.size >= 8, 'one slice reaches most of the list');
  }
  t.match(await rows('select distinct size from list_pairs'), [{ size: MINIMUM_ENTRIES }]);
  await t.rejects(rows('update list_pairs set size = 131008'), { code: '23514' });
});
