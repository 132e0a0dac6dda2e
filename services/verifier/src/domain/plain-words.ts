import type { VcErrorCode } from '#vc/error';

/** Codes of requests, of issuing and of registering, which say nothing of a document that is verified. */
type OtherCode =
  | 'CRYPTOGRAPHIC_SECURITY_ERROR'
  | 'PROOF_GENERATION_ERROR'
  | 'INVALID_CONTROLLED_IDENTIFIER_DOCUMENT'
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
  | 'PERSON_REQUIRED'
  | 'SELF_APPROVAL_REFUSED'
  | 'DID_CONTROL_NOT_PROVEN'
  | 'CHECKLIST_INCOMPLETE'
  | 'CHAIN_REFUSED'
  | 'UNKNOWN_CREDENTIAL_TYPE'
  | 'CLAIMS_INVALID'
  | 'ISSUER_MISMATCH'
  | 'HOLDER_NOT_BOUND'
  | 'KEY_PROOF_INVALID'
  | 'CATALOGUE_VERSION_NOT_ISSUABLE'
  | 'LIFECYCLE_CHANGE_REFUSED'
  | 'STATUS_CHANGE_REFUSED'
  | 'STATUS_LIST_FENCED'
  | 'WEBHOOK_URL_REFUSED';

/** Every code with which a check may answer: one that is added has a sentence here or is none of them. */
export type CheckCode = Exclude<VcErrorCode, OtherCode>;

// For a recruiter, who cannot see the document: what it means, and where it helps, what to do.
const SENTENCES: Record<CheckCode, string> = {
  PARSING_ERROR: 'The document cannot be read.',
  TOO_COMPLEX: 'The document is larger or more complicated than is accepted.',
  MALFORMED_VALUE_ERROR: 'The document is not built as a credential must be.',
  UNKNOWN_TERM: 'The document has a part that is not known here.',
  CONTEXT_NOT_ALLOWED: 'The document uses terms whose meaning is not known here.',
  PROOF_MISSING: 'The document is not signed.',
  PROOF_VERIFICATION_ERROR:
    'The signature on the document is not valid. The document was changed or forged, or its signature is out of date or of a kind that is not known here.',
  PROOF_TRANSFORMATION_ERROR: 'The document could not be read in the form in which it is signed.',
  PROOF_PURPOSE_MISMATCH: 'The document was signed for another purpose.',
  PROOF_CREATED_INVALID:
    'The signature does not say when it was made, or gives a time in the future.',
  INVALID_VERIFICATION_METHOD: 'The document was signed with a key that is not accepted for it.',
  INVALID_DID: 'The document names an identifier that cannot be used here.',
  INVALID_DID_URL: 'The document does not properly name the key that signed it.',
  INVALID_DID_DOCUMENT: 'The published keys of the issuer are not in order.',
  DID_NOT_FOUND: 'The published keys of the issuer could not be fetched just now. Try again.',
  ISSUER_NOT_REGISTERED: 'The issuer is not a registered organisation.',
  ISSUER_NOT_ACCREDITED: 'The issuer was not accredited for this kind of credential.',
  ISSUER_ACCREDITATION_LAPSED:
    'The issuer was accredited when it issued this credential and no longer is.',
  ISSUER_ACCREDITATION_WITHDRAWN:
    'The issuer’s accreditation was withdrawn, and what it issued under it no longer counts.',
  ISSUER_KEY_NOT_REGISTERED: 'The key that signed is not registered for the issuer.',
  ISSUER_KEY_OUT_OF_PERIOD: 'The document was signed at a time when its key was not valid.',
  ISSUER_KEY_COMPROMISED:
    'The key that signed is no longer safe. Ask the issuer for a new credential.',
  REGISTRY_UNAVAILABLE: 'The trust registry could not be asked just now. Try again.',
  REGISTRY_STALE: 'What is known of the trust registry is too old to rely on. Try again.',
  REGISTRY_STATEMENT_INVALID: 'What the trust registry says is not signed as it must be.',
  REGISTRY_ROLLBACK: 'The trust registry says something older than it said before. Try again.',
  CREDENTIAL_NOT_YET_VALID: 'The credential is not valid yet.',
  CREDENTIAL_EXPIRED: 'The credential has expired.',
  CREDENTIAL_REVOKED: 'The issuer has revoked this credential.',
  CREDENTIAL_SUSPENDED: 'The issuer has suspended this credential for now.',
  STATUS_ENTRY_MISSING:
    'The credential does not say where to look up whether it is revoked or suspended.',
  STATUS_RETRIEVAL_ERROR: 'Whether it is revoked could not be looked up just now. Try again.',
  STATUS_VERIFICATION_ERROR: 'The list that says whether it is revoked cannot be relied on.',
  STATUS_LIST_LENGTH_ERROR: 'The list that says whether it is revoked is too short.',
  STATUS_LIST_STALE: 'The list that says whether it is revoked is too old to rely on. Try again.',
  STATUS_LIST_ROLLBACK:
    'The list that says whether it is revoked is older than one seen before. Try again.',
  STATUS_AT_TIME_UNKNOWN: 'Whether it was revoked or suspended at that time is not known.',
  RANGE_ERROR: 'The list that says whether it is revoked has no place for this credential.',
  SCHEMA_MISMATCH: 'The credential is not filled in as its kind must be.',
  HOLDER_MISMATCH: 'The credential belongs to somebody other than the person who presents it.',
  KEY_BINDING_MISSING: 'Nothing shows that it belongs to the person who presents it.',
  DUPLICATE_CREDENTIAL: 'The same credential is presented twice.',
  CHALLENGE_UNKNOWN: 'This share does not answer a request of yours. Ask for a new one.',
  CHALLENGE_USED: 'This share was already received. Ask for a new one.',
  CHALLENGE_EXPIRED: 'This share came too late. Ask for a new one.',
  INVALID_CHALLENGE_ERROR: 'This share answers another request. Ask for a new one.',
  INVALID_DOMAIN_ERROR: 'This share was made for somebody else. Ask for a new one.',
};

/** What a code means, in one plain sentence. */
export function plainWords(code: VcErrorCode): string {
  const sentences: Partial<Record<VcErrorCode, string>> = SENTENCES;
  return sentences[code] ?? 'The document could not be accepted.';
}
