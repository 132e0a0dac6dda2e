import t from 'tap';
import { createProcess, setUp } from './helper.ts';

for (const early of [true, false]) {
  const when = early ? 'before' : 'inside';
  t.test(
    `fifty duplicates at once cost one work and get the same bytes (answer made ${when} the transaction)`,
    async (t) => {
      const { call, counts, works, auditRows } = createProcess(t, await setUp(t));
      const answers = await Promise.all(Array.from({ length: 50 }, () => call({}, early)));
      t.equal(counts.runs, 1);
      t.equal(new Set(answers.map(({ body }) => body)).size, 1);
      t.equal(answers.filter(({ replayed }) => !replayed).length, 1);
      t.equal(await works(), 1);
      t.equal(await auditRows(), 1);
      const later = await call({}, early);
      t.strictSame(later, { ...answers[0], replayed: true });
      t.equal(counts.runs, 1);
    },
  );

  t.test(
    `processes that race commit one answer and all give it (answer made ${when} the transaction)`,
    async (t) => {
      const url = await setUp(t);
      const processes = [createProcess(t, url), createProcess(t, url), createProcess(t, url)];
      for (let round = 0; round < 10; round += 1) {
        const key = `round-${round}`;
        const answers = await Promise.all(processes.map(({ call }) => call({ key }, early)));
        t.equal(new Set(answers.map(({ body }) => body)).size, 1);
        t.equal(answers.filter(({ replayed }) => !replayed).length, 1);
      }
      t.equal(await processes[0]?.works(), 10);
      t.equal(await processes[0]?.auditRows(), 10);
    },
  );
}

t.test(
  'processes that race with one key and two bodies: one is answered, one is refused',
  async (t) => {
    const url = await setUp(t);
    const [one, two] = [createProcess(t, url), createProcess(t, url)];
    const outcomes = await Promise.allSettled([one.call(), two.call({ body: '{"a":2}' })]);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    t.equal(refused.length, 1);
    t.match(refused[0], { reason: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    t.equal(await one.works(), 1);
  },
);
