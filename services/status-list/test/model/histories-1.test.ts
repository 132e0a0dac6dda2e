import t from 'tap';
import { runModel } from './run-model.ts';

// half of the histories: the halves run side by side
t.setTimeout(900_000);

t.test('a thousand random histories keep the invariants of the status lists', async (t) => {
  t.setTimeout(900_000);
  t.ok((await runModel(t, { runs: 1_000 })) > 0);
});
