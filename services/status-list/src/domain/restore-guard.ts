import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { FenceStore } from './ports.ts';

/** How far the audit chain had come at a time, as somebody outside the database remembers. */
export interface AuditReach {
  /** milliseconds since the epoch */
  at: number;
  heads: Head[];
}

interface Head {
  stream: string;
  seq: number;
  hash: string;
}

export interface RestoreGuardDeps {
  store: FenceStore;
  /** the newest checkpoint that this process did not write itself; undefined when there is none */
  readCheckpoint: () => Promise<AuditReach | undefined>;
  readHeads: () => Promise<Head[]>;
  clock: Clock;
}

export interface RestoreGuard {
  /** Resolves when the audit chain was compared with how far it had come before. */
  compare(): Promise<void>;
  /** @throws VcError SERVICE_UNAVAILABLE while a fence stands */
  assertNotFenced(): Promise<void>;
}

/**
 * Keeps a restored database from being taken for the whole truth. What was published or leased after the backup is
 * not in it: its lists would lose revocations, its leases give indexes twice. Three things outside the database tell:
 * the issuer, who signed higher versions; list files with higher versions; and, before anything else is done, the
 * audit chain, when it does not reach as far as it had reached: at the signed checkpoint that the process found when
 * it started, or when the process last looked. A restore that an operator finished explains what was before it.
 */
export function createRestoreGuard(deps: RestoreGuardDeps): RestoreGuard {
  const { store } = deps;
  let reached: Promise<AuditReach | undefined> | undefined;

  const compare = async () => {
    reached ??= deps.readCheckpoint().catch((error: unknown) => {
      reached = undefined;
      throw error;
    });
    // known before the chain is read: what others append meanwhile is not missing
    const before = await reached;
    const heads = await deps.readHeads();
    const detail = before && whatIsMissing(heads, before);
    if (before !== undefined && detail !== undefined) {
      const restored = await store.newestRestore();
      if (before.at >= (restored ?? -Infinity)) {
        const fence = { cause: 'checkpoint', detail, restoredAt: restored } as const;
        await store.raiseFence(fence, deps.clock());
      }
    }
    reached = Promise.resolve({ at: deps.clock(), heads });
  };

  return {
    compare,
    async assertNotFenced() {
      await compare();
      if (await store.isFenced()) {
        throw new VcError(
          'SERVICE_UNAVAILABLE',
          'The database is older than what was published from it: status-restore must run first',
        );
      }
    },
  };
}

/** Beyond what was reached the chain has gone on: whether in one line, audit-verify tells. */
function whatIsMissing(heads: readonly Head[], { heads: before }: AuditReach): string | undefined {
  const now = new Map(heads.map((head) => [head.stream, head]));
  for (const { stream, seq, hash } of before) {
    const head = now.get(stream);
    if (head !== undefined && (head.seq > seq || (head.seq === seq && head.hash === hash))) {
      continue;
    }
    return `${stream} reached ${seq} and stands at ${head?.seq ?? 0}`;
  }
  return undefined;
}
