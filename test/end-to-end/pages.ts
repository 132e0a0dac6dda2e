import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunningStack } from './running-stack.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MARK = '=== the block ends:';
const TIMEOUT_MS = 480_000;

export interface RunBlock {
  commands: string;
  /** what the page says that it prints, with anything for `…` */
  expected: RegExp;
  /** what it printed; '' when it was not come to */
  printed: string;
  seconds: number;
}

export interface RunPage {
  blocks: RunBlock[];
  /** why the shell ended early; '' when it did not */
  failed: string;
}

interface Block {
  commands: string;
  printed: string;
}

/**
 * Runs the commands of a page of docs/ in one shell, as a reader would who pastes block after block, on a stack. Each
 * block of `sh` must be followed by one of `text`, which says what it prints.
 * @throws Error where `make` would install packages first: no test changes those that it runs with
 */
export async function runPage(name: string, stack: RunningStack): Promise<RunPage> {
  refuseToInstall();
  const blocks = blocksOf(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'));
  const script = blocks
    .map(({ commands }) => `${commands}\necho\necho "${MARK} $SECONDS"; SECONDS=0\n`)
    .join('');
  const { stdout, failed } = await runScript(script, stack);
  const outputs = stdout.split(new RegExp(`^${MARK} (\\d+)\n`, 'm'));
  return {
    failed,
    blocks: blocks.map(({ commands, printed }, at) => ({
      commands,
      expected: patternOf(printed),
      printed: outputs[2 * at]?.trim() ?? '',
      seconds: Number(outputs[2 * at + 1]),
    })),
  };
}

/** Milliseconds; 0 for a file that is not there. */
function timeOf(file: string): number {
  return statSync(ROOT + file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function refuseToInstall(): void {
  if (timeOf('node_modules/.installed') >= timeOf('package-lock.json')) return;
  throw new Error('What is installed is older than package-lock.json: run `make setup` first');
}

// A block that fails ends the shell: what was printed until then says which.
function runScript(script: string, stack: RunningStack) {
  const { PATH, HOME, TMPDIR } = process.env;
  const portBase = Number(new URL(stack.file().services['issuer'] ?? '').port) - 1;
  return promisify(execFile)('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: ROOT,
    env: { PATH, HOME, TMPDIR, DATA_DIR: stack.dataDir, PORT_BASE: String(portBase) },
    timeout: TIMEOUT_MS,
  }).then(
    ({ stdout }) => ({ stdout, failed: '' }),
    (error: Error & { stdout: string; stderr: string }) => ({
      stdout: error.stdout,
      failed: `${error.message}\n${error.stderr}`,
    }),
  );
}

/** The page's blocks of commands, each with the block of text that must follow it. */
function blocksOf(page: string): Block[] {
  const fences = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind, text = '']) => ({
    kind,
    text,
  }));
  return fences.flatMap(({ kind, text }, at) => {
    const next = fences[at + 1];
    if (kind !== 'sh') return [];
    if (next?.kind !== 'text') throw new Error(`What does this print?\n${text}`);
    return [{ commands: text, printed: next.text }];
  });
}

function patternOf(printed: string): RegExp {
  const parts = printed.trim().split('…');
  const escaped = parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*?')}$`, 's');
}
