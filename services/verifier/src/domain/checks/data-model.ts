import { isDid } from '#did/identifiers';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import type { Problem } from '#vc/error';
import { checkRules } from '#vc/vcdm-rules';
import { type VcdmVersion, vcdmOf } from '../forms/vcdm.ts';
import { failed, type Finding, PASS } from '../report.ts';

const PRESENTATION_TERMS = new Set([
  '@context',
  'id',
  'type',
  'holder',
  'verifiableCredential',
  'proof',
]);
// Sent to the wrong place, or as the whole of a request inside another.
const HOLDS_ANOTHER = 'It holds a credential, as a presentation does, and is not one itself.';
const NOT_PRESENTED = 'It is a credential by itself, and not a presentation of one.';
const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:[^\s]+$/i;
const URN_UUID = /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The shape of VCDM 2.0 §4 or 1.1 §4 in the narrower form that is issued here: one subject, one type, string issuer. */
export function checkCredentialModel(document: JsonObject): Finding {
  const { id, type, issuer, supersedes, credentialSubject: subject } = document;
  const version = vcdmOf(document);
  if ('verifiableCredential' in document) return malformed('/verifiableCredential', HOLDS_ANOTHER);
  if (version === undefined) {
    return malformed('/@context', 'It is not a credential of a kind that is known here.');
  }
  const unknownTerm = findUnknownTerm(document, version.terms);
  if (unknownTerm !== undefined) return failed('UNKNOWN_TERM', unknownTerm);
  if (!isUrl(id)) return malformed('/id', 'The credential has no id.');
  if (!isTypeOf('VerifiableCredential', type, 2)) {
    return malformed('/type', 'It does not say which one kind of credential it is.');
  }
  if (!isDid(issuer)) return malformed('/issuer', 'It does not name its issuer.');
  if (!isJsonObject(subject)) {
    return malformed('/credentialSubject', 'It is not about exactly one person.');
  }
  if (!isDid(subject['id'])) {
    return malformed('/credentialSubject/id', 'It does not say whose credential it is.');
  }
  const dated = checkSupersedes(supersedes) ?? checkDates(document, version);
  return dated.outcome === 'pass' ? checkAllRules(document, 'credential') : dated;
}

// Contexts, status and schema are checks of their own, which ask for more and say more of what is wrong there.
const JUDGED_ELSEWHERE = new Set([
  'context-base',
  'context-kinds',
  'context-set',
  'context-one-version',
  'credentialStatus-typed',
  'credentialSchema-typed',
]);

/** What the data model demands beyond the narrower form that is issued here. */
function checkAllRules(document: JsonObject, kind: 'credential' | 'presentation'): Finding {
  return ruleFinding(checkRules(document, { kind, without: JUDGED_ELSEWHERE }));
}

/** A rule that is broken, as a finding. */
export function ruleFinding(broken: Problem | undefined): Finding {
  return broken === undefined ? PASS : failed(broken.code, broken.pointer, broken.detail);
}

/** The id of the credential in whose place one stands, if it says so. */
export function checkSupersedes(supersedes: unknown): Finding | undefined {
  const isId = typeof supersedes === 'string' && URN_UUID.test(supersedes);
  return supersedes === undefined || isId
    ? undefined
    : malformed('/supersedes', 'It does not name the credential whose place it takes.');
}

function checkDates(document: JsonObject, { validFrom, validUntil }: VcdmVersion): Finding {
  const from = parseDateTimeStamp(document[validFrom]);
  if (from === undefined) {
    return malformed(`/${validFrom}`, 'It does not give a date and time from which it is valid.');
  }
  if (document[validUntil] === undefined) return PASS;
  return checkEnd(from, parseDateTimeStamp(document[validUntil]), `/${validUntil}`);
}

/** @param until milliseconds; undefined: there is an end that cannot be read */
export function checkEnd(from: number, until: number | undefined, pointer: string): Finding {
  return until === undefined || until < from
    ? malformed(pointer, 'The end of its validity is not a time after the start.')
    : PASS;
}

/** VCDM 2.0 §4.13: a presentation of at least one credential by one holder; of 1.1 too. */
export function checkPresentationModel(document: JsonObject): Finding {
  const { id, type, holder } = document;
  if ('credentialSubject' in document) return malformed('/credentialSubject', NOT_PRESENTED);
  const unknownTerm = findUnknownTerm(document, PRESENTATION_TERMS);
  if (unknownTerm !== undefined) return failed('UNKNOWN_TERM', unknownTerm);
  if (vcdmOf(document) === undefined) {
    return malformed('/@context', 'It is not a presentation of a kind that is known here.');
  }
  if (id !== undefined && !isUrl(id)) return malformed('/id', 'Its id is not a URL.');
  if (!isTypeOf('VerifiablePresentation', type, 1)) {
    return malformed('/type', 'It is not a presentation.');
  }
  if (!isDid(holder)) return malformed('/holder', 'It does not say who presents it.');
  return checkAllRules(document, 'presentation');
}

function findUnknownTerm(document: JsonObject, known: ReadonlySet<string>): string | undefined {
  const term = Object.keys(document).find((key) => !known.has(key));
  return term && `/${term.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isTypeOf(base: string, type: unknown, length: number): boolean {
  if (length === 1 && type === base) return true;
  return (
    Array.isArray(type) &&
    type.length === length &&
    type[0] === base &&
    type.every((name) => typeof name === 'string')
  );
}

export function isUrl(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 500 && ABSOLUTE_URL.test(value);
}

export function malformed(pointer: string, detail: string): Finding {
  return failed('MALFORMED_VALUE_ERROR', pointer, detail);
}
