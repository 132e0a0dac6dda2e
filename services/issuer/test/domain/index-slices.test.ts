import t from 'tap';
import { VcError } from '#vc/error';
import { createIndexSlices } from '../../src/domain/index-slices.ts';
import type { TwoBitForm } from '../../src/domain/ports.ts';

function fakeLists(size: number) {
  const state = {
    leases: 0,
    fail: false,
    forms: [] as string[],
    pair: '1',
    /** awaited before a lease with two-bit lists is answered */
    publish: async () => {},
  };
  return {
    state,
    async lease(odsCode: string, forms: readonly TwoBitForm[] = []) {
      await new Promise((resolve) => setImmediate(resolve));
      if (state.fail) throw new VcError('SERVICE_UNAVAILABLE', 'down');
      if (forms.length > 0) await state.publish();
      const start = state.leases * size;
      state.leases += 1;
      state.forms.push(forms.join(' '));
      const lists = { revocationList: `${odsCode}/r`, suspensionList: `${odsCode}/s` };
      const indexes = Array.from({ length: size }, (_, offset) => start + offset);
      const twoBit = {
        ...(forms.includes('message') && { messageList: `${odsCode}/m${state.pair}` }),
        ...(forms.includes('token') && { tokenList: `${odsCode}/t${state.pair}` }),
      };
      return { listPairId: `${odsCode} ${state.pair}`, ...lists, ...twoBit, indexes };
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

t.test('two-bit lists are asked for when they are first needed, and from then on', async (test) => {
  const lists = fakeLists(4);
  const slices = createIndexSlices(lists);
  test.equal((await slices.take('ZZA01')).messageList, undefined);
  const named = await slices.take('ZZA01', ['message']);
  test.match(named, { messageList: 'ZZA01/m1', index: 1 });
  test.equal(named.tokenList, undefined);
  test.same(lists.state.forms, ['', 'message']);
  for (let count = 0; count < 8; count += 1) await slices.take('ZZA01', ['token', 'message']);
  test.equal(lists.state.forms.at(-1), 'message token');
  await slices.take('ZZB02');
  test.equal(lists.state.forms.at(-1), '', 'no affair of another trust');
});

t.test('a slice of a pair without the list goes on to serve who needs none', async (test) => {
  const lists = fakeLists(4);
  const slices = createIndexSlices(lists);
  await slices.take('ZZA01');
  lists.state.pair = '2';
  test.match(await slices.take('ZZA01', ['token']), { index: 4, tokenList: 'ZZA01/t2' });
  test.match(await slices.take('ZZA01'), { index: 1, listPairId: 'ZZA01 1' });
});

t.test('many who need different lists at once never share an index', async (test) => {
  const lists = fakeLists(16);
  const slices = createIndexSlices(lists);
  const needs: TwoBitForm[][] = [[], ['message'], ['token'], ['token', 'message']];
  const taken = await Promise.all(
    Array.from({ length: 400 }, (_, n) => slices.take('ZZA01', needs[n % 4])),
  );
  test.equal(new Set(taken.map(({ index }) => index)).size, 400);
  test.ok(taken.every(({ messageList }, n) => n % 2 === 0 || messageList !== undefined));
  test.ok(taken.every(({ tokenList }, n) => n % 4 < 2 || tokenList !== undefined));
});

t.test('a lease that lacks a list it was asked for is refused', async (test) => {
  const lists = fakeLists(4);
  const slices = createIndexSlices({ lease: (odsCode) => lists.lease(odsCode) });
  test.match(await slices.take('ZZA01'), { index: 0 });
  await test.rejects(slices.take('ZZA01', ['message']), { code: 'SERVICE_UNAVAILABLE' });
});

t.test('a two-bit list that cannot be had stops only who names it', async (test) => {
  const lists = fakeLists(4);
  const slices = createIndexSlices(lists);
  test.match(await slices.take('ZZA01', ['message']), { messageList: 'ZZA01/m1' });
  lists.state.pair = '2';
  const outages = [
    () => Promise.reject(new VcError('SERVICE_UNAVAILABLE', 'not published')),
    // hangs: nobody but who needs the list waits for it
    () => new Promise<void>(() => {}),
  ];
  for (const publish of outages) {
    lists.state.publish = publish;
    const taken = [];
    for (let count = 0; count < 12; count += 1) taken.push(await slices.take('ZZA01'));
    test.equal(new Set(taken.map(({ index }) => index)).size, 12);
    lists.state.publish = () => Promise.reject(new VcError('SERVICE_UNAVAILABLE', 'down'));
    await test.rejects(slices.take('ZZA01', ['token']), { code: 'SERVICE_UNAVAILABLE' });
    test.ok(await slices.take('ZZA01'), 'also after somebody asked in vain');
  }
});

t.test('a slice learns the lists of its pair from the slices before it', async (test) => {
  const lists = fakeLists(4);
  const slices = createIndexSlices(lists);
  await slices.take('ZZA01', ['message']);
  lists.state.publish = () => Promise.reject(new VcError('SERVICE_UNAVAILABLE', 'not published'));
  for (let count = 0; count < 4; count += 1) await slices.take('ZZA01');
  test.match(await slices.take('ZZA01', ['message']), { messageList: 'ZZA01/m1' });
});
