import { type Apply, loadOpenOrganisation } from './context.ts';
import type { SetContacts } from './operation.ts';

const TEAMS = ['humanResources', 'occupationalHealth', 'education'] as const;

/** How other organisations reach the teams of this one. Never published. */
export const setContacts: Apply<SetContacts> = async (operation, context) => {
  const { odsCode } = operation;
  await loadOpenOrganisation(context, odsCode);
  const contacts = TEAMS.map((team) => {
    const { email, phone = null } = operation[team];
    return { team, email, phone };
  });
  await context.changes.saveContacts(odsCode, contacts);
  const done = { item: 'contacts' as const, doneAt: context.now, reference: null };
  await context.changes.saveCheckedItem(odsCode, done);
  return {
    result: {},
    records: [],
    event: { action: 'contacts.set', subject: { organisation: odsCode } },
  };
};
