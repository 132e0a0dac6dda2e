import { toDateTimeStamp } from '#vc/clock';
import { readCompactJws } from '#vc/compact-jws';
import {
  type Credential,
  CREDENTIALS_V1_CONTEXT,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import { escapePointer } from '#vc/strict-json';
import {
  JWT_ALGORITHM,
  kidOf,
  malformedClaim,
  MAX_CREDENTIAL_LENGTH,
  signJwt,
  textOfClaim,
  timeOfClaim,
  toNumericDate,
} from './jwt.ts';
import type { Signer } from './signer.ts';

export { verifyJwtSignature } from './jwt-signature.ts';

// An audience, a key to be bound to or another status would go unheeded here: as in JSON-LD, no others.
const CLAIMS = new Set(['iss', 'sub', 'jti', 'nbf', 'iat', 'exp', 'vc']);

/** A credential as a JWT (`jwt_vc_json`). Nobody has checked its signature yet. */
export interface ParsedJwt {
  header: JsonObject;
  /** every claim, `vc` too */
  payload: JsonObject;
  /** DID URL of the key */
  kid: string;
  /** VCDM 1.1, of `vc` and of the claims that stand for its members */
  credential: JsonObject;
  /** `iat` in milliseconds */
  issuedAt: number;
}

export interface SignJwtCredentialOptions {
  /** VCDM 1.1, without proof; one subject */
  credential: Credential;
  signer: Signer;
  /** milliseconds */
  issuedAt: number;
}

/**
 * Signs a credential of VCDM 1.1 as a JWT (VCDM 1.1 §6.3.1). `vc` keeps every member that a claim says again.
 * @throws VcError PROOF_GENERATION_ERROR for what could not be read back
 */
export async function signJwtCredential(options: SignJwtCredentialOptions): Promise<string> {
  const { credential, signer, issuedAt } = options;
  const { id, issuer, issuanceDate, expirationDate } = credential;
  const nbf = parseDateTimeStamp(issuanceDate);
  const exp = parseDateTimeStamp(expirationDate);
  const claims: Record<string, JsonValue | undefined> = {
    iss: isJsonObject(issuer) ? issuer['id'] : issuer,
    sub: subjectOf(credential)?.['id'],
    jti: id,
    nbf: nbf === undefined ? undefined : toNumericDate(nbf),
    iat: toNumericDate(issuedAt),
    exp: exp === undefined ? undefined : toNumericDate(exp),
    vc: credential,
  };
  const text = await signJwt({ typ: 'JWT', claims: withoutAbsent(claims), signer });
  try {
    parseJwtCredential(text);
  } catch (cause) {
    throw new VcError('PROOF_GENERATION_ERROR', 'The credential does not fit into a JWT', {
      cause,
    });
  }
  return text;
}

/**
 * Reads a `jwt_vc_json`. What is said twice must be equal: `iss` and issuer, `sub` and the subject's id, `jti` and id,
 * `nbf` and issuanceDate, `exp` and expirationDate (to the second, which is what many libraries write). A member that
 * `vc` leaves to its claim is added; a claim may not be missing where `vc` has the member (VCDM 1.1 §6.3.1).
 * @throws VcError PARSING_ERROR, MALFORMED_VALUE_ERROR, UNKNOWN_TERM for any other claim; PROOF_CREATED_INVALID when it does not say when it was issued
 */
export function parseJwtCredential(text: string): ParsedJwt {
  const { header, claims } = readCompactJws(text, {
    algorithms: [JWT_ALGORITHM],
    types: ['JWT', undefined],
    maxLength: MAX_CREDENTIAL_LENGTH,
  });
  const kid = kidOf(header);
  refuseUnknown(claims);
  const credential = credentialOf(claims);
  const issuedAt = timeOfClaim(claims, 'iat');
  if (issuedAt === undefined) {
    throw new VcError('PROOF_CREATED_INVALID', 'The JWT does not say when it was issued');
  }
  return { header, payload: claims, kid, credential, issuedAt };
}

function refuseUnknown(claims: JsonObject): void {
  const unknown = Object.keys(claims).find((name) => !CLAIMS.has(name));
  if (unknown === undefined) return;
  const errors = [{ pointer: `/${escapePointer(unknown)}`, detail: 'is no claim of a credential' }];
  throw new VcError('UNKNOWN_TERM', 'The JWT says more than its credential', { errors });
}

function credentialOf(claims: JsonObject): JsonObject {
  const { vc } = claims;
  if (!isJsonObject(vc)) throw malformedClaim('vc', 'is not a credential');
  const { '@context': contexts, proof } = vc;
  if (!Array.isArray(contexts) || contexts[0] !== CREDENTIALS_V1_CONTEXT) {
    throw malformedClaim('vc', 'is not a credential of VCDM 1.1');
  }
  // a second proof, which nobody here would check
  if (proof !== undefined) throw malformedClaim('vc', 'has an embedded proof');
  const { id, issuer } = vc;
  const iss = textOfClaim(claims, 'iss');
  const issuerId = isJsonObject(issuer) ? issuer['id'] : issuer;
  if (iss === undefined) throw malformedClaim('iss', 'is missing');
  agree('iss', iss, issuerId);
  const jti = textOfClaim(claims, 'jti');
  agree('jti', jti, id);
  return {
    ...vc,
    ...(jti === undefined ? {} : { id: jti }),
    issuer: isJsonObject(issuer) ? { ...issuer, id: iss } : iss,
    ...subjectMember(claims, vc),
    ...dateMember(claims, vc, { claim: 'nbf', member: 'issuanceDate', required: true }),
    ...dateMember(claims, vc, { claim: 'exp', member: 'expirationDate', required: false }),
  };
}

function subjectMember(claims: JsonObject, vc: JsonObject): JsonObject {
  const sub = textOfClaim(claims, 'sub');
  const subject = subjectOf(vc);
  if (subject === undefined) throw malformedClaim('vc', 'is not about one subject');
  agree('sub', sub, subject['id']);
  return { credentialSubject: sub === undefined ? subject : { ...subject, id: sub } };
}

function dateMember(
  claims: JsonObject,
  vc: JsonObject,
  { claim, member, required }: { claim: string; member: string; required: boolean },
): JsonObject {
  const time = timeOfClaim(claims, claim);
  const said = vc[member];
  if (time === undefined) {
    if (required || said !== undefined) throw malformedClaim(claim, 'is missing');
    return {};
  }
  if (said === undefined) return { [member]: toDateTimeStamp(time) };
  const saidTime = parseDateTimeStamp(said);
  if (saidTime === undefined || toNumericDate(saidTime) !== toNumericDate(time)) {
    throw malformedClaim(claim, `does not agree with ${member}`);
  }
  return { [member]: said };
}

/** A claim and the member it stands for: equal, or the member is left to the claim. */
function agree(claim: string, claimed: string | undefined, member: JsonValue | undefined): void {
  if (member === undefined || member === claimed) return;
  throw malformedClaim(claim, 'does not agree with the credential');
}

/** The one subject; undefined for none and for several. */
function subjectOf({ credentialSubject }: JsonObject): JsonObject | undefined {
  const only =
    Array.isArray(credentialSubject) && credentialSubject.length === 1
      ? credentialSubject[0]
      : credentialSubject;
  return isJsonObject(only) ? only : undefined;
}

function withoutAbsent(claims: Record<string, JsonValue | undefined>): JsonObject {
  const present = Object.entries(claims).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as JsonObject;
}
