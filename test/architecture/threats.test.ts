import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/*
 * Each case that issuing, trust, status, verification and the running of them must withstand is one test whose name
 * begins with its id, so that whoever asks "what of S11?" finds the answer by its name.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CASES = [
  ...Array.from({ length: 10 }, (_, index) => `R${index + 1}`),
  ...Array.from({ length: 12 }, (_, index) => `S${index + 1}`),
  ...Array.from({ length: 26 }, (_, index) => `V${index + 1}`),
  ...Array.from({ length: 24 }, (_, index) => `C${index + 1}`),
  'I1',
  ...Array.from({ length: 12 }, (_, index) => `I${index + 4}`),
  'I17',
  'I19',
  'I20',
  'F3',
  'F4',
  'F17',
  'F18',
];
const names = globSync('{services,libs,test,deploy}/**/*.test.ts', { cwd: ROOT }).flatMap((file) =>
  [
    ...readFileSync(`${ROOT}${file}`, 'utf8').matchAll(
      /\.test\(\s*(['"`])([CFIRSV]\d+): (.+?)\1/gs,
    ),
  ].map(([, , id = '', sentence = '']) => ({ file, id, sentence })),
);

for (const id of CASES) {
  t.test(`${id} has a test of its name`, async (t) => {
    const named = names.filter((each) => each.id === id);
    t.ok(named.length > 0, `no test's name begins with "${id}: "`);
    t.equal(
      new Set(named.map(({ sentence }) => sentence)).size,
      named.length,
      'each says what it shows',
    );
  });
}
