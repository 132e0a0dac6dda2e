import { JWT_ALGORITHM, kidOf, timeOfClaim } from '#proofs/jwt';
import { verifyJwtSignature } from '#proofs/jwt-signature';
import { decodeTokenStatusList, TOKEN_STATUS_LIST_TYPE } from '#status/token-status-list';
import { type CompactJws, readCompactJws } from '#vc/compact-jws';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { asProofs } from './forms/signed-text.ts';
import { maxBytesOf, type ParsedList, unreliable } from './parsed-list.ts';

const TYPES = [TOKEN_STATUS_LIST_TYPE];
const MAX_LENGTH = 1024 * 1024;
const BITS = 2;

/**
 * A Status List Token (draft-ietf-oauth-status-list-21 §5.1, §8.3). Ours is stricter: it has two bits an entry, and
 * says when it ends and which version it is.
 * @throws VcError STATUS_VERIFICATION_ERROR
 */
export function parseTokenList(url: string, document: unknown): ParsedList {
  if (typeof document !== 'string') throw unreliable('is not a token');
  try {
    return parseToken(url, document);
  } catch (cause) {
    throw unreliable('is not a token of the form that is read here', cause);
  }
}

function parseToken(url: string, jwt: string): ParsedList {
  const jws = readCompactJws(jwt, {
    algorithms: [JWT_ALGORITHM],
    types: TYPES,
    maxLength: MAX_LENGTH,
  });
  const { claims } = jws;
  const { sub, status_list: list, ttl } = claims;
  if (sub !== url) throw unreliable('has another sub than its address');
  if (!isJsonObject(list) || list['bits'] !== BITS) throw unreliable('is not of two bits an entry');
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl > 0)) throw unreliable('has no ttl');
  const { lst } = list;
  return {
    issuer: issuerOf(jws),
    // as those of a list of messages, its values say both
    purpose: 'message',
    entrySize: BITS,
    ...periodOf(claims),
    verifyProofs: async (options) =>
      asProofs(
        await verifyJwtSignature({ jwt, types: TYPES, purpose: 'assertionMethod', ...options }),
      ),
    decode: () => decodeTokenStatusList(lst, { maxBytes: maxBytesOf(BITS) }),
  };
}

/** The DID of the key: who signs speaks for itself, also where the draft leaves `iss` out. */
function issuerOf({ header, claims }: CompactJws): string {
  const [issuer = ''] = kidOf(header).split('#', 1);
  const { iss = issuer } = claims;
  if (iss !== issuer) throw unreliable('was signed by another than its iss');
  return issuer;
}

/** `iat` has whole seconds, `version` the same time to the millisecond: two versions of one second differ in it. */
function periodOf(claims: JsonObject): Pick<ParsedList, 'version' | 'validUntil'> {
  const { version } = claims;
  const issuedAt = timeOfClaim(claims, 'iat');
  const end = timeOfClaim(claims, 'exp');
  if (issuedAt === undefined || end === undefined) throw unreliable('has no period');
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) {
    throw unreliable('has no version');
  }
  if (Math.floor(version / 1_000) !== Math.floor(issuedAt / 1_000)) {
    throw unreliable('has a version of another time than its iat');
  }
  // RFC 7519 §4.1.4: `exp` itself is too late
  return { version, validUntil: end - 1 };
}
