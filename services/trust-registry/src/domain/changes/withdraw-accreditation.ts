import { type Apply, conflict, invalid, loadOrganisation } from './context.ts';
import type { WithdrawAccreditation } from './operation.ts';

/**
 * Withdraws an accreditation. One that was withdrawn without cause can still be withdrawn for cause, when the cause
 * comes to light later; the other way round never.
 */
export const withdrawAccreditation: Apply<WithdrawAccreditation> = async (operation, context) => {
  const { odsCode, id, forCause, reason } = operation;
  const { changes, now } = context;
  await loadOrganisation(context, odsCode);
  const accreditation = (await changes.listAccreditations(odsCode)).find((each) => each.id === id);
  if (accreditation === undefined) {
    throw invalid('/id', 'The organisation has no such accreditation');
  }
  const adds = accreditation.withdrawnAt === null || (forCause && !accreditation.withdrawnForCause);
  if (!adds) throw conflict('The accreditation is withdrawn already', '/id');
  const withdrawnAt = accreditation.withdrawnAt ?? now;
  await changes.updateWithdrawal(id, { withdrawnAt, forCause, reason });
  return {
    result: { id },
    records: [odsCode],
    event: {
      action: forCause ? 'accreditation.withdrawn-for-cause' : 'accreditation.withdrawn',
      subject: { organisation: odsCode, accreditation: id },
    },
  };
};
