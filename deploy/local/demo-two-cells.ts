import { keepAnchor } from './anchor.ts';
import { runTwoCells } from './demo-two-cells-steps.ts';
import {
  createLayout,
  layoutFromEnvironment,
  readSampleCell,
  type SampleCellName,
} from './layout.ts';
import { type Stack, startStack } from './stack.ts';

// Beside what `make start` and `make demo` may be running: other ports, other data, made anew each time.
const around = layoutFromEnvironment();
const portBase = around.port('issuer') - 1;
const place = (cell: SampleCellName, offset: number) => ({
  cell,
  layout: createLayout(around.path(`demo-${cell}`), portBase + offset),
  sample: readSampleCell(cell),
});
const north = place('northmoor', 520);
const south = place('southmere', 540);
// A production verifier waits 15 minutes before it stops relying on a registry that is silent.
const times = { registryStaleLimit: 20_000 };

const began = performance.now();
const print = (line: string) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${seconds.padStart(6)} s  ${line}`);
};

console.log(`Staff Passport: two cells, each with its own database, keys and registry. One anchor admits both.
`);
const stacks: Stack[] = [];
let good = false;
try {
  const anchor = await keepAnchor(createLayout(around.path('demo-anchor'), portBase), [
    north.sample,
    south.sample,
  ]);
  for (const [own, other] of [
    [north, south],
    [south, north],
  ] as const) {
    const stack = await startStack({
      layout: own.layout,
      fresh: true,
      cell: own.cell,
      neighbours: [{ publicOrigin: other.sample.publicOrigin, layout: other.layout }],
      anchor,
      times,
      log: (line) => print(`${own.sample.ics.name}: ${line}`),
      passwordsDir: around.path('secrets/database'),
    });
    stacks.push(stack);
  }
  const [first, second] = stacks;
  if (first && second) good = await runTwoCells({ north: first.file, south: second.file, print });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  for (const stack of stacks.toReversed()) await stack.stop();
}
if (!good) {
  console.error(
    `\nThe demonstration did not do what it promises. The logs are in ${north.layout.path('logs')} and ${south.layout.path('logs')}`,
  );
  process.exit(1);
}
console.log(`
Done; nothing is left running.`);
