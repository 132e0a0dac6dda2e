import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { FenceStore } from './ports.ts';

/** How far the audit chain had come when a checkpoint of it was signed, outside the database. */
export interface AuditReach {
  /** milliseconds since the epoch */
  at: number;
  heads: { stream: string; seq: number; hash: string }[];
}

export interface RestoreGuardDeps {
  store: FenceStore;
  /** the newest checkpoint that this process did not write itself; undefined when there is none */
  readCheckpoint: () => Promise<AuditReach | undefined>;
  readHeads: () => Promise<{ stream: string; seq: number; hash: string }[]>;
  clock: Clock;
}

export interface RestoreGuard {
  /** Resolves when the audit chain was compared with the checkpoint, once in a process's life. */
  compared(): Promise<void>;
  /** @throws VcError SERVICE_UNAVAILABLE while a fence stands */
  assertNotFenced(): Promise<void>;
}

/**
 * Keeps a restored database from being taken for the whole truth. What was published or leased after the backup is
 * not in it: its lists would lose revocations, its leases give indexes twice. Three things outside the database tell:
 * the issuer, who signed higher versions; list files with higher versions; and, before anything else is done, the
 * signed checkpoint of the audit chain, when the chain does not reach it. A restore that an operator finished
 * explains the checkpoints before it.
 */
export function createRestoreGuard(deps: RestoreGuardDeps): RestoreGuard {
  const { store } = deps;
  let comparing: Promise<void> | undefined;

  const compare = async () => {
    const checkpoint = await deps.readCheckpoint();
    const restored = await store.newestRestore();
    if (checkpoint === undefined || checkpoint.at < (restored ?? -Infinity)) return;
    const heads = new Map((await deps.readHeads()).map((head) => [head.stream, head]));
    for (const { stream, seq, hash } of checkpoint.heads) {
      const head = heads.get(stream);
      // beyond the checkpoint the chain has gone on: whether in one line, audit-verify tells
      if (head !== undefined && (head.seq > seq || (head.seq === seq && head.hash === hash))) {
        continue;
      }
      const detail = `${stream} reached ${seq} and stands at ${head?.seq ?? 0}`;
      await store.raiseFence({ cause: 'checkpoint', detail }, deps.clock());
      return;
    }
  };
  const compared = () => {
    comparing ??= compare().catch((error: unknown) => {
      comparing = undefined;
      throw error;
    });
    return comparing;
  };

  return {
    compared,
    async assertNotFenced() {
      await compared();
      if (await store.isFenced()) {
        throw new VcError(
          'SERVICE_UNAVAILABLE',
          'The database is older than what was published from it: status-restore must run first',
        );
      }
    },
  };
}
