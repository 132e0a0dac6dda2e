import { createBoundedMap } from '#did/bounded-map';
import type { Clock } from '#vc/clock';

export interface FreshCacheOptions<V> {
  load: (key: string) => Promise<V>;
  clock: Clock;
  /** milliseconds, counted from the moment before the load, for which an answer is given again */
  freshnessMs: number;
  /** milliseconds for which a failure is given again instead of asking anew */
  retryMs: number;
  /** answers kept; the one unused for longest goes first */
  capacity: number;
}

export interface FreshCache<V> {
  /** @param maxAgeMs the oldest answer that will do, at most the freshness */
  get(key: string, maxAgeMs?: number): Promise<V>;
}

interface Entry<V> {
  at: number;
  answer: Promise<V>;
}

/**
 * One load per key and freshness window, however many ask at once. An answer past its window is never given, also
 * when no newer one can be had: then the load's error is, and for `retryMs` without asking again.
 */
export function createFreshCache<V>(options: FreshCacheOptions<V>): FreshCache<V> {
  const { load, clock, freshnessMs, retryMs, capacity } = options;
  const loaded = createBoundedMap<Entry<V>>(capacity);
  const refused = createBoundedMap<Entry<V>>(capacity);
  const underway = new Map<string, Promise<V>>();

  const isWithin = (entry: Entry<V> | undefined, age: number): entry is Entry<V> => {
    if (entry === undefined) return false;
    const elapsed = clock() - entry.at;
    // A clock that went backwards says nothing about age.
    return elapsed >= 0 && elapsed < age;
  };

  const loadAnew = async (key: string): Promise<V> => {
    const at = clock();
    const answer = load(key);
    try {
      await answer;
      loaded.set(key, { at, answer });
    } catch {
      // Counted from the failure: a load that takes long to fail is not repeated at once.
      refused.set(key, { at: clock(), answer });
    }
    return answer;
  };

  return {
    get(key, maxAgeMs = freshnessMs) {
      const known = loaded.get(key);
      if (isWithin(known, Math.min(maxAgeMs, freshnessMs))) return known.answer;
      const failure = refused.get(key);
      if (isWithin(failure, retryMs)) return failure.answer;
      const pending = underway.get(key) ?? loadAnew(key).finally(() => void underway.delete(key));
      underway.set(key, pending);
      return pending;
    },
  };
}
