import { findCredentialType } from '#catalogue/catalogue';
import { VcError } from '#vc/error';
import { loadOpenForChange } from './load-organisation.ts';
import type { Accreditation, AccreditedAction } from './organisation.ts';
import { invalidPeriod, overlap, parsePeriod, type PeriodInput, standingPeriod } from './period.ts';
import type { Change, RegistryChanges } from './ports.ts';

export interface AccreditationInput extends PeriodInput {
  odsCode: string;
  credentialType: string;
  action: AccreditedAction;
  /** the past start is meant: it makes good what was done in the meantime */
  backdated?: boolean | undefined;
}

// a start that was `now` when the request was written
const GRACE_MS = 60_000;

/**
 * Accredits an organisation to issue or to ask for a type of credential.
 * @throws VcError UNKNOWN_CREDENTIAL_TYPE; CLAIMS_INVALID for a period that ends before it starts, overlaps a standing
 *   one, or starts in the past without saying so; CONFLICT, NOT_FOUND
 */
export async function grantAccreditation(
  changes: RegistryChanges,
  input: AccreditationInput & { id: string },
  now: number,
): Promise<Change<Accreditation>> {
  const { id, odsCode, credentialType, action } = input;
  if (findCredentialType(credentialType) === undefined) {
    const detail = 'The catalogue has no such credential type';
    throw new VcError('UNKNOWN_CREDENTIAL_TYPE', detail, {
      errors: [{ pointer: '/credentialType', detail }],
    });
  }
  const period = parsePeriod(input, now);
  if (period.validFrom < now - GRACE_MS && input.backdated !== true) {
    throw invalidPeriod('/validFrom', 'validFrom is in the past: say backdated if that is meant');
  }
  await loadOpenForChange(changes, odsCode);
  const standing = (await changes.listAccreditations(odsCode)).filter(
    (each) => each.credentialType === credentialType && each.action === action,
  );
  if (standing.some((each) => overlap(standingPeriod(each), period))) {
    throw invalidPeriod('/validFrom', 'The period overlaps an accreditation that stands');
  }
  const accreditation: Accreditation = {
    id,
    credentialType,
    action,
    ...period,
    withdrawnAt: null,
    withdrawnForCause: false,
  };
  await changes.insertAccreditation(odsCode, accreditation, now);
  return {
    result: accreditation,
    event: {
      action: 'accreditation.granted',
      subject: { organisation: odsCode, accreditation: id, type: credentialType, for: action },
    },
  };
}
