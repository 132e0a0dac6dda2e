import { VcError, type VcErrorCode } from '#vc/error';
import { createGroupCommit } from '#vc/group-commit';
import {
  type BitChange,
  type BitOutcome,
  type ChangeBit,
  MAX_BIT_CHANGES,
  type StatusLists,
} from './ports.ts';

/**
 * The status lists, whose outage is told in words for who calls us. A change that was not confirmed may have been
 * made: only the same call made again tells, and mends what this service remembers of it.
 */
export function sayWhenUnreachable(statusLists: StatusLists): StatusLists {
  return {
    lease: (odsCode, forms) =>
      statusLists.lease(odsCode, forms).catch(unreachable('gave no index')),
    changeMany: (batch) =>
      statusLists.changeMany(batch).catch(unreachable('did not confirm the change')),
  };
}

function unreachable(what: string): (cause: unknown) => never {
  return (cause) => {
    if (!(cause instanceof VcError) || cause.code !== 'SERVICE_UNAVAILABLE') throw cause;
    throw new VcError(
      'SERVICE_UNAVAILABLE',
      `The status list service ${what} in time: send the same request again`,
      { cause },
    );
  };
}

/** Changes of one trust and client that may wait for the call before theirs. */
const MAX_WAITING = 5_000;

/**
 * One change at a time, as its caller sees it. Those of one client that arrive while a call is under way share the
 * next one, so that a thousand at once take a few connections and none of them waits for its own.
 */
export function createBitChanger({ changeMany }: Pick<StatusLists, 'changeMany'>): ChangeBit {
  const changeTogether = createGroupCommit<BitChange, BitOutcome>({
    commit: (changes, key) => {
      const [odsCode = '', clientId = ''] = JSON.parse(key) as string[];
      return changeMany({ odsCode, clientId, changes });
    },
    maxGroup: MAX_BIT_CHANGES,
    maxWaiting: MAX_WAITING,
  });
  return async ({ odsCode, clientId, ...change }) => {
    const outcome = await changeTogether(JSON.stringify([odsCode, clientId]), change);
    if ('refused' in outcome) throw refusalOf(outcome);
    return outcome;
  };
}

const REFUSALS = new Set<string>(['STATUS_CHANGE_REFUSED', 'NOT_FOUND'] satisfies VcErrorCode[]);

/** A refusal that a change cannot have is a fault over there, which may pass. */
export function refusalOf({ refused, detail }: { refused: string; detail: string }): VcError {
  if (REFUSALS.has(refused)) return new VcError(refused as VcErrorCode, detail);
  return new VcError('SERVICE_UNAVAILABLE', 'The status list service could not make the change', {
    cause: new Error(`${refused}: ${detail}`),
  });
}
