import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { LoadTrustRecord, TrustRecord } from './ports.ts';

export interface RegistryCacheDeps {
  /** asks the registry; throws VcError NOT_FOUND for a trust it does not know */
  load: (odsCode: string) => Promise<TrustRecord>;
  clock: Clock;
  /** milliseconds for which a record is taken from memory */
  freshnessMs: number;
  /** milliseconds for which a record may still serve when the registry cannot be asked */
  staleLimitMs: number;
}

export interface RegistryCache {
  /** A record that is fresh: whoever lost its accreditation must not go on while the registry is down. */
  loadFresh: LoadTrustRecord;
  /**
   * The last known record when the registry cannot be asked, up to the stale limit: for what must go on without it.
   * A registry that does answer is always believed.
   */
  loadLastKnown: LoadTrustRecord;
}

interface Kept {
  record: TrustRecord;
  askedAt: number;
  /** when the registry last gave no answer */
  failedAt?: number;
}

const KEPT_TRUSTS = 1_000;
/** A registry that just gave no answer is not waited for again by each list that is to be signed. */
const PAUSE_MS = 5_000;

/** Trust records, one question to the registry at a time for each trust. */
export function createRegistryCache(deps: RegistryCacheDeps): RegistryCache {
  const { load, clock, freshnessMs, staleLimitMs } = deps;
  const kept = new Map<string, Kept>();
  const underway = new Map<string, Promise<TrustRecord>>();

  const ask = async (odsCode: string): Promise<TrustRecord> => {
    const askedAt = clock();
    const record = await load(odsCode).catch((cause: unknown) => {
      const error = refusalOf(odsCode, cause);
      const known = kept.get(odsCode);
      if (error.code !== 'REGISTRY_UNAVAILABLE') kept.delete(odsCode);
      else if (known !== undefined) known.failedAt = clock();
      throw error;
    });
    if (kept.size >= KEPT_TRUSTS) kept.clear();
    kept.set(odsCode, { record, askedAt });
    return record;
  };

  const recordWithin = (odsCode: string, ageMs: number): TrustRecord | undefined => {
    const known = kept.get(odsCode);
    return known !== undefined && isWithin(clock() - known.askedAt, ageMs)
      ? known.record
      : undefined;
  };
  const loadFresh: LoadTrustRecord = (odsCode) => {
    const known = recordWithin(odsCode, freshnessMs);
    if (known !== undefined) return Promise.resolve(known);
    const pending = underway.get(odsCode) ?? ask(odsCode).finally(() => underway.delete(odsCode));
    underway.set(odsCode, pending);
    return pending;
  };

  return {
    loadFresh,
    async loadLastKnown(odsCode) {
      const failedAt = kept.get(odsCode)?.failedAt;
      const known = recordWithin(odsCode, staleLimitMs);
      const paused = failedAt !== undefined && isWithin(clock() - failedAt, PAUSE_MS);
      if (known !== undefined && paused) return known;
      return loadFresh(odsCode).catch((error: unknown) => {
        const unreachable = error instanceof VcError && error.code === 'REGISTRY_UNAVAILABLE';
        const last = recordWithin(odsCode, staleLimitMs);
        if (unreachable && last !== undefined) return last;
        throw error;
      });
    },
  };
}

// a clock that went backwards says nothing about age
function isWithin(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}

function refusalOf(odsCode: string, cause: unknown): VcError {
  if (cause instanceof VcError && cause.code === 'NOT_FOUND') {
    return new VcError('ISSUER_NOT_REGISTERED', `The registry has no organisation ${odsCode}`, {
      cause,
    });
  }
  return new VcError('REGISTRY_UNAVAILABLE', 'The trust registry cannot be asked just now', {
    cause,
  });
}
