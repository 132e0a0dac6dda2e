import { existsSync, readFileSync } from 'node:fs';
import type { StackFile } from '../local/hr-client.ts';
import { layoutFromEnvironment } from '../local/layout.ts';
import { makeZoo } from './zoo.ts';

const layout = layoutFromEnvironment();
const stackFile = layout.path('stack.json');
if (!existsSync(stackFile)) {
  console.error(`There is no ${stackFile}: run \`make start\` first`);
  process.exit(1);
}
const stack = JSON.parse(readFileSync(stackFile, 'utf8')) as StackFile;
const { exhibits } = await makeZoo(stack, layout.path('zoo'));
console.log(
  `${exhibits.length} exhibits in ${layout.path('zoo')}; index.json says what each shows`,
);
