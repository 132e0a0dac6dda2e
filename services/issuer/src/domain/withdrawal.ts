import type { StatusChange } from './change-status.ts';
import type { Answer, Call } from './ports.ts';
import { actingFor } from './superseding.ts';

export interface WithdrawalLedger {
  /** Who withdrew it. @returns undefined when it is not withdrawn, or revoked already */
  findWithdrawal(
    odsCode: string,
    id: string,
  ): Promise<{ clientId: string; person: string | undefined } | undefined>;
}

export interface WithdrawalRevokerDeps {
  changeStatus: (call: Call, change: StatusChange, describe: () => unknown) => Promise<Answer>;
  ledger: WithdrawalLedger;
}

/** Revokes what is committed as withdrawn; a second time changes nothing. */
export function createWithdrawalRevoker({ changeStatus, ledger }: WithdrawalRevokerDeps) {
  const revoke = async (call: Call, id: string): Promise<void> => {
    const change = { id, purpose: 'revocation', value: true, reason: 'withdrawn' } as const;
    // the answer under the caller's key is the withdrawal's
    await changeStatus({ ...call, idempotencyKey: undefined }, change, () => ({}));
  };

  return {
    /** @throws VcError NOT_FOUND, SERVICE_UNAVAILABLE */
    revoke,

    /** On behalf of who withdrew it. @throws VcError SERVICE_UNAVAILABLE */
    async finish(odsCode: string, id: string): Promise<void> {
      const withdrawer = await ledger.findWithdrawal(odsCode, id);
      if (withdrawer !== undefined) await revoke(actingFor(odsCode, withdrawer), id);
    },
  };
}
