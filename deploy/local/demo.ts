import { type DemoContext, runDemo } from './demo-steps.ts';
import { createLayout, layoutFromEnvironment } from './layout.ts';
import { startStack } from './stack.ts';

// A cell of its own, beside one that `make start` may be running: other ports, other data, made anew each time.
const PORT_OFFSET = 500;
const around = layoutFromEnvironment();
const layout = createLayout(around.path('demo'), around.port('issuer') - 1 + PORT_OFFSET);
const began = performance.now();
const print: DemoContext['print'] = (line) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${seconds.padStart(6)} s  ${line}`);
};

console.log(`Staff Passport: one resident doctor's credentials, minted, checked and revoked.
One invented ICS (Northmoor), three invented trusts: Ashmere employs the doctor, Brackendale is where they go next,
and Corvale tries what it may not.
Every step below is an HTTP call between real services.
`);
const stack = await startStack({
  layout,
  log: print,
  fresh: true,
  passwordsDir: around.path('secrets/database'),
}).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
let good = false;
try {
  good = await runDemo({ stack: stack.file, print });
} catch (error) {
  console.error(error);
} finally {
  await stack.stop();
}
if (!good) {
  console.error(
    `\nThe demonstration did not do what it promises. The logs are in ${layout.path('logs')}`,
  );
  process.exit(1);
}
console.log(`
Done; nothing is left running. Try next:
  make start                  the same services, to stay, with their API pages
  make token TRUST=ZZA01      a bearer token for curl; README.md has a first call`);
