import type { ErrorLocation, VcError, VcErrorCode } from '#vc/error';

const OURS = 'https://staffpassport.example/problems/';
const VCDM = 'https://www.w3.org/TR/vc-data-model#';
const DATA_INTEGRITY = 'https://w3id.org/security#';
const STATUS_LIST = 'https://www.w3.org/ns/credentials/status-list#';
const DID = 'https://www.w3.org/ns/did#';

interface ProblemRow {
  type: string;
  status: number;
}

function ours(code: string, status: number): ProblemRow {
  return { type: OURS + code.toLowerCase().replaceAll('_', '-'), status };
}

function specified(base: string, code: string, status = 400): ProblemRow {
  return { type: base + code, status };
}

/** The one mapping from codes to HTTP. A code without a row does not compile. */
export const PROBLEMS = {
  PARSING_ERROR: specified(VCDM, 'PARSING_ERROR'),
  CRYPTOGRAPHIC_SECURITY_ERROR: specified(VCDM, 'CRYPTOGRAPHIC_SECURITY_ERROR'),
  MALFORMED_VALUE_ERROR: specified(VCDM, 'MALFORMED_VALUE_ERROR'),
  RANGE_ERROR: specified(VCDM, 'RANGE_ERROR'),
  PROOF_GENERATION_ERROR: specified(DATA_INTEGRITY, 'PROOF_GENERATION_ERROR', 503),
  PROOF_VERIFICATION_ERROR: specified(DATA_INTEGRITY, 'PROOF_VERIFICATION_ERROR'),
  PROOF_TRANSFORMATION_ERROR: specified(DATA_INTEGRITY, 'PROOF_TRANSFORMATION_ERROR'),
  INVALID_DOMAIN_ERROR: specified(DATA_INTEGRITY, 'INVALID_DOMAIN_ERROR'),
  INVALID_CHALLENGE_ERROR: specified(DATA_INTEGRITY, 'INVALID_CHALLENGE_ERROR'),
  STATUS_RETRIEVAL_ERROR: specified(STATUS_LIST, 'STATUS_RETRIEVAL_ERROR'),
  STATUS_VERIFICATION_ERROR: specified(STATUS_LIST, 'STATUS_VERIFICATION_ERROR'),
  STATUS_LIST_LENGTH_ERROR: specified(STATUS_LIST, 'STATUS_LIST_LENGTH_ERROR'),
  INVALID_DID: specified(DID, 'INVALID_DID'),
  INVALID_DID_URL: specified(DID, 'INVALID_DID_URL'),
  DID_NOT_FOUND: specified(DID, 'NOT_FOUND'),
  INVALID_DID_DOCUMENT: specified(DID, 'INVALID_DID_DOCUMENT'),
  INVALID_VERIFICATION_METHOD: specified(DATA_INTEGRITY, 'INVALID_VERIFICATION_METHOD'),
  INVALID_CONTROLLED_IDENTIFIER_DOCUMENT: specified(
    DATA_INTEGRITY,
    'INVALID_CONTROLLED_IDENTIFIER_DOCUMENT',
  ),

  INVALID_REQUEST: ours('INVALID_REQUEST', 400),
  UNKNOWN_OPTION_PROVIDED: ours('UNKNOWN_OPTION_PROVIDED', 400),
  UNAUTHORIZED: ours('UNAUTHORIZED', 401),
  FORBIDDEN: ours('FORBIDDEN', 403),
  NOT_FOUND: ours('NOT_FOUND', 404),
  METHOD_NOT_ALLOWED: ours('METHOD_NOT_ALLOWED', 405),
  CONFLICT: ours('CONFLICT', 409),
  PAYLOAD_TOO_LARGE: ours('PAYLOAD_TOO_LARGE', 413),
  UNSUPPORTED_MEDIA_TYPE: ours('UNSUPPORTED_MEDIA_TYPE', 415),
  RATE_LIMITED: ours('RATE_LIMITED', 429),
  SERVICE_UNAVAILABLE: ours('SERVICE_UNAVAILABLE', 503),
  INTERNAL_ERROR: ours('INTERNAL_ERROR', 500),
  IDEMPOTENCY_KEY_REQUIRED: ours('IDEMPOTENCY_KEY_REQUIRED', 400),
  IDEMPOTENCY_KEY_INVALID: ours('IDEMPOTENCY_KEY_INVALID', 400),
  IDEMPOTENCY_KEY_REUSED: ours('IDEMPOTENCY_KEY_REUSED', 422),
  TOO_COMPLEX: ours('TOO_COMPLEX', 422),

  PERSON_REQUIRED: ours('PERSON_REQUIRED', 403),
  SELF_APPROVAL_REFUSED: ours('SELF_APPROVAL_REFUSED', 403),
  DID_CONTROL_NOT_PROVEN: ours('DID_CONTROL_NOT_PROVEN', 422),
  CHECKLIST_INCOMPLETE: ours('CHECKLIST_INCOMPLETE', 409),
  CHAIN_REFUSED: ours('CHAIN_REFUSED', 422),

  UNKNOWN_TERM: ours('UNKNOWN_TERM', 422),
  UNKNOWN_CREDENTIAL_TYPE: ours('UNKNOWN_CREDENTIAL_TYPE', 422),
  CLAIMS_INVALID: ours('CLAIMS_INVALID', 422),
  CONTEXT_NOT_ALLOWED: ours('CONTEXT_NOT_ALLOWED', 422),
  ISSUER_MISMATCH: ours('ISSUER_MISMATCH', 422),
  HOLDER_NOT_BOUND: ours('HOLDER_NOT_BOUND', 422),
  KEY_PROOF_INVALID: ours('KEY_PROOF_INVALID', 400),
  CATALOGUE_VERSION_NOT_ISSUABLE: ours('CATALOGUE_VERSION_NOT_ISSUABLE', 409),
  LIFECYCLE_CHANGE_REFUSED: ours('LIFECYCLE_CHANGE_REFUSED', 409),
  STATUS_CHANGE_REFUSED: ours('STATUS_CHANGE_REFUSED', 409),
  STATUS_LIST_FENCED: ours('STATUS_LIST_FENCED', 409),

  WEBHOOK_URL_REFUSED: ours('WEBHOOK_URL_REFUSED', 422),

  PROOF_MISSING: ours('PROOF_MISSING', 400),
  PROOF_PURPOSE_MISMATCH: ours('PROOF_PURPOSE_MISMATCH', 400),
  PROOF_CREATED_INVALID: ours('PROOF_CREATED_INVALID', 400),
  ISSUER_NOT_REGISTERED: ours('ISSUER_NOT_REGISTERED', 403),
  ISSUER_NOT_ACCREDITED: ours('ISSUER_NOT_ACCREDITED', 403),
  ISSUER_ACCREDITATION_LAPSED: ours('ISSUER_ACCREDITATION_LAPSED', 403),
  ISSUER_ACCREDITATION_WITHDRAWN: ours('ISSUER_ACCREDITATION_WITHDRAWN', 403),
  ISSUER_KEY_NOT_REGISTERED: ours('ISSUER_KEY_NOT_REGISTERED', 409),
  ISSUER_KEY_OUT_OF_PERIOD: ours('ISSUER_KEY_OUT_OF_PERIOD', 409),
  ISSUER_KEY_COMPROMISED: ours('ISSUER_KEY_COMPROMISED', 409),
  REGISTRY_UNAVAILABLE: ours('REGISTRY_UNAVAILABLE', 503),
  REGISTRY_STALE: ours('REGISTRY_STALE', 503),
  REGISTRY_STATEMENT_INVALID: ours('REGISTRY_STATEMENT_INVALID', 400),
  REGISTRY_ROLLBACK: ours('REGISTRY_ROLLBACK', 400),
  CREDENTIAL_NOT_YET_VALID: ours('CREDENTIAL_NOT_YET_VALID', 400),
  CREDENTIAL_EXPIRED: ours('CREDENTIAL_EXPIRED', 400),
  CREDENTIAL_REVOKED: ours('CREDENTIAL_REVOKED', 400),
  CREDENTIAL_SUSPENDED: ours('CREDENTIAL_SUSPENDED', 400),
  STATUS_ENTRY_MISSING: ours('STATUS_ENTRY_MISSING', 400),
  STATUS_LIST_STALE: ours('STATUS_LIST_STALE', 400),
  STATUS_LIST_ROLLBACK: ours('STATUS_LIST_ROLLBACK', 400),
  STATUS_AT_TIME_UNKNOWN: ours('STATUS_AT_TIME_UNKNOWN', 400),
  SCHEMA_MISMATCH: ours('SCHEMA_MISMATCH', 400),
  HOLDER_MISMATCH: ours('HOLDER_MISMATCH', 400),
  KEY_BINDING_MISSING: ours('KEY_BINDING_MISSING', 400),
  CHALLENGE_UNKNOWN: ours('CHALLENGE_UNKNOWN', 400),
  CHALLENGE_USED: ours('CHALLENGE_USED', 400),
  CHALLENGE_EXPIRED: ours('CHALLENGE_EXPIRED', 400),
  DUPLICATE_CREDENTIAL: ours('DUPLICATE_CREDENTIAL', 400),
} satisfies Record<VcErrorCode, ProblemRow>;

/** RFC 9457 problem details. `code` is stable, `title` its plain words, `errors` name the places (RFC 6901). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: VcErrorCode;
  errors?: ErrorLocation[];
}

/** `{type, title, detail}` of one finding, as VCALM's result objects carry them. */
export function problemDetails(code: VcErrorCode, detail: string) {
  return { type: PROBLEMS[code].type, title: code, detail };
}

export function toProblem(error: VcError): ProblemDocument {
  const { type, status } = PROBLEMS[error.code];
  const title = sentence(error.code);
  const problem: ProblemDocument = { type, title, status, detail: error.message, code: error.code };
  return error.errors.length === 0 ? problem : { ...problem, errors: error.errors };
}

function sentence(code: VcErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
