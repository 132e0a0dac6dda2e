import { checkClaims } from '#catalogue/catalogue';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { type ErrorLocation, type Problem, VcError } from '#vc/error';
import { employmentCheckFormats } from './workforce-record/employment-checks.ts';
import { coreSkillFormats } from './workforce-record/core-skill.ts';
import { healthEventFormats } from './workforce-record/health-event.ts';
import type { RecordFormat } from './workforce-record/record-format.ts';

const FORMATS = new Map<string, RecordFormat>(
  Object.entries({ ...employmentCheckFormats, ...coreSkillFormats, ...healthEventFormats }),
);

/**
 * Turns one record of the Digital Staff Passport API standard into the claims of a credential type, which then pass
 * the catalogue's check. The format's own slips are mended (booleans as text, registration numbers as numbers);
 * images are dropped; nothing that the record does not say is claimed.
 * @param version of the catalogue's type; left out: the newest approved one
 * @throws VcError UNKNOWN_TERM for a member that the record type does not have, CLAIMS_INVALID for anything else;
 *   `errors` point into `/record`
 */
export function recordToClaims(
  record: unknown,
  version?: string,
): { type: string; claims: JsonObject } {
  if (!isJsonObject(record))
    throw invalid([{ pointer: '/record', detail: 'record must be an object' }]);
  const recordType = record['recordType'];
  const format = typeof recordType === 'string' ? FORMATS.get(recordType) : undefined;
  if (format === undefined) {
    const detail = `recordType must be one of: ${[...FORMATS.keys()].join(', ')}`;
    throw invalid([{ pointer: '/record/recordType', detail }]);
  }
  const unknown = unknownMembers(record, format);
  const { type, claims } = format.toClaims(record);
  const problems = checkClaims(type, claims, version)
    // whether there is such a version, and whether it may be issued, is for the caller to say
    .filter(({ code }) => code !== 'UNKNOWN_CREDENTIAL_TYPE')
    .map((problem) => inRecord(problem, format));
  if (unknown.length > 0) {
    const message = 'The record has members that its type does not have';
    throw new VcError('UNKNOWN_TERM', message, { errors: [...unknown, ...problems] });
  }
  if (problems.length > 0) throw invalid(problems);
  return { type, claims };
}

/**
 * The way back: the records that say what a credential's claims say, as far as the format can. A health credential is
 * a record for each event; a type that the format lacks has none. Images and what only the claims have (verdicts,
 * bases, register status) are absent.
 */
export function claimsToRecords({
  type,
  claims,
}: {
  type: string;
  claims: JsonObject;
}): JsonObject[] {
  return [...FORMATS.values()].flatMap((format) => format.toRecords(type, claims));
}

function invalid(errors: ErrorLocation[]): VcError {
  return new VcError('CLAIMS_INVALID', 'The record is not one that a credential can be made from', {
    errors,
  });
}

function unknownMembers(record: JsonObject, format: RecordFormat): ErrorLocation[] {
  const unknown = Object.keys(record).filter(
    (name) => name !== 'recordType' && !Object.hasOwn(format.members, name),
  );
  return unknown.map((name) => {
    const term = name.slice(0, 100);
    return {
      pointer: `/record/${term.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      detail: `${JSON.stringify(term)} is not a member of this record type: remove it or correct its name`,
    };
  });
}

/** A finding about a claim, told as one about the record's member that the claim came from. */
function inRecord({ pointer = '', detail }: Problem, { members }: RecordFormat): ErrorLocation {
  const claim = pointer.replace(/^\/credentialSubject(\/events\/0)?\/?/, '');
  const member = Object.keys(members).find((name) => members[name] === claim) ?? claim;
  const told = detail.startsWith(`${claim} `) ? `${member}${detail.slice(claim.length)}` : detail;
  return { pointer: member === '' ? '/record' : `/record/${member}`, detail: told };
}
