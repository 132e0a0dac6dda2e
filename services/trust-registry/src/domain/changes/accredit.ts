import { findCredentialType } from '#catalogue/catalogue';
import { VcError } from '#vc/error';
import type { Accreditation, Period } from '../organisation.ts';
import { parsePeriodBeside, standingPeriod, startsInThePast } from '../period.ts';
import { type Apply, type ChangeContext, invalid, loadOpenOrganisation } from './context.ts';
import type { Accredit } from './operation.ts';

/** Accredits an organisation to issue or to ask for a type of credential. */
export const accredit: Apply<Accredit> = async (operation, context) => {
  const { odsCode, credentialType, action } = operation;
  const { changes, now } = context;
  checkScope(operation);
  const { kind } = await loadOpenOrganisation(context, odsCode);
  if (action === 'issue' && kind !== 'trust') {
    // an ICS or network is registered without a checklist
    throw invalid('/action', 'only a trust is accredited to issue');
  }
  const period = await checkPeriod(operation, context);
  const accreditation: Accreditation = {
    id: context.randomUUID(),
    credentialType,
    action,
    ...period,
    withdrawnAt: null,
    withdrawnForCause: false,
    staffGroups: operation.staffGroups ?? [],
    purposes: operation.purposes ?? [],
    claims: operation.claims ?? null,
  };
  const { id } = accreditation;
  const evidence = operation.evidence ?? null;
  await changes.insertAccreditation(odsCode, accreditation, { evidence, at: now });
  return {
    result: { id },
    records: [odsCode],
    event: {
      action: 'accreditation.granted',
      subject: { organisation: odsCode, accreditation: id, type: credentialType, for: action },
    },
  };
};

/** What it is for: issuing is shown to be deserved; asking is for stated purposes and, if said, some claims only. */
function checkScope({ credentialType, action, evidence, purposes, claims }: Accredit): void {
  const type = findCredentialType(credentialType);
  if (type === undefined) {
    const detail = 'The catalogue has no such credential type';
    throw new VcError('UNKNOWN_CREDENTIAL_TYPE', detail, {
      errors: [{ pointer: '/credentialType', detail }],
    });
  }
  if (action === 'issue') {
    if (evidence === undefined || evidence.trim() === '') {
      throw invalid('/evidence', 'an accreditation to issue says where its evidence is');
    }
    if (purposes !== undefined) throw invalid('/purposes', 'purposes are those of a request');
    if (claims !== undefined) throw invalid('/claims', 'claims are those of a request');
    return;
  }
  if (purposes === undefined || purposes.length === 0) {
    throw invalid('/purposes', 'an accreditation to ask says for which purposes');
  }
  if (claims?.length === 0) throw invalid('/claims', 'an empty list lets nothing be asked for');
  const unknown = claims?.findIndex((claim) => !Object.hasOwn(type.fields, claim)) ?? -1;
  if (unknown >= 0) {
    throw invalid(`/claims/${unknown}`, `${credentialType} has no such claim`);
  }
}

async function checkPeriod(operation: Accredit, { changes, now }: ChangeContext): Promise<Period> {
  const { odsCode, credentialType, action, backdated } = operation;
  const standing = (await changes.listAccreditations(odsCode)).filter(
    (each) => each.credentialType === credentialType && each.action === action,
  );
  const period = parsePeriodBeside(operation, standing.map(standingPeriod), now);
  if (startsInThePast(period, now) && backdated !== true) {
    throw invalid('/validFrom', 'validFrom is in the past: say backdated if that is meant');
  }
  return period;
}
