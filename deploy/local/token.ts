import { existsSync, readFileSync } from 'node:fs';
import { createHrClient, type HrClient, type StackFile } from './hr-client.ts';
import { layoutFromEnvironment } from './layout.ts';
import { createPersonClient } from './people.ts';

const file = layoutFromEnvironment().path('stack.json');
if (!existsSync(file)) fail(`There is no ${file}: run \`make start\` first`);
const stack = JSON.parse(readFileSync(file, 'utf8')) as StackFile;
const wanted = process.argv[2] ?? '';
const token = await caller()
  .token()
  .catch((error: unknown) => {
    const cause = error instanceof TypeError ? 'it does not answer' : String(error);
    return fail(`No token from ${stack.tokenEndpoint}: ${cause}. Is \`make start\` running?`);
  });
console.log(token);

/** A trust's system, the administrator's, or a person who signs in. */
function caller(): HrClient {
  const client =
    wanted === 'administrator'
      ? stack.administrator
      : stack.clients.find(({ odsCode }) => odsCode === wanted);
  if (client !== undefined) return createHrClient(stack, client);
  const person = stack.people.find(({ subject }) => subject === wanted);
  if (person !== undefined) return createPersonClient(stack, person);
  const trusts = stack.clients.map(({ odsCode, name }) => `  TRUST=${odsCode}  ${name}`);
  const people = stack.people.map(({ subject, name }) => `  PERSON=${subject}  ${name}`);
  const known = [...trusts, '  TRUST=administrator', ...people].join('\n');
  return fail(`Say whose token: make token TRUST=<ODS code>, or PERSON=<subject>\n${known}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
