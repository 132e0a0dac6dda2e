import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';

/** A write as the client means it. A retry is the same request: the same key, path and body. */
export interface Write {
  kind: 'issue' | 'revoke';
  idempotencyKey: string;
  path: string;
  /** the exact text */
  body: string;
}

export interface Sent extends Write {
  event: 'sent';
  attempt: number;
}

/** A 2xx: the server has promised to keep it. */
export interface Acknowledged {
  event: 'acknowledged';
  idempotencyKey: string;
  status: number;
  /** of the answer's bytes, in hexadecimal */
  sha256: string;
  text: string;
}

export type JournalEntry = Sent | Acknowledged;

export interface Journal {
  /** Resolves when the entry is on the disk. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (cause: unknown) => void;
}

/** The client's own book of what it sent and what it was promised. Entries that wait together share an fsync. */
export async function openJournal(file: string): Promise<Journal> {
  const handle = await open(file, 'a', 0o600);
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  const writeAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await handle.appendFile(batch.map(({ line }) => line).join(''));
        await handle.sync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  };
  return {
    append(entry) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      writing ??= writeAll();
      return promise;
    },
    async close() {
      await writing;
      await handle.close();
    },
  };
}

/** A write that was acknowledged, with what was promised. */
export interface Promised extends Write {
  status: number;
  sha256: string;
  text: string;
}

export interface JournalContents {
  promised: Promised[];
  /** sent, and never acknowledged */
  open: Write[];
  /** requests on the wire, retries included */
  attempts: number;
}

export async function readJournal(file: string): Promise<JournalContents> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const unanswered = new Map<string, Write>();
  const promised: Promised[] = [];
  let attempts = 0;
  for (const entry of lines.map((line) => JSON.parse(line) as JournalEntry)) {
    if (entry.event === 'sent') {
      const { kind, idempotencyKey, path, body } = entry;
      unanswered.set(idempotencyKey, { kind, idempotencyKey, path, body });
      attempts += 1;
      continue;
    }
    const write = unanswered.get(entry.idempotencyKey);
    if (write === undefined) throw new Error('An answer to nothing that was sent');
    unanswered.delete(entry.idempotencyKey);
    const { status, sha256, text } = entry;
    promised.push({ ...write, status, sha256, text });
  }
  return { promised, open: [...unanswered.values()], attempts };
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
