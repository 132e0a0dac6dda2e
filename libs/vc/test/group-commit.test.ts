import { setImmediate as settled } from 'node:timers/promises';
import t from 'tap';
import { createGroupCommit } from '../group-commit.ts';

/** Commits when the test says so; `groups` are the requests that were committed together. */
function build({ maxGroup = 3, maxWaiting = 10 } = {}) {
  const groups: string[] = [];
  const turns: PromiseWithResolvers<void>[] = [];
  const commit = createGroupCommit<string, string>({
    commit: async (requests, key) => {
      groups.push(`${key} ${requests.join('')}`);
      const turn = Promise.withResolvers<void>();
      turns.push(turn);
      await turn.promise;
      return requests.map((request) => request.toUpperCase());
    },
    maxGroup,
    maxWaiting,
  });
  const finish = async (number: number, error?: Error) => {
    if (error === undefined) turns[number]?.resolve();
    else turns[number]?.reject(error);
    await settled();
  };
  return { commit, groups, finish };
}

t.test('requests that arrive during a commit share the next ones, in their order', async (t) => {
  const { commit, groups, finish } = build();
  const answers = ['a', 'b', 'c', 'd', 'e'].map((one) => commit('k', one));
  t.same(groups, ['k a'], 'the first waits for nobody');
  await finish(0);
  t.same(groups, ['k a', 'k bcd']);
  await finish(1);
  await finish(2);
  t.same(groups, ['k a', 'k bcd', 'k e']);
  t.same(await Promise.all(answers), ['A', 'B', 'C', 'D', 'E']);
  const later = commit('k', 'f');
  t.equal(groups[3], 'k f', 'nothing is left of the burst');
  await finish(3);
  t.equal(await later, 'F');
});

t.test('one key does not wait for another', async (t) => {
  const { commit, groups, finish } = build();
  const answers = [commit('k', 'a'), commit('l', 'b')];
  t.same(groups, ['k a', 'l b']);
  await finish(1);
  t.equal(await answers[1], 'B');
  await finish(0);
  t.equal(await answers[0], 'A');
});

t.test('a failed commit fails those that shared it, and no other', async (t) => {
  const { commit, finish } = build({ maxGroup: 2 });
  const answers = Promise.allSettled(['a', 'b', 'c', 'd'].map((one) => commit('k', one)));
  await finish(0);
  await finish(1, new Error('lost'));
  await finish(2);
  t.same(
    (await answers).map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
  );
});

t.test('more than may wait is refused at once', async (t) => {
  const { commit, finish } = build({ maxWaiting: 1 });
  const first = commit('k', 'a');
  const second = commit('k', 'b');
  await t.rejects(commit('k', 'c'), { code: 'SERVICE_UNAVAILABLE' });
  await finish(0);
  await finish(1);
  t.same(await Promise.all([first, second]), ['A', 'B']);
});
