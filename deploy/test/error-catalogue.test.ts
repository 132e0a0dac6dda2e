import { readFileSync } from 'node:fs';
import t from 'tap';
import { PROBLEMS } from '#kit/problem';
import { errorCatalogue } from '../zoo/error-catalogue.ts';

const PAGE = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

t.test('docs/errors.md is what write-error-catalogue.ts writes now', async (t) => {
  t.equal(PAGE, errorCatalogue(), 'node deploy/zoo/write-error-catalogue.ts');
});

t.test('Every code has one entry, with what to do and its problem type', async (t) => {
  const entries = PAGE.split(/^### /m).slice(1);
  t.same(new Set(entries.map((entry) => entry.split('\n', 1)[0])), new Set(Object.keys(PROBLEMS)));
  t.equal(entries.length, Object.keys(PROBLEMS).length);
  for (const entry of entries) {
    t.match(entry, /^- status \d{3}, type <https:\/\/\S+>$/m);
    t.match(entry, /^- caused by \w+/m);
    t.match(entry, /^- what to do: [A-Z].+\.$/m);
  }
});

t.test('Every finding of a verification has an exhibit or says how to see it', async (t) => {
  const [, found = ''] = PAGE.split(/^## /m).slice(0, 2);
  const entries = found.split(/^### /m).slice(1);
  t.ok(entries.length > 40);
  for (const entry of entries) t.match(entry, /^- (?:see|to see it:) \S/m);
});
