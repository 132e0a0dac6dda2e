/** Codes of the specifications (VCDM 2.0 §7.1, Data Integrity §4.7, Bitstring Status List §3.5, DID Resolution §9). */
export type SpecificationErrorCode =
  | 'PARSING_ERROR'
  | 'CRYPTOGRAPHIC_SECURITY_ERROR'
  | 'MALFORMED_VALUE_ERROR'
  | 'RANGE_ERROR'
  | 'PROOF_GENERATION_ERROR'
  | 'PROOF_VERIFICATION_ERROR'
  | 'PROOF_TRANSFORMATION_ERROR'
  | 'INVALID_DOMAIN_ERROR'
  | 'INVALID_CHALLENGE_ERROR'
  | 'STATUS_RETRIEVAL_ERROR'
  | 'STATUS_VERIFICATION_ERROR'
  | 'STATUS_LIST_LENGTH_ERROR'
  | 'INVALID_DID'
  | 'INVALID_DID_URL'
  | 'DID_NOT_FOUND'
  | 'INVALID_DID_DOCUMENT'
  | 'INVALID_VERIFICATION_METHOD'
  | 'INVALID_CONTROLLED_IDENTIFIER_DOCUMENT';

/** Our few: what the caller asked for, and what the specifications leave to us. */
export type OwnErrorCode =
  // the request
  | 'INVALID_REQUEST'
  | 'UNKNOWN_OPTION_PROVIDED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'RATE_LIMITED'
  | 'SERVICE_UNAVAILABLE'
  | 'INTERNAL_ERROR'
  | 'IDEMPOTENCY_KEY_REQUIRED'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'TOO_COMPLEX'
  // registering
  | 'PERSON_REQUIRED'
  | 'SELF_APPROVAL_REFUSED'
  | 'DID_CONTROL_NOT_PROVEN'
  | 'CHECKLIST_INCOMPLETE'
  | 'CHAIN_REFUSED'
  // issuing
  | 'UNKNOWN_TERM'
  | 'UNKNOWN_CREDENTIAL_TYPE'
  | 'CLAIMS_INVALID'
  | 'CONTEXT_NOT_ALLOWED'
  | 'ISSUER_MISMATCH'
  | 'HOLDER_NOT_BOUND'
  | 'KEY_PROOF_INVALID'
  | 'CATALOGUE_VERSION_NOT_ISSUABLE'
  | 'LIFECYCLE_CHANGE_REFUSED'
  | 'STATUS_CHANGE_REFUSED'
  | 'STATUS_LIST_FENCED'
  // watching
  | 'WEBHOOK_URL_REFUSED'
  // verifying
  | 'PROOF_MISSING'
  | 'PROOF_PURPOSE_MISMATCH'
  | 'PROOF_CREATED_INVALID'
  | 'ISSUER_NOT_REGISTERED'
  | 'ISSUER_NOT_ACCREDITED'
  | 'ISSUER_ACCREDITATION_LAPSED'
  | 'ISSUER_ACCREDITATION_WITHDRAWN'
  | 'ISSUER_KEY_NOT_REGISTERED'
  | 'ISSUER_KEY_OUT_OF_PERIOD'
  | 'ISSUER_KEY_COMPROMISED'
  | 'REGISTRY_UNAVAILABLE'
  | 'REGISTRY_STALE'
  | 'REGISTRY_STATEMENT_INVALID'
  | 'REGISTRY_ROLLBACK'
  | 'CREDENTIAL_NOT_YET_VALID'
  | 'CREDENTIAL_EXPIRED'
  | 'CREDENTIAL_REVOKED'
  | 'CREDENTIAL_SUSPENDED'
  | 'STATUS_ENTRY_MISSING'
  | 'STATUS_LIST_STALE'
  | 'STATUS_LIST_ROLLBACK'
  | 'STATUS_AT_TIME_UNKNOWN'
  | 'SCHEMA_MISMATCH'
  | 'HOLDER_MISMATCH'
  | 'KEY_BINDING_MISSING'
  | 'CHALLENGE_UNKNOWN'
  | 'CHALLENGE_USED'
  | 'CHALLENGE_EXPIRED'
  | 'DUPLICATE_CREDENTIAL';

export type VcErrorCode = SpecificationErrorCode | OwnErrorCode;

/** One place in a document where something is wrong. `pointer` is a JSON Pointer (RFC 6901). */
export interface ErrorLocation {
  pointer: string;
  detail: string;
}

export interface VcErrorOptions {
  cause?: unknown;
  errors?: ErrorLocation[];
}

/** The one error of the product: a stable code, a sentence for people, and where. It knows no HTTP. */
export class VcError extends Error {
  readonly code: VcErrorCode;
  readonly errors: ErrorLocation[];

  constructor(code: VcErrorCode, message: string, options: VcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'VcError';
    this.code = code;
    this.errors = options.errors ?? [];
  }
}

/** A check's finding: what a verification gathers instead of throwing. */
export interface Problem {
  code: VcErrorCode;
  detail: string;
  pointer?: string;
}
