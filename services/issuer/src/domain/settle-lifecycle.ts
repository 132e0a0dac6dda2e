import type { Clock } from '#vc/clock';

/** What a commit has promised of a credential and the status lists do not show yet. */
export interface Unsettled {
  /** `superseding`: the newer credential, whose older one is to be suspended; `withdrawal`: the one to revoke */
  kind: 'superseding' | 'withdrawal';
  /** of the credential */
  id: string;
  odsCode: string;
}

export interface SettlerDeps {
  /** Some of what is unsettled, whosever it is, the oldest first; none of `except`. At most `limit` of each kind. */
  findUnsettled: (terms: { except: readonly string[]; limit: number }) => Promise<Unsettled[]>;
  /** Does what is left; nothing when another did meanwhile. */
  settle: Record<Unsettled['kind'], (odsCode: string, id: string) => Promise<void>>;
  clock: Clock;
}

interface Wait {
  failures: number;
  /** milliseconds since the epoch */
  until: number;
}

const LIMIT = 50;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Credentials that wait; with so many the fault is not theirs, and the oldest are tried again at once. */
const MAX_WAITS = 1_000;

/**
 * Does what a process that ended, or status lists that were down, left undone. Several processes may: settling is the
 * same call of the lists again, which changes nothing twice. What fails waits, each time twice as long, and keeps
 * nothing else from its turn.
 */
export function createSettler({ findUnsettled, settle, clock }: SettlerDeps) {
  const waits = new Map<string, Wait>();

  const wait = (id: string) => {
    const failures = (waits.get(id)?.failures ?? 0) + 1;
    const ms = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
    waits.delete(id);
    const [oldest] = waits.keys();
    if (waits.size >= MAX_WAITS && oldest !== undefined) waits.delete(oldest);
    waits.set(id, { failures, until: clock() + ms });
  };
  const waiting = () => {
    const now = clock();
    return [...waits].filter(([, { until }]) => until > now).map(([id]) => id);
  };

  return {
    /**
     * One round.
     * @param onError told of a credential that failed, which is tried again later; the others go on
     * @param closing ends the round between two credentials
     */
    async runDue(
      onError: (error: unknown, id: string) => void,
      closing?: AbortSignal,
    ): Promise<void> {
      for (const one of await findUnsettled({ except: waiting(), limit: LIMIT })) {
        if (closing?.aborted) return;
        try {
          await settle[one.kind](one.odsCode, one.id);
          waits.delete(one.id);
        } catch (error) {
          wait(one.id);
          onError(error, one.id);
        }
      }
    },
  };
}

export type Settler = ReturnType<typeof createSettler>;
