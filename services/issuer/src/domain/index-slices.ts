import { VcError } from '#vc/error';
import type { Lease, StatusIndex, StatusLists } from './ports.ts';

interface Slice {
  lease: Lease;
  /** how many indexes of the lease are taken */
  taken: number;
}

interface Stock {
  slices: Slice[];
  pending: Promise<void> | undefined;
}

// The next slice is asked for when so much of the last one is left, so that nobody waits for it.
const PREFETCH_AT = 0.25;

/**
 * Status indexes from the slices that this process leased, one after the other for each trust. An index is taken
 * before anything is signed and never put back: what a failed issuance, or the end of the process, leaves unused is
 * lost, and no index is ever in two credentials.
 */
export function createIndexSlices({ lease }: Pick<StatusLists, 'lease'>) {
  const stocks = new Map<string, Stock>();

  const fetchSlice = (odsCode: string, stock: Stock): Promise<void> => {
    stock.pending ??= lease(odsCode)
      .then((leased) => {
        if (leased.indexes.length === 0) throw noIndex();
        stock.slices.push({ lease: leased, taken: 0 });
      })
      .finally(() => {
        stock.pending = undefined;
      });
    return stock.pending;
  };

  return {
    /** @throws VcError SERVICE_UNAVAILABLE when no slice can be had */
    async take(odsCode: string): Promise<StatusIndex> {
      const stock = stocks.get(odsCode) ?? { slices: [], pending: undefined };
      stocks.set(odsCode, stock);
      for (;;) {
        const index = takeFrom(stock);
        if (index !== undefined) {
          // a failure here is only a failure to be early: the next take asks again and reports it
          if (isLow(stock)) fetchSlice(odsCode, stock).catch(() => {});
          return index;
        }
        // each slice serves somebody, so this ends
        await fetchSlice(odsCode, stock);
      }
    },
  };
}

export type IndexSlices = ReturnType<typeof createIndexSlices>;

// Takes without awaiting, so two callers never see one index.
function takeFrom({ slices }: Stock): StatusIndex | undefined {
  const [slice] = slices;
  const index = slice?.lease.indexes[slice.taken];
  if (slice === undefined || index === undefined) return undefined;
  slice.taken += 1;
  if (slice.taken === slice.lease.indexes.length) slices.shift();
  const { listPairId, revocationList, suspensionList } = slice.lease;
  return { listPairId, revocationList, suspensionList, index };
}

function isLow({ slices: [slice, next] }: Stock): boolean {
  if (slice === undefined) return true;
  const { lease, taken } = slice;
  return next === undefined && lease.indexes.length - taken <= lease.indexes.length * PREFETCH_AT;
}

function noIndex(): VcError {
  return new VcError('SERVICE_UNAVAILABLE', 'No status index could be had just now');
}
