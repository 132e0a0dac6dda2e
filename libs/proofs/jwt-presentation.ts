import { readCompactJws } from '#vc/compact-jws';
import {
  CREDENTIALS_V1_CONTEXT,
  isJsonObject,
  type JsonObject,
  type Presentation,
} from '#vc/data-model';
import {
  HOLDER_ALGORITHMS,
  kidOf,
  malformedClaim,
  signJwt,
  textOfClaim,
  timeOfClaim,
  toNumericDate,
} from './jwt.ts';
import type { Signer } from './signer.ts';

const MAX_LENGTH = 1_048_576;

export interface SignJwtPresentationOptions {
  /** VCDM 1.1, without proof */
  presentation: Presentation;
  /** the holder's: its DID is what `iss` says */
  signer: Signer;
  /** who is to check it */
  audience: string;
  /** what they asked it to be over */
  nonce: string;
  /** milliseconds */
  issuedAt: number;
}

/** A presentation as a JWT (`jwt_vp_json`). Nobody has checked its signature, its audience or its nonce yet. */
export interface ParsedJwtPresentation {
  header: JsonObject;
  payload: JsonObject;
  /** DID URL of the key */
  kid: string;
  /** VCDM 1.1, of `vp` and of the claims that stand for its members; `holder` is `iss` */
  presentation: JsonObject;
  /** `iat` in milliseconds; verifyJwtSignature demands one */
  issuedAt: number | undefined;
}

/** Signs a presentation as a JWT (VCDM 1.1 §6.3.1). */
export function signJwtPresentation(options: SignJwtPresentationOptions): Promise<string> {
  const { presentation, signer, audience, nonce, issuedAt } = options;
  const { id } = presentation;
  const [holder = ''] = signer.id.split('#');
  const iat = toNumericDate(issuedAt);
  const jti: JsonObject = id === undefined ? {} : { jti: id };
  const claims = { iss: holder, ...jti, aud: audience, nonce, nbf: iat, iat, vp: presentation };
  return signJwt({ typ: 'JWT', claims, signer });
}

/**
 * Reads a `jwt_vp_json`. What is said twice must be equal: `iss` and holder, `jti` and id. Its signature, `aud` and
 * `nonce` are for verifyJwtSignature with the purpose authentication.
 * @throws VcError PARSING_ERROR or MALFORMED_VALUE_ERROR
 */
export function parseJwtPresentation(text: string): ParsedJwtPresentation {
  const { header, claims } = readCompactJws(text, {
    algorithms: Object.keys(HOLDER_ALGORITHMS),
    types: ['JWT', undefined],
    maxLength: MAX_LENGTH,
  });
  const { vp } = claims;
  if (!isJsonObject(vp)) throw malformedClaim('vp', 'is not a presentation');
  const { '@context': contexts, proof, holder, id } = vp;
  if (!Array.isArray(contexts) || contexts[0] !== CREDENTIALS_V1_CONTEXT) {
    throw malformedClaim('vp', 'is not a presentation of VCDM 1.1');
  }
  // a second proof, which nobody here would check
  if (proof !== undefined) throw malformedClaim('vp', 'has an embedded proof');
  const iss = textOfClaim(claims, 'iss');
  if (iss === undefined || (holder !== undefined && holder !== iss)) {
    throw malformedClaim('iss', 'does not agree with the holder');
  }
  const jti = textOfClaim(claims, 'jti');
  if (id !== undefined && id !== jti) throw malformedClaim('jti', 'does not agree with the id');
  return {
    header,
    payload: claims,
    kid: kidOf(header),
    presentation: { ...vp, holder: iss, ...(jti === undefined ? {} : { id: jti }) },
    issuedAt: timeOfClaim(claims, 'iat'),
  };
}
