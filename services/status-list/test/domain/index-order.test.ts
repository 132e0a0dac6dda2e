import t from 'tap';
import { createIndexOrder } from '../../src/domain/index-order.ts';

function pair(number: number) {
  const secret = new Uint8Array(32).fill(number);
  const id = `pair-${number}`;
  return { id, revocationListId: 'r', suspensionListId: 's', size: 1_024, sliceSize: 64, secret };
}

t.test('the slices of a pair part its indexes, and each index knows its slice', async (t) => {
  const order = createIndexOrder();
  const slices = Array.from({ length: 16 }, (_, slice) => order.indexesOf(pair(1), slice));
  t.ok(slices.every((indexes) => indexes.length === 64));
  t.equal(new Set(slices.flat()).size, 1_024);
  for (const [slice, indexes] of slices.entries()) {
    t.ok(indexes.every((index) => order.sliceOf(pair(1), index) === slice));
  }
  for (const index of [1_024, -1, 1.5]) t.equal(order.sliceOf(pair(1), index), undefined);
});

t.test('pairs that were forgotten are ordered as before', async (t) => {
  const order = createIndexOrder({ kept: 2 });
  const before = order.indexesOf(pair(1), 3);
  for (const number of [2, 3, 4]) t.notSame(order.indexesOf(pair(number), 3), before);
  t.same(order.indexesOf(pair(1), 3), before);
});
