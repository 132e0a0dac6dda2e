import { layoutFromEnvironment } from './layout.ts';
import { startStack } from './stack.ts';

const layout = layoutFromEnvironment();
const stack = await startStack({ layout, log: (line) => console.log(`  ${line}`) }).catch(
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

console.log(`
Staff Passport is running. Everything an integrator needs is in ${layout.path('stack.json')}
  API pages   ${Object.values(stack.file.services)
    .map((url) => `${url}/docs`)
    .join('\n              ')}
  a token     make token TRUST=${stack.file.clients[0]?.odsCode}
  stop        Ctrl-C
ready`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log('stopping');
    void stack.stop().then(() => process.exit(0));
  });
}
