import { type Apply, loadOpenOrganisation } from './context.ts';
import type { SignOffInformationGovernance } from './operation.ts';

/** Says that the organisation's information governance is in order, and where that is written. */
export const signOffInformationGovernance: Apply<SignOffInformationGovernance> = async (
  { odsCode, reference },
  context,
) => {
  await loadOpenOrganisation(context, odsCode);
  await context.changes.saveCheckedItem(odsCode, {
    item: 'information-governance',
    doneAt: context.now,
    reference,
  });
  return {
    result: {},
    records: [],
    event: {
      action: 'information-governance.signed-off',
      subject: { organisation: odsCode },
    },
  };
};
