import { inversePermutation, permutedIndexes } from '#status/permutation';
import type { NewPair } from './ports.ts';

/** In which order the indexes of a pair are leased. */
export interface IndexOrder {
  indexesOf(pair: OrderedPair, slice: number): number[];
  /** undefined when the pair has no such index */
  sliceOf(pair: OrderedPair, index: number): number | undefined;
}

export type OrderedPair = Pick<NewPair, 'id' | 'secret' | 'size' | 'sliceSize'>;

/**
 * Slice n of a pair is positions n x sliceSize and on of its secret permutation, so the indexes of any trust, however
 * small, are spread over the whole list, and none is drawn twice. A permutation takes some milliseconds to make and
 * 1 MB to keep: the `kept` pairs used last are.
 */
export function createIndexOrder({ kept = 8 }: { kept?: number } = {}): IndexOrder {
  const orders = new Map<string, { permutation: Uint32Array; inverse?: Uint32Array }>();
  const orderOf = ({ id, secret, size }: OrderedPair) => {
    let order = orders.get(id);
    if (order === undefined) {
      order = { permutation: permutedIndexes(secret, size) };
    }
    orders.delete(id);
    orders.set(id, order);
    const [oldest] = orders.keys();
    if (orders.size > kept && oldest !== undefined) orders.delete(oldest);
    return order;
  };
  return {
    indexesOf(pair, slice) {
      const start = slice * pair.sliceSize;
      return [...orderOf(pair).permutation.subarray(start, start + pair.sliceSize)];
    },
    sliceOf(pair, index) {
      const order = orderOf(pair);
      // not before it is asked for: who only leases does not need it
      order.inverse ??= inversePermutation(order.permutation);
      const position = order.inverse[index];
      return position === undefined ? undefined : Math.floor(position / pair.sliceSize);
    },
  };
}
