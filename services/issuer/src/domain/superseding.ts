import { VcError } from '#vc/error';
import type { StatusChange } from './change-status.ts';
import type { Answer, Call } from './ports.ts';

/** A newer credential whose older one has yet to be suspended, and who issued it. */
export interface Superseding {
  newerId: string;
  olderId: string;
  clientId: string;
  /** `sub` */
  person: string | undefined;
}

export interface SupersedingLedger {
  /** @returns undefined when the older one is settled, or there is none */
  findSuperseding(
    odsCode: string,
    by: { newerId: string } | { olderId: string },
  ): Promise<Superseding | undefined>;
  /** Says that it is done, unless somebody reinstated the older one meanwhile; with `isRevoked` whatever stands here. */
  settleSuperseding(
    odsCode: string,
    superseding: Superseding,
    options: { isRevoked: boolean },
  ): Promise<void>;
}

export interface SupersederDeps {
  changeStatus: (call: Call, change: StatusChange, describe: () => unknown) => Promise<Answer>;
  ledger: SupersedingLedger;
}

/*
 * Why what is superseded ends suspended. The newer one's commit says `superseded` of the older for good, and that it is
 * unsettled. A process that ends before the suspension only delays it: whoever comes next, the same call or the worker,
 * finds the list as it should be and records the suspension once. A reinstatement that began before that commit may
 * clear the bit after the suspension. Its mirror then shows a later `active`: either before this settles, which sees
 * it under the row's lock and does not, or after, and then mirroring opens it again (store/mirror.ts). Where it ended
 * before its mirror, its caller was told of an error, and the same call made again suspends in the list once more.
 */

/** Suspends the older credential, once a newer one that names it is committed. */
export function createSuperseder({ changeStatus, ledger }: SupersederDeps) {
  const suspend = async (odsCode: string, by: { newerId: string } | { olderId: string }) => {
    const found = await ledger.findSuperseding(odsCode, by);
    if (found === undefined) return;
    const suspension = { purpose: 'suspension', value: true, reason: 'superseded' } as const;
    const change = { id: found.olderId, ...suspension };
    const isRevoked = await changeStatus(actingFor(odsCode, found), change, () => ({})).then(
      () => false,
      isRefused,
    );
    await ledger.settleSuperseding(odsCode, found, { isRevoked });
  };

  return {
    /**
     * Suspends the credential that `newerId` supersedes; nothing when that is done.
     * @throws VcError SERVICE_UNAVAILABLE when the status lists cannot be reached: the worker tries again
     */
    suspendOlder: (odsCode: string, newerId: string) => suspend(odsCode, { newerId }),

    /** The same, by the one that is superseded. @throws VcError SERVICE_UNAVAILABLE */
    suspendSuperseded: (odsCode: string, olderId: string) => suspend(odsCode, { olderId }),
  };
}

export type Superseder = ReturnType<typeof createSuperseder>;

/** A call that nobody waits for, on behalf of who caused it. */
export function actingFor(
  odsCode: string,
  { clientId, person }: { clientId: string; person: string | undefined },
): Call {
  return {
    odsCode,
    clientId,
    person: person === undefined ? undefined : { subject: person, acr: '' },
    idempotencyKey: undefined,
    request: { method: '', path: '', body: new Uint8Array() },
  };
}

// What is revoked counts for less than what is suspended: there is nothing left to do.
function isRefused(error: unknown): true {
  if (error instanceof VcError && error.code === 'STATUS_CHANGE_REFUSED') return true;
  throw error;
}
