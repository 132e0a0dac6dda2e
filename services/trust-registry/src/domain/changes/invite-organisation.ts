import type { Organisation, SystemApproach } from '../organisation.ts';
import { checkAdmissionChain } from './chain.ts';
import { type Apply, type ChangeContext, conflict, invalid } from './context.ts';
import type { InviteOrganisation } from './operation.ts';

// spaces, marks and invisible characters alone name nobody
const READABLE = /[\p{L}\p{N}]/u;

/**
 * Makes an organisation known under an ODS code that was never used before, admitted by an ICS or network that stands.
 * A trust is invited and has its checklist before it; an ICS or network issues nothing and is registered at once.
 */
export const inviteOrganisation: Apply<InviteOrganisation> = async (operation, context) => {
  const { odsCode, name, kind } = operation;
  const { changes, now } = context;
  if (!READABLE.test(name) || name.includes('\n')) {
    throw invalid('/name', 'name must be readable text in one line');
  }
  const icsOdsCode = await checkIcs(operation, context);
  const admittedBy = await checkAdmission(operation, icsOdsCode, context);
  const organisation: Organisation = {
    odsCode,
    name,
    kind,
    icsOdsCode,
    admittedBy,
    systemApproach: approachOf(operation),
    status: kind === 'trust' ? 'invited' : 'registered',
    mergedInto: null,
  };
  if (!(await changes.insertOrganisation(organisation, now))) {
    throw conflict('The ODS code is taken, and ODS codes are never used again', '/odsCode');
  }
  return {
    result: { odsCode },
    records: [odsCode],
    event: { action: 'organisation.invited', subject: { organisation: odsCode, kind } },
  };
};

async function checkIcs(
  { kind, icsOdsCode }: InviteOrganisation,
  { changes }: ChangeContext,
): Promise<string | null> {
  if (kind !== 'trust') {
    if (icsOdsCode === undefined) return null;
    throw invalid('/icsOdsCode', 'only a trust belongs to an ICS');
  }
  if (icsOdsCode === undefined) throw invalid('/icsOdsCode', 'a trust needs the ICS it belongs to');
  const ics = await changes.findOrganisation(icsOdsCode);
  if (ics?.kind === 'ics' && ics.status === 'registered') return icsOdsCode;
  throw invalid('/icsOdsCode', 'icsOdsCode is not the code of a registered ICS');
}

async function checkAdmission(
  { odsCode, kind, admittedBy }: InviteOrganisation,
  icsOdsCode: string | null,
  context: ChangeContext,
): Promise<string | null> {
  const { cellOdsCode } = context.namespace;
  if (odsCode === cellOdsCode) {
    // the anchor admits the cell, and its genesis file says so
    if (kind !== 'ics') throw invalid('/kind', 'this ODS code is that of the ICS of the cell');
    if (admittedBy === undefined) return null;
    throw invalid('/admittedBy', 'the ICS of the cell is admitted by the anchor');
  }
  const by = admittedBy ?? icsOdsCode ?? cellOdsCode;
  await checkAdmissionChain(context, { odsCode, admittedBy: by });
  return by;
}

function approachOf({ kind, systemApproach }: InviteOrganisation): SystemApproach | null {
  if (kind === 'trust') {
    if (systemApproach === undefined) return null;
    throw invalid('/systemApproach', 'a trust takes part as its ICS or network does');
  }
  const approach = systemApproach ?? (kind === 'network' ? 'network' : 'full-ics');
  if ((approach === 'network') === (kind === 'network')) return approach;
  throw invalid('/systemApproach', 'network is the approach of networks, and of nobody else');
}
