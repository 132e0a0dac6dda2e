import { isDid } from '#did/identifiers';
import { isWithinPeriod, timeOfClaim } from '#proofs/jwt';
import { parseJwtCredential, verifyJwtSignature } from '#proofs/jwt-credential';
import { readCompactJws } from '#vc/compact-jws';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { type Problem, VcError } from '#vc/error';
import { type CheckedProofs, judgeProofs } from '../checks/proof.ts';
import type { Submitted } from '../forms/credential.ts';
import { CREDENTIAL_ENVELOPE, unwrap } from '../forms/envelope.ts';
import { asProofs } from '../forms/signed-text.ts';
import { keysOf } from '../issuer-keys.ts';
import { checkAssertion, nameOf } from './assertion.ts';
import type { ConformancePorts } from './ports.ts';

const SECURED_JSON = 'vc+jwt';
const MAX_LENGTH = 65_536;

export interface ReadAny {
  /** the credential, as its rules are about it */
  document: JsonObject;
  checkProof: (ports: ConformancePorts) => Promise<CheckedProofs>;
}

/**
 * Reads a credential in JSON-LD, or in a JWT, in an envelope or as it is: of VCDM 1.1 under `vc`, or one of VCDM 2.0
 * that is the claims themselves (Securing Verifiable Credentials using JOSE and COSE §3.1.1).
 * @throws VcError PARSING_ERROR, MALFORMED_VALUE_ERROR, UNKNOWN_TERM or PROOF_CREATED_INVALID
 */
export function readAnyCredential(input: Submitted): ReadAny {
  const text = unwrap(input, CREDENTIAL_ENVELOPE);
  if (text === undefined) {
    const document = input as JsonObject;
    return { document, checkProof: (ports) => checkAssertion(document, ports) };
  }
  if (text.kind !== 'jwt') {
    throw new VcError('MALFORMED_VALUE_ERROR', 'An SD-JWT is not read under the profile');
  }
  const jwt = text.text;
  const { header, claims } = readCompactJws(jwt, {
    algorithms: ['EdDSA'],
    types: [SECURED_JSON, 'JWT', undefined],
    maxLength: MAX_LENGTH,
  });
  return header['typ'] === SECURED_JSON
    ? {
        document: securedJson(claims),
        checkProof: (ports) => checkJwt(jwt, claims, ports, [SECURED_JSON]),
      }
    : readOld(jwt);
}

function readOld(jwt: string): ReadAny {
  const { credential } = parseJwtCredential(jwt);
  return { document: credential, checkProof: (ports) => checkJwt(jwt, credential, ports) };
}

/** The claims are the credential: those of JWTs that stand beside its members may not say otherwise. */
function securedJson(claims: JsonObject): JsonObject {
  for (const name of ['iat', 'nbf', 'exp']) timeOfClaim(claims, name);
  const { iss, sub, jti, iat: _iat, nbf: _nbf, exp: _exp, cnf: _cnf, ...document } = claims;
  const { issuer, id } = document;
  const other =
    'vc' in claims ||
    'vp' in claims ||
    (iss !== undefined && iss !== nameOf(issuer)) ||
    (jti !== undefined && jti !== id) ||
    (sub !== undefined && sub !== nameOf(document['credentialSubject']));
  const [first] = Array.isArray(document['@context']) ? document['@context'] : [];
  if (!other && first === CREDENTIALS_V2_CONTEXT) return document;
  throw new VcError('MALFORMED_VALUE_ERROR', 'The claims are not a credential of VCDM 2.0');
}

async function checkJwt(
  jwt: string,
  claims: JsonObject,
  { clock, resolveVerificationMethod }: ConformancePorts,
  types?: readonly string[],
): Promise<CheckedProofs> {
  const issuer = nameOf(claims['issuer']);
  const now = clock();
  const result = await verifyJwtSignature({
    jwt,
    ...(types && { types }),
    purpose: 'assertionMethod',
    createdRequired: false,
    now,
    resolveVerificationMethod: isDid(issuer)
      ? keysOf(issuer, resolveVerificationMethod)
      : resolveVerificationMethod,
  });
  const detail = 'The JWT has expired, or is not valid yet';
  const late: Problem[] = isWithinPeriod(claims, now)
    ? []
    : [{ code: 'PROOF_VERIFICATION_ERROR', detail, pointer: '/proof' }];
  const { verified, proofs, problems } = asProofs(result);
  const found = judgeProofs({
    verified: verified && late.length === 0,
    proofs,
    problems: [...problems, ...late],
  });
  return { found, proofs };
}
