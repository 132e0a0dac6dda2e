import type { SpecificationErrorCode, VcErrorCode } from '#vc/error';

/** Who brings an error about, and so who can end it. */
export type Cause = 'caller' | 'issuer' | 'document' | 'holder' | 'registry' | 'operator';

/** In the words of the catalogue. */
export const CAUSES: Record<Cause, string> = {
  caller: 'the caller',
  issuer: 'the issuer',
  document: 'the issuer, or whoever changed the document since',
  holder: 'the holder, or whoever presents',
  registry: 'the issuer’s standing in the registry',
  operator: 'the operator of a service',
};

/** A code without a row does not compile. */
export const CAUSED_BY = {
  PARSING_ERROR: 'caller',
  CRYPTOGRAPHIC_SECURITY_ERROR: 'operator',
  MALFORMED_VALUE_ERROR: 'document',
  RANGE_ERROR: 'issuer',
  PROOF_GENERATION_ERROR: 'operator',
  PROOF_VERIFICATION_ERROR: 'document',
  PROOF_TRANSFORMATION_ERROR: 'document',
  INVALID_DOMAIN_ERROR: 'holder',
  INVALID_CHALLENGE_ERROR: 'holder',
  STATUS_RETRIEVAL_ERROR: 'operator',
  STATUS_VERIFICATION_ERROR: 'issuer',
  STATUS_LIST_LENGTH_ERROR: 'operator',
  INVALID_DID: 'holder',
  INVALID_DID_URL: 'document',
  DID_NOT_FOUND: 'registry',
  INVALID_DID_DOCUMENT: 'registry',
  INVALID_VERIFICATION_METHOD: 'document',
  INVALID_CONTROLLED_IDENTIFIER_DOCUMENT: 'registry',

  INVALID_REQUEST: 'caller',
  UNKNOWN_OPTION_PROVIDED: 'caller',
  UNAUTHORIZED: 'caller',
  FORBIDDEN: 'caller',
  NOT_FOUND: 'caller',
  METHOD_NOT_ALLOWED: 'caller',
  CONFLICT: 'caller',
  PAYLOAD_TOO_LARGE: 'caller',
  UNSUPPORTED_MEDIA_TYPE: 'caller',
  RATE_LIMITED: 'caller',
  SERVICE_UNAVAILABLE: 'operator',
  INTERNAL_ERROR: 'operator',
  IDEMPOTENCY_KEY_REQUIRED: 'caller',
  IDEMPOTENCY_KEY_INVALID: 'caller',
  IDEMPOTENCY_KEY_REUSED: 'caller',
  TOO_COMPLEX: 'caller',

  PERSON_REQUIRED: 'caller',
  SELF_APPROVAL_REFUSED: 'caller',
  DID_CONTROL_NOT_PROVEN: 'caller',
  CHECKLIST_INCOMPLETE: 'caller',
  CHAIN_REFUSED: 'caller',

  UNKNOWN_TERM: 'document',
  UNKNOWN_CREDENTIAL_TYPE: 'caller',
  CLAIMS_INVALID: 'caller',
  CONTEXT_NOT_ALLOWED: 'document',
  ISSUER_MISMATCH: 'caller',
  HOLDER_NOT_BOUND: 'caller',
  KEY_PROOF_INVALID: 'holder',
  CATALOGUE_VERSION_NOT_ISSUABLE: 'caller',
  LIFECYCLE_CHANGE_REFUSED: 'caller',
  STATUS_CHANGE_REFUSED: 'caller',
  STATUS_LIST_FENCED: 'operator',

  WEBHOOK_URL_REFUSED: 'caller',

  PROOF_MISSING: 'document',
  PROOF_PURPOSE_MISMATCH: 'document',
  PROOF_CREATED_INVALID: 'document',
  ISSUER_NOT_REGISTERED: 'registry',
  ISSUER_NOT_ACCREDITED: 'registry',
  ISSUER_ACCREDITATION_LAPSED: 'registry',
  ISSUER_ACCREDITATION_WITHDRAWN: 'registry',
  ISSUER_KEY_NOT_REGISTERED: 'registry',
  ISSUER_KEY_OUT_OF_PERIOD: 'registry',
  ISSUER_KEY_COMPROMISED: 'registry',
  REGISTRY_UNAVAILABLE: 'operator',
  REGISTRY_STALE: 'operator',
  REGISTRY_STATEMENT_INVALID: 'operator',
  REGISTRY_ROLLBACK: 'operator',
  CREDENTIAL_NOT_YET_VALID: 'issuer',
  CREDENTIAL_EXPIRED: 'issuer',
  CREDENTIAL_REVOKED: 'issuer',
  CREDENTIAL_SUSPENDED: 'issuer',
  STATUS_ENTRY_MISSING: 'issuer',
  STATUS_LIST_STALE: 'operator',
  STATUS_LIST_ROLLBACK: 'operator',
  STATUS_AT_TIME_UNKNOWN: 'caller',
  SCHEMA_MISMATCH: 'issuer',
  HOLDER_MISMATCH: 'holder',
  KEY_BINDING_MISSING: 'holder',
  CHALLENGE_UNKNOWN: 'holder',
  CHALLENGE_USED: 'holder',
  CHALLENGE_EXPIRED: 'holder',
  DUPLICATE_CREDENTIAL: 'holder',
} satisfies Record<VcErrorCode, Cause>;

/** What to do about the problems whose types belong to the specifications; our own have their pages. */
export const SPECIFICATION_ADVICE = {
  PARSING_ERROR: 'Send the document as it was given to you, whole and not written anew.',
  CRYPTOGRAPHIC_SECURITY_ERROR: 'Look into the log: a key of the service cannot be used.',
  MALFORMED_VALUE_ERROR:
    'Look at the place that `pointer` names. If you sent the document as you got it, ask its issuer, or whoever presents it, for one that is in order.',
  RANGE_ERROR:
    'Ask the issuer for a new credential: the place that this one names is beyond the end of the list.',
  PROOF_GENERATION_ERROR: 'Repeat the request later, with the same idempotency key.',
  PROOF_VERIFICATION_ERROR:
    'Do not rely on it. Ask for the document as its issuer signed it, or for a share that is signed anew.',
  PROOF_TRANSFORMATION_ERROR: 'Ask the issuer for a document that is JSON-LD throughout.',
  INVALID_DOMAIN_ERROR: 'Ask for a presentation that is made for you.',
  INVALID_CHALLENGE_ERROR: 'Ask for a presentation over the challenge that you gave out for it.',
  STATUS_RETRIEVAL_ERROR: 'Repeat the check later: the status list could not be fetched.',
  STATUS_VERIFICATION_ERROR:
    'Do not rely on it: what its status list says cannot be trusted. Tell the issuer.',
  STATUS_LIST_LENGTH_ERROR:
    'Report it: the issuer’s status list is shorter than the standard allows.',
  INVALID_DID:
    'Use a did:key or did:jwk for a holder, and the did:web of a registered trust for an issuer.',
  INVALID_DID_URL: 'Name the key by its DID, `#` and one fragment.',
  DID_NOT_FOUND: 'Repeat the check later: the keys of the issuer are not known just now.',
  INVALID_DID_DOCUMENT: 'Report it: the keys that the registry states cannot be read.',
  INVALID_VERIFICATION_METHOD:
    'Do not rely on it: the key that signed may not sign for whoever it is said to be from.',
  INVALID_CONTROLLED_IDENTIFIER_DOCUMENT:
    'Report it: the document of the key’s owner is not in order.',
} satisfies Record<SpecificationErrorCode, string>;
