import { VcError } from '#vc/error';
import type { StatusChange } from './change-status.ts';
import type { SupersedesHow } from './lifecycle.ts';
import type { Answer, Call } from './ports.ts';

/** What a newer credential is asked to be issued instead of, and why. */
export interface Supersedes {
  /** the bare UUID of the older one */
  credentialId: string;
  how: SupersedesHow;
  reason: string;
  /** never shown to the holder */
  internalNote?: string | undefined;
}

/** A newer credential whose older one has yet to be suspended, and who issued it. */
export interface Superseding {
  olderId: string;
  clientId: string;
  /** `sub` */
  person: string | undefined;
}

export interface SupersedingLedger {
  /** @returns undefined when the older one is settled, or there is none */
  findSuperseding(odsCode: string, newerId: string): Promise<Superseding | undefined>;
  settleSuperseding(odsCode: string, newerId: string): Promise<void>;
}

export interface SupersederDeps {
  changeStatus: (call: Call, change: StatusChange, describe: () => unknown) => Promise<Answer>;
  ledger: SupersedingLedger;
}

/**
 * Ends the older credential in the lists, once a newer one that names it is committed. The newer one's commit has said
 * `superseded` of the older for good, so a process that ends before this is done only delays it: whoever comes next,
 * the same call or the worker, finds the list as it should be and records the suspension once.
 */
export function createSuperseder({ changeStatus, ledger }: SupersederDeps) {
  return {
    /**
     * Suspends the credential that `newerId` supersedes; nothing when that is done. Best effort after the commit.
     * @throws VcError SERVICE_UNAVAILABLE when the status lists cannot be reached: the worker tries again
     */
    async suspendOlder(odsCode: string, newerId: string): Promise<void> {
      const found = await ledger.findSuperseding(odsCode, newerId);
      if (found === undefined) return;
      const suspension = { purpose: 'suspension', value: true, reason: 'superseded' } as const;
      const change = { id: found.olderId, ...suspension };
      await changeStatus(actingFor(odsCode, found), change, () => ({})).catch(unlessRevoked);
      await ledger.settleSuperseding(odsCode, newerId);
    },
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
function unlessRevoked(error: unknown): void {
  if (error instanceof VcError && error.code === 'STATUS_CHANGE_REFUSED') return;
  throw error;
}
