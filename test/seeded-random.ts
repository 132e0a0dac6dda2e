import { randomInt } from 'node:crypto';

export interface SeededRandom {
  seed: number;
  /** from 0 to below 1 */
  next(): number;
  /** a whole number from `low` to `high`, both included */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** 16 bytes in the form of a UUID */
  uuid(): string;
}

/** Chance that can be repeated: the environment's SEED, or a new one that the test prints. */
export function seededRandom(text = process.env['SEED']): SeededRandom {
  const seed = text === undefined ? randomInt(2 ** 32) : Number(text) >>> 0;
  const next = mulberry32(seed);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => between(0, 15).toString(16)).join('');
  return {
    seed,
    next,
    between,
    pick(items) {
      if (items.length === 0) throw new RangeError('There is nothing to pick from');
      return items[between(0, items.length - 1)] as (typeof items)[number];
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
