import type { Cell } from '#trust/cell';
import type { Clock } from '#vc/clock';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { RegistryState, TrustRecords } from '../ports.ts';
import { cellDidOf } from '../trust-did.ts';
import { isWithin, REFETCH_MS, type Registries } from './registries.ts';

export interface TrustRecordsDeps {
  /** that the anchor admitted */
  cells: readonly Cell[];
  registries: Pick<Registries, 'stateOf'>;
  clock: Clock;
  /** milliseconds for which a registry is taken at its word without being asked again */
  freshnessMs: number;
}

/** The records of all organisations of all admitted cells. */
export function createTrustRecords(deps: TrustRecordsDeps): TrustRecords {
  const { cells, clock, freshnessMs, registries } = deps;

  const findState = async (cell: string, did: string, maxAgeMs: number): Promise<RegistryState> => {
    const state = await registries.stateOf(cell, maxAgeMs);
    // It may have been registered a moment ago.
    const latest = state.records.has(did) ? state : await registries.stateOf(cell, REFETCH_MS);
    if (!latest.records.has(did) && !isWithin(latest, clock(), freshnessMs)) {
      throw new VcError(
        'REGISTRY_UNAVAILABLE',
        'An old state does not say who has been registered since',
      );
    }
    return latest;
  };

  return {
    async find(did, maxAgeMs = freshnessMs) {
      const cell = cells.find((one) => one.did === cellDidOf(did));
      if (cell === undefined || !isAdmitted(cell, clock()))
        return { record: undefined, isOld: false };
      const state = await findState(cell.did, did, maxAgeMs);
      const { confirmedAt, epoch, records } = state;
      return {
        record: records.get(did),
        source: { authority: cell.did, epoch, confirmedAt },
        isOld: !isWithin(state, clock(), freshnessMs),
      };
    },
  };
}

/** At this moment. What cannot be read has not begun and is over. */
function isAdmitted({ admittedAt, withdrawnAt }: Cell, now: number): boolean {
  const from = parseDateTimeStamp(admittedAt) ?? Number.POSITIVE_INFINITY;
  const isOver = withdrawnAt !== null && (parseDateTimeStamp(withdrawnAt) ?? 0) <= now;
  return from <= now && !isOver;
}
