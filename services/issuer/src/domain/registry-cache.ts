import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { LoadTrustRecord, TrustRecord } from './ports.ts';

export interface RegistryCacheDeps {
  /** asks the registry; throws VcError NOT_FOUND for a trust it does not know */
  load: (odsCode: string) => Promise<TrustRecord>;
  clock: Clock;
  /** milliseconds for which a record is taken from memory */
  freshnessMs: number;
}

interface Kept {
  record: TrustRecord;
  askedAt: number;
}

const KEPT_TRUSTS = 1_000;

/**
 * Trust records as fresh as `freshnessMs`, one question to the registry at a time for each trust. An older record is
 * never used: a trust that lost its accreditation, or a key that was stolen, must not go on for as long as the
 * registry cannot be asked.
 */
export function createRegistryCache({
  load,
  clock,
  freshnessMs,
}: RegistryCacheDeps): LoadTrustRecord {
  const kept = new Map<string, Kept>();
  const underway = new Map<string, Promise<TrustRecord>>();

  const ask = async (odsCode: string): Promise<TrustRecord> => {
    const askedAt = clock();
    const record = await load(odsCode).catch((error: unknown) => refuse(odsCode, error));
    if (kept.size >= KEPT_TRUSTS) kept.clear();
    kept.set(odsCode, { record, askedAt });
    return record;
  };

  return (odsCode) => {
    const known = kept.get(odsCode);
    const age = known === undefined ? Infinity : clock() - known.askedAt;
    // a clock that went backwards says nothing about age
    if (known !== undefined && age >= 0 && age < freshnessMs) return Promise.resolve(known.record);
    const pending = underway.get(odsCode) ?? ask(odsCode).finally(() => underway.delete(odsCode));
    underway.set(odsCode, pending);
    return pending;
  };
}

function refuse(odsCode: string, cause: unknown): never {
  if (cause instanceof VcError && cause.code === 'NOT_FOUND') {
    throw new VcError('ISSUER_NOT_REGISTERED', `The registry has no organisation ${odsCode}`, {
      cause,
    });
  }
  throw new VcError('REGISTRY_UNAVAILABLE', 'The trust registry cannot be asked just now', {
    cause,
  });
}
