import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const LINK =
  /^<a id="([\w-]+)"><\/a>\[([\w-]+)\]\(https:\/\/(?:www\.w3\.org\/TR|w3c-ccg\.github\.io)\/[\w.-]+\/#([\w-]+)\)$/;
const TEST = /^\[(.+)\]\(\.\.\/([\w./-]+\.test\.ts)\)$/;

/** One demand of docs/conformance.md. */
export interface Row {
  /** its anchor on the page */
  id: string;
  /** id of the heading in the specification */
  clause: string;
  demand: string;
  answer: string;
  test: string;
  /** of the test, from the root of the repository */
  file: string;
}

/** Every row of the page's tables of demands. @throws Error for one that is not of their form */
export function readRows(): Row[] {
  const page = readFileSync(new URL('docs/conformance.md', root), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('| <a id='));
  return lines.map((line) => {
    const [link = '', demand = '', answer = '', named = '', ...rest] = line
      .slice(2, -2)
      .split(' | ');
    const [, id = '', clause = '', anchor] = LINK.exec(link) ?? [];
    const [, test = '', file = ''] = TEST.exec(named) ?? [];
    const isWhole = clause !== '' && clause === anchor && test !== '' && rest.length === 0;
    if (!isWhole || demand.length < 10 || answer === '') throw new Error(`No demand: ${line}`);
    return { id, clause, demand, answer, test, file };
  });
}

export interface RunOptions {
  /** the only test that runs; every one unless given */
  only?: string;
  /** of conformance-mutations.ts */
  mutation?: string;
}

export interface RunTests {
  /** by the name of each test that ran at the top of the file: whether it passed. One that was skipped is not there */
  passed: Map<string, boolean>;
  /** all that was written, to be shown where something else was expected */
  output: string;
}

/** Runs a file of tests as a process of its own, and reads its TAP. */
export async function runTests(
  file: string,
  { only, mutation }: RunOptions = {},
): Promise<RunTests> {
  const hook = fileURLToPath(new URL('mutate.ts', import.meta.url));
  // Nothing of the run around it: what tap loads into each process only costs time here.
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(TAP|_TAPJS|NODE_OPTIONS|NODE_V8_COVERAGE)/.test(name),
  );
  const child = spawn(
    process.execPath,
    [...(mutation === undefined ? [] : ['--import', hook]), file],
    {
      cwd: fileURLToPath(root),
      env: {
        ...Object.fromEntries(environment),
        TAP: '1',
        ...(mutation !== undefined && { CONFORMANCE_MUTATION: mutation }),
        ...(only !== undefined && { TAP_GREP: `^${escape(only)}$` }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const written = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(child, 'close');
  const [tap, errors] = await written;
  return { passed: readTap(tap), output: `${tap}\n${errors}` };
}

function readTap(tap: string): Map<string, boolean> {
  const passed = new Map<string, boolean>();
  for (const line of tap.split('\n')) {
    const [, not, rest = ''] = /^(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    // what stands behind an unescaped # is not of the name
    const [name = '', directive = ''] = rest.split(/(?<!\\)#/);
    if (rest === '' || /^\s*(skip|todo)/i.test(directive)) continue;
    passed.set(name.trim().replaceAll(/\\(.)/g, '$1'), not === undefined);
  }
  return passed;
}

function escape(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The results of some work on each item, no more than two at a time. */
export async function inPairs<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const open = items.entries();
  const worker = async () => {
    for (const [at, item] of open) results[at] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
