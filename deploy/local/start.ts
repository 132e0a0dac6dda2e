import { serveZoo } from '../zoo/serve-zoo.ts';
import { makeZoo } from '../zoo/zoo.ts';
import { layoutFromEnvironment } from './layout.ts';
import { startStack } from './stack.ts';

const layout = layoutFromEnvironment();
const fail = (error: unknown): never => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
};
const zoo = `http://127.0.0.1:${layout.zooPort}/zoo/index.json`;
const log = (line: string) => console.log(`  ${line}`);
const stack = await startStack({ layout, log, zoo }).catch(fail);
const zooServer = await serveZoo({
  directory: layout.path('zoo'),
  port: layout.zooPort,
  make: () => makeZoo(stack.file, layout.path('zoo')),
}).catch((error: unknown) => stack.stop().then(() => fail(error)));

console.log(`
Staff Passport is running. Everything an integrator needs is in ${layout.path('stack.json')}
  API pages   ${Object.values(stack.file.services)
    .map((url) => `${url}/docs`)
    .join('\n              ')}
  failure zoo ${zoo}
  a token     make token TRUST=${stack.file.clients[0]?.odsCode}
  stop        Ctrl-C
ready`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log('stopping');
    zooServer.close();
    void stack.stop().then(() => process.exit(0));
  });
}
