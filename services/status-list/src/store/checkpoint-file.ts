import { open } from 'node:fs/promises';
import type { AuditReach } from '../domain/restore-guard.ts';

/** More than the longest line of a checkpoint, several times. */
const TAIL_BYTES = 65_536;

/**
 * The newest checkpoint in a file of them. Its signature is for `audit-verify` to check: for what it is read here, a
 * line that nobody signed can only make the service more careful.
 * @returns undefined when there is no file, or no whole line in it
 */
export async function readNewestCheckpoint(file: string): Promise<AuditReach | undefined> {
  const lines = (await readTail(file)).split('\n');
  // what stands behind the last line feed was cut short by a crash
  for (const line of lines.slice(0, -1).toReversed()) {
    const checkpoint = parseReach(line);
    if (checkpoint !== undefined) return checkpoint;
  }
  return undefined;
}

async function readTail(file: string): Promise<string> {
  let handle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await handle.read(tail, 0, tail.length, size - tail.length);
    return tail.toString();
  } finally {
    await handle.close();
  }
}

function parseReach(line: string): AuditReach | undefined {
  try {
    const { at, heads } = JSON.parse(line) as { at: string; heads: AuditReach['heads'] };
    const time = Date.parse(at);
    const whole = heads.every(
      ({ stream, seq, hash }) =>
        typeof stream === 'string' && Number.isSafeInteger(seq) && typeof hash === 'string',
    );
    return whole && !Number.isNaN(time) ? { at: time, heads } : undefined;
  } catch {
    return undefined;
  }
}
