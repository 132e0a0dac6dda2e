import { isDid } from '#did/identifiers';
import { CREDENTIALS_V2_CONTEXT, isJsonObject, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { failed, type Finding, PASS } from '../report.ts';

/** A credential whose shape was checked. */
export interface ShapedCredential {
  id: string;
  type: string;
  issuer: string;
  subjectId: string;
  /** milliseconds */
  validFrom: number;
  validUntil: number | undefined;
}

const CREDENTIAL_TERMS = new Set([
  '@context',
  'id',
  'type',
  'name',
  'description',
  'issuer',
  'validFrom',
  'validUntil',
  'credentialSubject',
  'trustFramework',
  'credentialSchema',
  'credentialStatus',
  'renderMethod',
  'proof',
]);
const PRESENTATION_TERMS = new Set([
  '@context',
  'id',
  'type',
  'holder',
  'verifiableCredential',
  'proof',
]);
const ABSOLUTE_URL = /^[a-z][a-z0-9+.-]*:[^\s]+$/i;

/** The shape of VCDM 2.0 §4 in the narrower form that is issued here: one subject, one type, string issuer. */
export function checkCredentialModel(document: JsonObject): Finding {
  const { '@context': context, id, type, issuer, credentialSubject: subject } = document;
  const unknownTerm = findUnknownTerm(document, CREDENTIAL_TERMS);
  if (unknownTerm !== undefined) return failed('UNKNOWN_TERM', unknownTerm);
  if (!isContextOfVcdm2(context))
    return malformed('/@context', 'It is not a credential of VCDM 2.0.');
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
  return checkDates(document);
}

function checkDates({ validFrom, validUntil }: JsonObject): Finding {
  const from = parseDateTimeStamp(validFrom);
  if (from === undefined) return malformed('/validFrom', 'It does not say from when it is valid.');
  if (validUntil === undefined) return PASS;
  const until = parseDateTimeStamp(validUntil);
  if (until === undefined || until < from) {
    return malformed('/validUntil', 'The end of its validity is not a time after the start.');
  }
  return PASS;
}

/** VCDM 2.0 §4.13: a presentation of at least one credential by one holder. */
export function checkPresentationModel(document: JsonObject): Finding {
  const { '@context': context, id, type, holder } = document;
  const unknownTerm = findUnknownTerm(document, PRESENTATION_TERMS);
  if (unknownTerm !== undefined) return failed('UNKNOWN_TERM', unknownTerm);
  if (!isContextOfVcdm2(context)) {
    return malformed('/@context', 'It is not a presentation of VCDM 2.0.');
  }
  if (id !== undefined && !isUrl(id)) return malformed('/id', 'Its id is not a URL.');
  if (!isTypeOf('VerifiablePresentation', type, 1)) {
    return malformed('/type', 'It is not a presentation.');
  }
  if (!isDid(holder)) return malformed('/holder', 'It does not say who presents it.');
  const presented = presentedCredentials(document);
  if (presented.length === 0 || !presented.every(({ credential }) => isJsonObject(credential))) {
    return malformed('/verifiableCredential', 'It presents no credential that can be read.');
  }
  return PASS;
}

/** What a presentation holds, each with its pointer. */
export function presentedCredentials({ verifiableCredential: presented }: JsonObject) {
  if (presented === undefined) return [];
  const pointer = '/verifiableCredential';
  if (!Array.isArray(presented)) return [{ credential: presented, pointer }];
  return presented.map((credential, at) => ({ credential, pointer: `${pointer}/${at}` }));
}

/** Reads a credential that `checkCredentialModel` passed. */
export function readCredential(document: JsonObject): ShapedCredential {
  const { id, type, issuer, validFrom, validUntil } = document;
  return {
    id: id as string,
    type: (type as string[])[1] as string,
    issuer: issuer as string,
    subjectId: (document['credentialSubject'] as JsonObject)['id'] as string,
    validFrom: parseDateTimeStamp(validFrom) as number,
    validUntil: parseDateTimeStamp(validUntil),
  };
}

function findUnknownTerm(document: JsonObject, known: ReadonlySet<string>): string | undefined {
  const term = Object.keys(document).find((key) => !known.has(key));
  return term && `/${term.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isContextOfVcdm2(context: unknown): boolean {
  return Array.isArray(context) && context[0] === CREDENTIALS_V2_CONTEXT;
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

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 500 && ABSOLUTE_URL.test(value);
}

function malformed(pointer: string, detail: string): Finding {
  return failed('MALFORMED_VALUE_ERROR', pointer, detail);
}
