import { readFileSync } from 'node:fs';
import t from 'tap';
import { seededRandom } from '../seeded-random.ts';
import { MUTATIONS } from './conformance-mutations.ts';
import { inPairs, readRows, type Row, runTests } from './conformance-rows.ts';

const DRAWN = 10;
const root = new URL('../../', import.meta.url);
const rows = readRows();
t.setTimeout(1_200_000);

t.test('each row has its check, which can be switched off, and nothing else has', async (t) => {
  t.same(Object.keys(MUTATIONS).toSorted(), rows.map(({ id }) => id).toSorted());
  for (const [id, { file, find, replace }] of Object.entries(MUTATIONS)) {
    const parts = readFileSync(new URL(file, root), 'utf8').split(find);
    t.equal(parts.length, 2, `${id}: ${file} has the text of the check once`);
    t.not(find, replace);
  }
});

t.test('with its check switched off the test of a row fails', async (t) => {
  const drawn = draw();
  await inPairs(drawn, async ({ id, test, file }) => {
    const whole = await runTests(file, { only: test });
    t.equal(whole.passed.get(test), true, `${id}: the test passes`);
    const broken = await runTests(file, { only: test, mutation: id });
    const isNoticed = broken.passed.get(test) === false;
    t.ok(
      isNoticed,
      `${id}: it fails without its check`,
      isNoticed ? {} : { output: broken.output },
    );
  });
});

function draw(): Row[] {
  if (process.env['CONFORMANCE_ALL'] === '1') return rows;
  const random = seededRandom(process.env['CONFORMANCE_SEED']);
  t.comment(`CONFORMANCE_SEED=${random.seed}`);
  const ordered = rows.map((row) => ({ row, at: random.next() }));
  return ordered
    .toSorted((a, b) => a.at - b.at)
    .slice(0, DRAWN)
    .map(({ row }) => row);
}
