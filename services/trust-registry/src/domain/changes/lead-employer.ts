import type { LeadEmployment } from '../organisation.ts';
import { parsePeriodBeside } from '../period.ts';
import {
  type Apply,
  type ChangeContext,
  conflict,
  invalid,
  loadOpenOrganisation,
  loadOrganisation,
} from './context.ts';
import type { EndLeadEmployer, RelateLeadEmployer } from './operation.ts';

/**
 * Says that a trust is the lead employer of doctors who work at another. It may have begun long ago: it says what is
 * the case and lets nobody do anything.
 */
export const relateLeadEmployer: Apply<RelateLeadEmployer> = async (operation, context) => {
  const { odsCode, host, staffGroup } = operation;
  if (host === odsCode) throw invalid('/host', 'a lead employer is another trust than the host');
  await checkTrust(context, odsCode, '/odsCode');
  await checkTrust(context, host, '/host');
  const same = (await context.changes.listLeadEmployments(odsCode)).filter(
    (each) => each.host === host && each.staffGroup === staffGroup,
  );
  const period = parsePeriodBeside(operation, same, context.now);
  const id = context.randomUUID();
  const employment: LeadEmployment = { id, leadEmployer: odsCode, host, staffGroup, ...period };
  await context.changes.insertLeadEmployment(employment);
  return {
    result: { id },
    records: [odsCode, host],
    event: {
      action: 'lead-employer.related',
      subject: { organisation: odsCode, host, relation: id },
    },
  };
};

/** Ends it now; one that has not begun never will. */
export const endLeadEmployer: Apply<EndLeadEmployer> = async ({ odsCode, id }, context) => {
  const { changes, now } = context;
  await loadOrganisation(context, odsCode);
  const employment = (await changes.listLeadEmployments(odsCode)).find((each) => each.id === id);
  if (employment === undefined) throw invalid('/id', 'The trust is no such lead employer');
  if (employment.validUntil !== null && employment.validUntil <= now) {
    throw conflict('It has ended already', '/id');
  }
  await changes.endLeadEmployment(id, Math.max(now, employment.validFrom));
  return {
    result: { id },
    records: [odsCode, employment.host],
    event: {
      action: 'lead-employer.ended',
      subject: { organisation: odsCode, host: employment.host, relation: id },
    },
  };
};

async function checkTrust(context: ChangeContext, odsCode: string, pointer: string): Promise<void> {
  const { kind } = await loadOpenOrganisation(context, odsCode, pointer);
  if (kind !== 'trust') throw invalid(pointer, 'only trusts are lead employers and hosts');
}
