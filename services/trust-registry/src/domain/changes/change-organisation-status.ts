import { VcError } from '#vc/error';
import { loadChecklist } from '../checklist.ts';
import type { OrganisationStatus, PublishedOrganisation } from '../organisation.ts';
import { startOfSecond } from '../period.ts';
import { checkAdmissionChain, checkMergerChain } from './chain.ts';
import { type Apply, type ChangeContext, conflict, invalid, loadOrganisation } from './context.ts';
import type { ChangeOrganisationStatus } from './operation.ts';

const NEXT: Record<OrganisationStatus, readonly OrganisationStatus[]> = {
  invited: ['registered', 'closed'],
  registered: ['suspended', 'closed', 'merged'],
  suspended: ['registered', 'closed', 'merged'],
  closed: [],
  merged: [],
};

/** Registers an invited organisation, suspends one, lifts that, closes it, or merges it into another. */
export const changeOrganisationStatus: Apply<ChangeOrganisationStatus> = async (
  operation,
  context,
) => {
  const { odsCode, status, reason, mergedInto } = operation;
  const organisation = await loadOrganisation(context, odsCode);
  if (!NEXT[organisation.status].includes(status)) {
    throw conflict(`The organisation is ${organisation.status}: it cannot become ${status}`);
  }
  if (status === 'merged') await checkHeir(organisation, mergedInto, context);
  else if (mergedInto !== undefined) {
    throw invalid('/mergedInto', 'mergedInto is said of a merged organisation only');
  }
  if (organisation.status === 'invited' && status === 'registered') {
    await checkReady(organisation, context);
  }
  await setStatus(organisation, { status, reason, mergedInto: mergedInto ?? null }, context);
  return {
    result: {},
    records: [odsCode],
    event: {
      action: 'organisation.status-changed',
      subject: { organisation: odsCode, from: organisation.status, to: status },
    },
  };
};

/**
 * Writes a status and from when it counts. Who becomes registered is so from the full second on: dates inside
 * signatures have no fractions. What takes trust away counts from the millisecond it happened.
 */
export async function setStatus(
  organisation: PublishedOrganisation,
  change: { status: OrganisationStatus; reason: string; mergedInto: string | null },
  { changes, now }: Pick<ChangeContext, 'changes' | 'now'>,
): Promise<void> {
  const from = change.status === 'registered' ? startOfSecond(now) : now;
  // never before the status that it follows
  const validFrom = Math.max(from, organisation.statusHistory.at(-1)?.validFrom ?? from);
  await changes.updateOrganisationStatus(organisation.odsCode, { ...change, validFrom, at: now });
}

async function checkReady(
  { odsCode, admittedBy }: PublishedOrganisation,
  context: ChangeContext,
): Promise<void> {
  if (admittedBy !== null) await checkAdmissionChain(context, { odsCode, admittedBy });
  const { complete, items } = await loadChecklist(context, odsCode);
  if (complete) return;
  const lacking = items.filter(({ done }) => !done);
  throw new VcError(
    'CHECKLIST_INCOMPLETE',
    `The checklist lacks ${lacking.map(({ item }) => item).join(', ')}`,
    { errors: lacking.map(({ item, detail }) => ({ pointer: '', detail: `${item}: ${detail}` })) },
  );
}

async function checkHeir(
  { odsCode, kind }: PublishedOrganisation,
  mergedInto: string | undefined,
  context: ChangeContext,
): Promise<void> {
  if (mergedInto === undefined) {
    throw invalid('/mergedInto', 'a merged organisation needs the one it is merged into');
  }
  await checkMergerChain(context, { odsCode, mergedInto });
  const heir = await loadOrganisation(context, mergedInto, '/mergedInto');
  if (heir.status !== 'registered' || heir.kind !== kind) {
    throw invalid('/mergedInto', `mergedInto is not the code of a registered ${kind}`);
  }
}
