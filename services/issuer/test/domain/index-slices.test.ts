import t from 'tap';
import { VcError } from '#vc/error';
import { createIndexSlices } from '../../src/domain/index-slices.ts';

function fakeLists(size: number) {
  const state = { leases: 0, fail: false };
  return {
    state,
    async lease(odsCode: string) {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.fail) throw new VcError('SERVICE_UNAVAILABLE', 'down');
      const start = state.leases * size;
      state.leases += 1;
      const lists = { revocationList: `${odsCode}/r`, suspensionList: `${odsCode}/s` };
      const indexes = Array.from({ length: size }, (_, offset) => start + offset);
      return { listPairId: odsCode, ...lists, indexes };
    },
  };
}

t.test('many takers at once share leases and never an index', async (test) => {
  const lists = fakeLists(16);
  const slices = createIndexSlices(lists);
  const taken = await Promise.all(Array.from({ length: 500 }, () => slices.take('ZZA01')));
  test.equal(new Set(taken.map(({ index }) => index)).size, 500);
  test.ok(lists.state.leases <= Math.ceil(500 / 16) + 1, `${lists.state.leases} leases`);
});

t.test('each trust has slices of its own', async (test) => {
  const slices = createIndexSlices(fakeLists(16));
  test.equal((await slices.take('ZZA01')).revocationList, 'ZZA01/r');
  test.equal((await slices.take('ZZB02')).revocationList, 'ZZB02/r');
});

t.test('the next slice is there before the last one ends', async (test) => {
  const lists = fakeLists(8);
  const slices = createIndexSlices(lists);
  for (let count = 0; count < 6; count += 1) await slices.take('ZZA01');
  await new Promise((resolve) => setTimeout(resolve, 5));
  test.equal(lists.state.leases, 2);
  lists.state.fail = true;
  for (let count = 0; count < 10; count += 1) await slices.take('ZZA01');
  await test.rejects(slices.take('ZZA01'), { code: 'SERVICE_UNAVAILABLE' });
  lists.state.fail = false;
  test.equal((await slices.take('ZZA01')).index, 16);
});

t.test('an empty lease is refused, not asked for without end', async (test) => {
  const slices = createIndexSlices(fakeLists(0));
  await test.rejects(slices.take('ZZA01'), { code: 'SERVICE_UNAVAILABLE' });
});
