import t from 'tap';
import { undescribedOperations } from '#kit/testing';
import { build } from './helper.ts';
import { buildWithPeople } from './people-helper.ts';

t.test('every operation has a summary and a section on the API page', async (t) => {
  const { app } = await build(t);
  t.same(await undescribedOperations(app), []);
  t.same(
    await undescribedOperations((await buildWithPeople(t)).app),
    [],
    'where people sign in, too',
  );
});
