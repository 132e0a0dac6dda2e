import { isJsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';

export interface ExpectedList {
  listUrl: string;
  issuer: string;
  purpose: string;
  /** milliseconds since the epoch */
  version: number;
  encodedList: string;
}

/**
 * That what the issuer signed is the version that was asked for: nothing else is ever served under the list's URL.
 * Its signature is the verifiers' to check.
 * @returns `validUntil` in milliseconds since the epoch
 * @throws VcError PROOF_GENERATION_ERROR
 */
export function checkSignedList(signed: Record<string, unknown>, expected: ExpectedList): number {
  const subject = signed['credentialSubject'];
  const validUntil = parseDateTimeStamp(signed['validUntil']);
  const fits =
    signed['id'] === expected.listUrl &&
    signed['issuer'] === expected.issuer &&
    parseDateTimeStamp(signed['validFrom']) === expected.version &&
    isJsonObject(signed['proof']) &&
    isJsonObject(subject) &&
    subject['statusPurpose'] === expected.purpose &&
    subject['encodedList'] === expected.encodedList;
  if (!fits || validUntil === undefined || validUntil <= expected.version) {
    throw new VcError(
      'PROOF_GENERATION_ERROR',
      'The issuer signed another list than was asked for',
    );
  }
  return validUntil;
}

export interface ExpectedToken {
  listUrl: string;
  /** milliseconds since the epoch */
  version: number;
  lst: string;
}

/**
 * The same of a status list token (draft-ietf-oauth-status-list §5.1).
 * @returns `exp` in milliseconds since the epoch
 * @throws VcError PROOF_GENERATION_ERROR
 */
export function checkSignedToken(token: string, expected: ExpectedToken): number {
  const claims = claimsOf(token);
  const list = claims?.['status_list'];
  const expires = claims?.['exp'];
  const fits =
    claims?.['sub'] === expected.listUrl &&
    claims['version'] === expected.version &&
    claims['iat'] === Math.floor(expected.version / 1_000) &&
    isJsonObject(list) &&
    list['bits'] === 2 &&
    list['lst'] === expected.lst;
  if (!fits || typeof expires !== 'number' || expires * 1_000 <= expected.version) {
    throw new VcError(
      'PROOF_GENERATION_ERROR',
      'The issuer signed another list than was asked for',
    );
  }
  return expires * 1_000;
}

/**
 * The version that a document says it is, whoever wrote it.
 * @returns undefined when it is none of a list, or torn
 */
export function versionOf(kind: 'credential' | 'token', document: string): number | undefined {
  if (kind === 'token') {
    const version = claimsOf(document)?.['version'];
    return Number.isSafeInteger(version) ? (version as number) : undefined;
  }
  const credential = parseObject(document);
  return credential && parseDateTimeStamp(credential['validFrom']);
}

/** The claims of a JWT of three parts, unverified. */
function claimsOf(token: string): Record<string, unknown> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3 || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  return parseObject(Buffer.from(parts[1] ?? '', 'base64url').toString());
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
