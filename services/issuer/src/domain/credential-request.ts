import type { Catalogue, Edition } from '#catalogue/catalogue';
import type { CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { type ErrorLocation, VcError, type VcErrorCode } from '#vc/error';
import type { Supersession } from './ports.ts';

/** What both ways of asking come to. Nothing in it has been checked against the catalogue or the registry. */
export interface CredentialRequest {
  /** the bare UUID that the caller chose */
  id: string | undefined;
  type: string;
  /** `credentialSubject` without `id` */
  claims: JsonObject;
  holder: { did: string } | { employeeId: string };
  /** the DID that the caller believes to issue */
  issuer: string | undefined;
  validFrom: string | undefined;
  validUntil: string | undefined;
  /** the caller's own name of what it mints together */
  batch: string | undefined;
  /** of the catalogue's type; left out: the newest that is approved */
  version?: string | undefined;
  /** the first is the one that is answered first; left out: as the trust has set for the type */
  forms?: readonly CredentialForm[] | undefined;
  /** VCALM: only a JSON-LD form of this data model will do */
  dataModel?: '1.1' | '2.0' | undefined;
  supersedes?: Supersession | undefined;
  /** dateTimeStamp when the claims were last read from their origin; left out: now */
  lastRefresh?: string | undefined;
  /** where the type stood in the request: a JSON Pointer, for findings */
  typePointer: string;
  /** where the claims stood in the request: a JSON Pointer, for findings */
  claimsPointer: string;
}

export interface ValidityPeriod {
  /** dateTimeStamp, undefined: from the time of issue */
  validFrom: string | undefined;
  validUntil: string | undefined;
  /** `validUntil` in milliseconds since the epoch */
  endsAt: number | undefined;
}

/**
 * Chooses the version of the type that the credential is made by and will name, and checks the claims against it.
 * @throws VcError UNKNOWN_CREDENTIAL_TYPE, CATALOGUE_VERSION_NOT_ISSUABLE, UNKNOWN_TERM, CLAIMS_INVALID
 */
export function checkAgainstCatalogue(
  request: CredentialRequest,
  catalogue: Pick<Catalogue, 'editionToIssue'>,
): Edition {
  const { claims, claimsPointer } = request;
  const edition = editionFor(request, catalogue);
  const problems = edition.checkClaims(claims);
  const errors = problems.map(({ pointer = '', detail }) => ({
    pointer: pointer.replace(/^\/credentialSubject/, claimsPointer),
    detail,
  }));
  if (problems.some(({ code }) => code === 'UNKNOWN_TERM')) throw refusal('UNKNOWN_TERM', errors);
  if (errors.length > 0) throw refusal('CLAIMS_INVALID', errors);
  return edition;
}

function editionFor(
  request: CredentialRequest,
  catalogue: Pick<Catalogue, 'editionToIssue'>,
): Edition {
  const { type, version, typePointer } = request;
  try {
    return catalogue.editionToIssue(type, version);
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    const pointer = error.code === 'UNKNOWN_CREDENTIAL_TYPE' ? typePointer : '/version';
    throw refusal(error.code, [{ pointer, detail: error.message }]);
  }
}

/**
 * The period must be real, end after it begins, and not have ended. It lies in the years 1970 to 9999 (of UTC), which
 * every form can say: the times of a JWT are seconds since 1970.
 * The end of the signing key is no bound: a retired key's credentials stay good.
 * @param now milliseconds since the epoch
 * @throws VcError CLAIMS_INVALID
 */
export function checkValidity(
  { validFrom, validUntil }: Pick<CredentialRequest, 'validFrom' | 'validUntil'>,
  now: number,
): ValidityPeriod {
  const startsAt = validFrom === undefined ? now : parseDateTimeStamp(validFrom);
  const endsAt = parseDateTimeStamp(validUntil);
  const errors: ErrorLocation[] = [];
  if (startsAt === undefined) {
    errors.push({ pointer: '/validFrom', detail: NOT_A_TIME });
  }
  if (validUntil !== undefined && endsAt === undefined) {
    errors.push({ pointer: '/validUntil', detail: NOT_A_TIME });
  }
  if (startsAt !== undefined && startsAt < 0) {
    errors.push({ pointer: '/validFrom', detail: 'is before 1970' });
  }
  if (endsAt !== undefined && endsAt >= YEAR_10000) {
    errors.push({ pointer: '/validUntil', detail: 'is after the year 9999' });
  }
  if (endsAt !== undefined && endsAt <= (startsAt ?? -Infinity)) {
    errors.push({ pointer: '/validUntil', detail: 'must be after validFrom' });
  }
  if (endsAt !== undefined && endsAt <= now) {
    errors.push({ pointer: '/validUntil', detail: 'is in the past' });
  }
  if (errors.length > 0) throw refusal('CLAIMS_INVALID', errors);
  return { validFrom, validUntil, endsAt };
}

const YEAR_10000 = Date.UTC(10_000, 0);
const NOT_A_TIME = 'must be a real date and time with a time zone, like 2026-11-22T16:00:00Z';

/** One error for everything found, whose sentence says the first finding. */
export function refusal(code: VcErrorCode, errors: ErrorLocation[]): VcError {
  const [first] = errors;
  const where = first === undefined ? '' : `: ${first.pointer} ${first.detail}`;
  return new VcError(code, `The credential cannot be issued as asked${where}`, { errors });
}
