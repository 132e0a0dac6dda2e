import type { Clock } from '#vc/clock';
import type { StatusChanger } from './domain/change-status.ts';
import type { CredentialIssuer } from './domain/issue-credential.ts';
import { createLifecycleChanger } from './domain/lifecycle.ts';
import { createReissuer } from './domain/reissue-credential.ts';
import { createSettler } from './domain/settle-lifecycle.ts';
import { createSuperseder, type SupersederDeps } from './domain/superseding.ts';
import { createWithdrawalRevoker, type WithdrawalRevokerDeps } from './domain/withdrawal.ts';
import type { DetailsStore } from './store/details-store.ts';
import type { LifecycleStore } from './store/lifecycle-store.ts';
import type { SettlingStore } from './store/settling-store.ts';

export interface LifecycleCoreDeps {
  lifecycles: LifecycleStore;
  details: DetailsStore;
  settling: SettlingStore;
  issuer: CredentialIssuer;
  statusChanger: StatusChanger;
  clock: Clock;
}

/** What becomes of a credential after it was issued, besides its status by hand. */
export function createLifecycleCore(deps: LifecycleCoreDeps) {
  const { lifecycles, details, settling, issuer, statusChanger, clock } = deps;
  const common: SupersederDeps & WithdrawalRevokerDeps = {
    changeStatus: (...change) => statusChanger.change(...change),
    ledger: settling,
  };
  const superseder = createSuperseder(common);
  const withdrawals = createWithdrawalRevoker(common);
  return {
    superseder,
    lifecycleChanger: createLifecycleChanger({
      revokeWithdrawn: withdrawals.revoke,
      ledger: lifecycles,
    }),
    reissuer: createReissuer({ issuer, loadStored: (...which) => details.loadStored(...which) }),
    settler: createSettler({
      findUnsettled: (terms) => settling.findUnsettled(terms),
      settle: {
        superseding: superseder.suspendOlder,
        withdrawal: (...which) => withdrawals.finish(...which),
      },
      clock,
    }),
  };
}
