import { VcError } from '#vc/error';
import type { Lease, StatusIndex, StatusLists, TwoBitForm } from './ports.ts';

interface Slice {
  lease: Lease;
  /** how many indexes of the lease are taken */
  taken: number;
}

interface Stock {
  slices: Slice[];
  /** what is known of the pair that was leased from last */
  newest: Pick<Lease, 'listPairId' | 'messageList' | 'tokenList'> | undefined;
  /** two-bit lists that somebody of this trust ever needed: what is leased ahead comes with them */
  forms: Set<TwoBitForm>;
  /** leases that were asked for, by the forms they come with */
  pending: Map<string, Promise<void>>;
}

// The next slice is asked for when so much of the last one is left, so that nobody waits for it.
const PREFETCH_AT = 0.25;

/**
 * Status indexes from the slices that this process leased, one after the other for each trust. An index is taken
 * before anything is signed and never put back: what a failed issuance, or the end of the process, leaves unused is
 * lost, and no index is ever in two credentials.
 *
 * A trust's two-bit lists are asked for when a form first needs one, and with all that is leased ahead from then on.
 * Its slices without them go on to serve the forms that need none; a list is one of its pair, so every slice of the
 * pair learns its URL. Who must wait for a slice waits for the lists of its own forms only: one that cannot be
 * published stops nobody else.
 */
export function createIndexSlices({ lease }: Pick<StatusLists, 'lease'>) {
  const stocks = new Map<string, Stock>();

  const fetchSlice = (
    odsCode: string,
    stock: Stock,
    needed: Iterable<TwoBitForm>,
  ): Promise<void> => {
    const forms = [...needed].toSorted();
    const name = forms.join(' ');
    const pending =
      stock.pending.get(name) ??
      lease(odsCode, forms)
        .then((leased) => {
          if (leased.indexes.length === 0 || !hasLists(leased, forms)) throw noIndex();
          addSlice(stock, leased);
        })
        .finally(() => stock.pending.delete(name));
    stock.pending.set(name, pending);
    return pending;
  };

  return {
    /**
     * @param forms two-bit lists that the credential is to name
     * @throws VcError SERVICE_UNAVAILABLE when no slice can be had
     */
    async take(odsCode: string, forms: readonly TwoBitForm[] = []): Promise<StatusIndex> {
      const stock = stocks.get(odsCode) ?? newStock();
      stocks.set(odsCode, stock);
      for (const form of forms) stock.forms.add(form);
      for (;;) {
        const index = takeFrom(stock, forms);
        if (index !== undefined) {
          // a failure here is only a failure to be early: the next take asks again and reports it
          if (isLow(stock, forms)) fetchSlice(odsCode, stock, stock.forms).catch(() => {});
          return index;
        }
        // each slice serves somebody, so this ends
        await fetchSlice(odsCode, stock, forms);
      }
    },
  };
}

export type IndexSlices = ReturnType<typeof createIndexSlices>;

function newStock(): Stock {
  return { slices: [], newest: undefined, forms: new Set(), pending: new Map() };
}

// Takes without awaiting, so two callers never see one index.
function takeFrom(stock: Stock, forms: readonly TwoBitForm[]): StatusIndex | undefined {
  const slice = stock.slices.find(({ lease }) => hasLists(lease, forms));
  const index = slice?.lease.indexes[slice.taken];
  if (slice === undefined || index === undefined) return undefined;
  slice.taken += 1;
  const { indexes, ...lists } = slice.lease;
  if (slice.taken === indexes.length) stock.slices.splice(stock.slices.indexOf(slice), 1);
  return { ...lists, index };
}

function isLow({ slices }: Stock, forms: readonly TwoBitForm[]): boolean {
  const [slice, next] = slices.filter(({ lease }) => hasLists(lease, forms));
  if (slice === undefined) return true;
  const { lease, taken } = slice;
  return next === undefined && lease.indexes.length - taken <= lease.indexes.length * PREFETCH_AT;
}

function addSlice(stock: Stock, leased: Lease): void {
  const { listPairId } = leased;
  const known = stock.newest?.listPairId === listPairId ? stock.newest : undefined;
  const { messageList = known?.messageList, tokenList = known?.tokenList } = leased;
  stock.newest = { listPairId, messageList, tokenList };
  stock.slices.push({ lease: { ...leased }, taken: 0 });
  for (const { lease } of stock.slices) {
    if (lease.listPairId !== listPairId) continue;
    lease.messageList ??= messageList;
    lease.tokenList ??= tokenList;
  }
}

function hasLists(lease: Lease, forms: readonly TwoBitForm[]): boolean {
  return forms.every(
    (form) => (form === 'message' ? lease.messageList : lease.tokenList) !== undefined,
  );
}

function noIndex(): VcError {
  return new VcError('SERVICE_UNAVAILABLE', 'No status index could be had just now');
}
