import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '#vc/clock';
import type { AuditHead } from './audit.ts';
import { tellAuditOutcome } from './audit-outcomes.ts';
import { type SignBytes, signCheckpoint } from './checkpoint.ts';

export { ed25519Signer } from './checkpoint.ts';

export interface CheckpointWriterOptions {
  readHeads: () => Promise<AuditHead[]>;
  sign: SignBytes;
  /** outside the database, best on storage that the database's administrators cannot write; appended to only */
  file: string;
  /** the schema whose streams these are */
  service: string;
  clock: Clock;
  intervalMs?: number;
  /** a timed checkpoint failed; the next try follows at the next interval */
  onError: (error: unknown) => void;
}

export interface CheckpointWriter {
  /** @returns whether the heads had moved, and so a line was added */
  write(): Promise<boolean>;
  /** the last checkpoint; call it before the pool ends */
  close(): Promise<void>;
}

/**
 * Adds a signed line with the heads of the audit chain every `intervalMs` (default 10 s) and at `close()`, when they
 * have moved. A tail that is cut from the chain behind the newest line is found by `verifyAuditExport`.
 */
export function createCheckpointWriter(options: CheckpointWriterOptions): CheckpointWriter {
  let newest = '';
  let running: Promise<boolean> = Promise.resolve(false);

  const writeNow = async () => {
    const heads = (await options.readHeads()).map(({ stream, seq, hash }) => ({
      stream,
      seq,
      hash,
    }));
    const state = JSON.stringify(heads);
    if (heads.length === 0 || state === newest) return false;
    const at = new Date(options.clock()).toISOString();
    await append(
      options.file,
      await signCheckpoint({ service: options.service, at, heads }, options.sign),
    );
    newest = state;
    return true;
  };
  // one after the other, also when one outlasts the interval
  const write = () => {
    running = running.catch(() => false).then(writeNow);
    running.then(
      () => tellAuditOutcome({ operation: 'checkpoint', ok: true }),
      () => tellAuditOutcome({ operation: 'checkpoint', ok: false }),
    );
    return running;
  };
  const timer = setInterval(() => {
    write().catch(options.onError);
  }, options.intervalMs ?? 10_000);
  timer.unref();

  return {
    write,
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}

async function append(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a+', 0o640);
  try {
    await dropTornLine(handle);
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A line without its line feed was cut short by a crash and never reported as written. */
async function dropTornLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const chunk = Buffer.alloc(Math.min(size, 65_536));
  await handle.read(chunk, 0, chunk.length, size - chunk.length);
  const kept = chunk.lastIndexOf('\n') + 1;
  if (kept < chunk.length) await handle.truncate(size - chunk.length + kept);
}
