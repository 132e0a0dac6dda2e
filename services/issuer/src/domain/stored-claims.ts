import { COMMON_CLAIMS } from '#catalogue/catalogue';
import { toDateTimeStamp } from '#vc/clock';
import { parseJwtCredential } from '#proofs/jwt-credential';
import { parseSdJwt } from '#proofs/sd-jwt';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

/** What a credential of ours says, whatever form it was signed in. */
export interface StoredClaims {
  /** `credentialSubject` without `id` */
  claims: JsonObject;
  /** dateTimeStamp */
  validFrom: string | undefined;
  /** dateTimeStamp */
  validUntil: string | undefined;
  /** dateTimeStamp of the trust framework */
  lastRefresh: string | undefined;
}

/**
 * Reads the document of a credential that was issued here: nothing is verified again.
 * @throws VcError PARSING_ERROR or MALFORMED_VALUE_ERROR for a document that no form of ours has
 */
export function readStoredClaims(document: string): StoredClaims {
  if (document.startsWith('{')) return ofCredential(JSON.parse(document) as JsonObject);
  return document.includes('~') ? ofSdJwt(document) : ofJwt(document);
}

function ofJwt(document: string): StoredClaims {
  return ofCredential(parseJwtCredential(document).credential);
}

function ofCredential(credential: JsonObject): StoredClaims {
  const { credentialSubject, trustFramework, validFrom, validUntil } = credential;
  const { id: _id, ...claims } = isJsonObject(credentialSubject) ? credentialSubject : {};
  return {
    claims,
    validFrom: textOf(validFrom ?? credential['issuanceDate']),
    validUntil: textOf(validUntil ?? credential['expirationDate']),
    lastRefresh: lastRefreshOf(trustFramework),
  };
}

function ofSdJwt(document: string): StoredClaims {
  const { payload } = parseSdJwt(document);
  const claims = Object.entries(payload).filter(([name]) => !COMMON_CLAIMS.has(name));
  return {
    claims: Object.fromEntries(claims),
    validFrom: timeOf(payload['nbf']),
    validUntil: timeOf(payload['exp']),
    lastRefresh: lastRefreshOf(payload['trustFramework']),
  };
}

function lastRefreshOf(trustFramework: JsonValue | undefined): string | undefined {
  return isJsonObject(trustFramework) ? textOf(trustFramework['lastRefresh']) : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** NumericDate to dateTimeStamp. */
function timeOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'number' ? toDateTimeStamp(value * 1_000) : undefined;
}
