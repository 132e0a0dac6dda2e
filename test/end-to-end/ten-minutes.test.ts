import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { startRunningStack } from './running-stack.ts';

// Each block has a minute; together they have as much as the whole page promises.
t.setTimeout(600_000);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(new URL('../../docs/issue-in-ten-minutes.md', import.meta.url), 'utf8');
const MARK = '=== the block ends:';

interface Block {
  commands: string;
  /** what it prints, `…` for anything */
  printed: string;
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

t.test('the commands of docs/issue-in-ten-minutes.md do what the page says', async (t) => {
  const stack = await startRunningStack(t);
  const { services } = stack.file();
  const blocks = blocksOf(PAGE);
  t.ok(blocks.length >= 10);
  const script = blocks
    .map(({ commands }) => `${commands}\necho\necho "${MARK} $SECONDS"; SECONDS=0\n`)
    .join('');
  const { PATH, HOME, TMPDIR } = process.env;
  const portBase = Number(new URL(services['issuer'] ?? '').port) - 1;
  const run = promisify(execFile)('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: ROOT,
    env: { PATH, HOME, TMPDIR, DATA_DIR: stack.dataDir, PORT_BASE: String(portBase) },
    timeout: 480_000,
  });
  // a block that fails ends the shell: what was printed until then says which
  const { stdout, failed } = await run.then(
    (done) => ({ stdout: done.stdout, failed: '' }),
    (error: Error & { stdout: string; stderr: string }) => ({
      stdout: error.stdout,
      failed: `${error.message}\n${error.stderr}`,
    }),
  );
  t.equal(failed, '');
  const outputs = stdout.split(new RegExp(`^${MARK} (\\d+)\n`, 'm'));
  for (const [at, { commands, printed }] of blocks.entries()) {
    t.match(outputs[2 * at]?.trim() ?? '', patternOf(printed), commands);
    t.ok(Number(outputs[2 * at + 1]) < 60, 'in under a minute');
  }
});
