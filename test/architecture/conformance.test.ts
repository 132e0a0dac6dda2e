import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { RULES } from '#vc/vcdm-rules';
import { MORE_CASES } from '../../libs/vc/test/rule-cases-more.ts';
import { TOP_LEVEL_CASES } from '../../libs/vc/test/rule-cases.ts';

/*
 * The page says of each demand where it stands, what is answered, and which test shows it: a link without a place in its
 * specification, or a test that nobody wrote, is found here.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINK = /^\[([\w-]+)\]\(https:\/\/www\.w3\.org\/TR\/[\w.-]+\/#([\w-]+)\)$/;
const rows = readFileSync(`${ROOT}docs/conformance.md`, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ['))
  .map((line) => {
    const [clause = '', demand = '', answer = '', test = '', ...rest] = line
      .slice(2, -2)
      .split(' | ');
    return { clause, demand, answer, test, rest };
  });
const tests = globSync('{services,libs,test}/**/test/**/*.ts', { cwd: ROOT })
  .map((file) => readFileSync(`${ROOT}${file}`, 'utf8').replaceAll("\\'", "'"))
  .join('\n');

t.test('each row of the page of conformance has its clause and a test that exists', async (t) => {
  t.ok(rows.length >= 50, 'the page was read');
  for (const { clause, demand, answer, test, rest } of rows) {
    const [, name, anchor] = LINK.exec(clause) ?? [];
    t.ok(anchor !== undefined && name === anchor, `a link to its clause: ${clause}`);
    t.ok(demand.length > 10 && answer.length > 0 && rest.length === 0, test);
    const isNamed = ["'", '"', '`'].some((quote) => tests.includes(quote + test + quote));
    t.ok(isNamed, `a test is called ${JSON.stringify(test)}`);
  }
});

t.test('each rule of the data model stands on the page, under its own clause', async (t) => {
  const cases = [...TOP_LEVEL_CASES, ...MORE_CASES];
  for (const { id, clause } of RULES) {
    const name = cases.find(({ rule }) => rule === id)?.name;
    const row = rows.find(({ test }) => test === name);
    t.ok(row?.clause.startsWith(`[${clause}](`), `${id} under ${clause}`);
  }
});
