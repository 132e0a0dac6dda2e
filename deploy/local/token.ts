import { existsSync, readFileSync } from 'node:fs';
import { createHrClient, type StackFile } from './hr-client.ts';
import { layoutFromEnvironment } from './layout.ts';

const file = layoutFromEnvironment().path('stack.json');
if (!existsSync(file)) fail(`There is no ${file}: run \`make start\` first`);
const stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
const wanted = process.argv[2] ?? '';
const client =
  wanted === 'administrator'
    ? stack.administrator
    : stack.clients.find(({ odsCode }) => odsCode === wanted);
if (client === undefined) {
  const known = stack.clients.map(({ odsCode, name }) => `  ${odsCode}  ${name}`).join('\n');
  fail(`Say whose token: make token TRUST=<ODS code>\n${known}\n  administrator`);
}
const token = await createHrClient(stack, client)
  .token()
  .catch((error: unknown) => {
    const cause = error instanceof TypeError ? 'it does not answer' : String(error);
    return fail(`No token from ${stack.tokenEndpoint}: ${cause}. Is \`make start\` running?`);
  });
console.log(token);

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
