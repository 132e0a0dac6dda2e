import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createFreshCache } from './fresh-cache.ts';
import type { TrustRecord, TrustRecords } from './ports.ts';

export interface TrustRecordsDeps {
  /** @throws VcError NOT_FOUND for an organisation that the registry does not know */
  loadTrust: (odsCode: string) => Promise<TrustRecord>;
  clock: Clock;
  freshnessMs: number;
}

const KEPT_RECORDS = 1_024;
const RETRY_MS = 1_000;

/** How old an answer may be that lacks what is looked for: so soon is a newly registered key or trust seen. */
export const REFETCH_MS = 1_000;

/** The registry's records, each asked for once per freshness window. */
export function createTrustRecords({
  loadTrust,
  clock,
  freshnessMs,
}: TrustRecordsDeps): TrustRecords {
  const load = async (odsCode: string): Promise<TrustRecord | undefined> => {
    try {
      return await loadTrust(odsCode);
    } catch (cause) {
      // That there is no such organisation is an answer. Anything else is none.
      if (cause instanceof VcError && cause.code === 'NOT_FOUND') return undefined;
      throw new VcError('REGISTRY_UNAVAILABLE', 'The trust registry did not answer', { cause });
    }
  };
  const cache = createFreshCache({
    load,
    clock,
    freshnessMs,
    retryMs: RETRY_MS,
    capacity: KEPT_RECORDS,
  });
  return {
    async find(odsCode, maxAgeMs) {
      return (await cache.get(odsCode, maxAgeMs)) ?? (await cache.get(odsCode, REFETCH_MS));
    },
  };
}
