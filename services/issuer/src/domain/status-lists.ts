import { VcError } from '#vc/error';
import type { StatusLists } from './ports.ts';

/**
 * The status lists, whose outage is told in words for who calls us. A change that was not confirmed may have been
 * made: only the same call made again tells, and mends what this service remembers of it.
 */
export function sayWhenUnreachable(statusLists: StatusLists): StatusLists {
  return {
    lease: (odsCode) => statusLists.lease(odsCode).catch(unreachable('gave no index')),
    change: (request) =>
      statusLists.change(request).catch(unreachable('did not confirm the change')),
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
