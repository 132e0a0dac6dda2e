import t from 'tap';
import { RULES } from '#vc/vcdm-rules';
import { MORE_CASES } from '../../libs/vc/test/rule-cases-more.ts';
import { TOP_LEVEL_CASES } from '../../libs/vc/test/rule-cases.ts';
import { inPairs, readRows, runTests } from './conformance-rows.ts';

/*
 * The page says of each demand where it stands, what is answered, and which test shows it: a link without a place in
 * its specification, or a test that does not run or does not pass, is found here.
 */
const rows = readRows();
t.setTimeout(1_200_000);

t.test('each row of the page of conformance has an anchor of its own', async (t) => {
  t.ok(rows.length >= 150, 'the page was read');
  const ids = rows.map(({ id }) => id);
  t.same(
    ids.filter((id, at) => ids.indexOf(id) < at),
    [],
  );
});

t.test('each rule of the data model stands on the page, under its own clause', async (t) => {
  const cases = [...TOP_LEVEL_CASES, ...MORE_CASES];
  for (const { id, clause } of RULES) {
    const name = cases.find(({ rule }) => rule === id)?.name;
    const row = rows.find(({ test }) => test === name);
    t.equal(row?.clause, clause, id);
  }
});

t.test('the test of each row runs and passes', async (t) => {
  const files = [...new Set(rows.map(({ file }) => file))];
  const runs = await inPairs(files, (file) => runTests(file));
  for (const { id, test, file } of rows) {
    t.equal(runs[files.indexOf(file)]?.passed.get(test), true, `${id}: ${test}`);
  }
});
