import type { OwnErrorCode } from '#vc/error';

/** What the caller can do about each of our own problems; the specifications' problems are explained there. */
export const PROBLEM_ADVICE = {
  INVALID_REQUEST:
    'Compare the request with the description of the route; `errors` names the places.',
  UNKNOWN_OPTION_PROVIDED: 'Leave the option out, or spell it as the route describes it.',
  UNAUTHORIZED:
    'Get a new access token from the token endpoint, and send it as `authorization: Bearer <token>`.',
  FORBIDDEN:
    'Ask the administrator for a client with the scope, or the trust, that the call needs.',
  NOT_FOUND: 'Check the address. What belongs to another trust looks as if it were not there.',
  METHOD_NOT_ALLOWED: 'Use one of the methods that the `allow` header names.',
  CONFLICT: 'Read the present state first: the change does not fit it. Repeating it will not help.',
  PAYLOAD_TOO_LARGE: 'Send less in one request.',
  UNSUPPORTED_MEDIA_TYPE:
    'Send the body as JSON with the header `content-type: application/json`, in UTF-8, not compressed.',
  RATE_LIMITED: 'Wait for as long as the `retry-after` header says, then repeat the request.',
  SERVICE_UNAVAILABLE: 'Repeat the request later, with the same idempotency key.',
  INTERNAL_ERROR: 'Report it with the time of the request. A repetition may or may not help.',
  IDEMPOTENCY_KEY_REQUIRED:
    'Send an Idempotency-Key header with a fresh random value for each change.',
  IDEMPOTENCY_KEY_INVALID: 'Use 1 to 255 visible ASCII characters as the Idempotency-Key.',
  IDEMPOTENCY_KEY_REUSED: 'Use a fresh key for a new request; repeat the old one unchanged.',
  TOO_COMPLEX:
    'Send less at once: a credential of at most 64 kB, a presentation of at most 1 MB and 64 credentials, nothing nested deep.',
  PERSON_REQUIRED: 'Sign in as a person: a system may not do this.',
  SELF_APPROVAL_REFUSED: 'Ask somebody else to approve: who proposes a change may not approve it.',
  DID_CONTROL_NOT_PROVEN:
    'Sign a fresh challenge of this registry with the key that is to be pinned.',
  CHECKLIST_INCOMPLETE:
    'Do what the checklist of the organisation still lacks, then propose it again.',
  CHAIN_REFUSED: 'The chain of organisations would end in itself, or be longer than is allowed.',
  UNKNOWN_TERM:
    'Leave out what `pointer` names: it would not be signed. Of a signed document, ask the issuer for one without it.',
  UNKNOWN_CREDENTIAL_TYPE: 'Use a type of the catalogue, spelt as there.',
  CLAIMS_INVALID: 'Correct the values that `errors` names.',
  CONTEXT_NOT_ALLOWED:
    'Use only the JSON-LD contexts that are pinned here. Of a signed document, ask the issuer for one that does.',
  ISSUER_MISMATCH: 'A trust issues and signs in its own name only.',
  HOLDER_NOT_BOUND: 'Let the person prove possession of the DID first.',
  KEY_PROOF_INVALID: 'Sign the challenge again with the key of the DID, for this audience.',
  CATALOGUE_VERSION_NOT_ISSUABLE:
    'Leave `version` out, or name one that `GET /v1/catalogue` lists as approved.',
  LIFECYCLE_CHANGE_REFUSED:
    'Read the credential at `GET /v1/credentials/{id}`: its state says which steps it still can take.',
  STATUS_CHANGE_REFUSED: 'A revocation is final, and only the issuer may change a status.',
  STATUS_LIST_FENCED:
    'The status lists were restored from a backup: an operator must replay what it lacks.',
  WEBHOOK_URL_REFUSED:
    'Name an https address on port 443 of a public host, without credentials and fragment.',
  PROOF_MISSING: 'Ask for a document that is signed, by every proof that it should have.',
  PROOF_PURPOSE_MISMATCH: 'Ask for a proof that was made for this purpose.',
  PROOF_CREATED_INVALID:
    'Ask the issuer to sign again with a time of signing that is not ahead of ours.',
  ISSUER_NOT_REGISTERED:
    'The issuer must be a registered organisation, and not be suspended. Two people of its ICS register one.',
  ISSUER_NOT_ACCREDITED:
    'The issuer needs an accreditation for this type of credential; one that is given now does not count for the past.',
  ISSUER_ACCREDITATION_LAPSED:
    'The issuer may no longer issue this type; what it issued before still counts.',
  ISSUER_ACCREDITATION_WITHDRAWN: 'Ask another issuer: this accreditation was withdrawn for cause.',
  ISSUER_KEY_NOT_REGISTERED:
    'Do not rely on it. If it is from the issuer, the issuer must have its key pinned in its registry, and sign again.',
  ISSUER_KEY_OUT_OF_PERIOD:
    'Ask the issuer for a new credential, signed with a key that is valid at the time of signing.',
  ISSUER_KEY_COMPROMISED:
    'Ask the issuer for a new credential: nothing that this key signed counts.',
  REGISTRY_UNAVAILABLE: 'Repeat the check later: the trust registry could not be asked.',
  REGISTRY_STALE: 'Repeat the check later: what is known of the registry is too old to rely on.',
  REGISTRY_STATEMENT_INVALID: 'Report it: a statement of a registry is not signed as it must be.',
  REGISTRY_ROLLBACK: 'Report it: a statement of a registry older than one seen before was served.',
  CREDENTIAL_NOT_YET_VALID: 'Wait until the credential is valid.',
  CREDENTIAL_EXPIRED: 'Ask the issuer for a newer credential.',
  CREDENTIAL_REVOKED: 'Ask the issuer why; a revocation is final.',
  CREDENTIAL_SUSPENDED: 'Ask the issuer when the suspension ends.',
  STATUS_ENTRY_MISSING: 'Ask the issuer for a credential whose status can be checked.',
  STATUS_LIST_STALE: 'Repeat the check later: the issuer must publish its status list again.',
  STATUS_LIST_ROLLBACK: 'Report it: a status list older than one seen before was served.',
  STATUS_AT_TIME_UNKNOWN:
    'Ask the issuer what the status was at that time, or verify without a past time.',
  SCHEMA_MISMATCH: 'Ask the issuer for a credential that follows the schema it names.',
  HOLDER_MISMATCH: 'Every credential must be about the person who presents it.',
  KEY_BINDING_MISSING:
    'Have the wallet add its key binding over your nonce and audience when it presents an SD-JWT.',
  CHALLENGE_UNKNOWN: 'Ask for a challenge here, and have the presentation signed for it.',
  CHALLENGE_USED: 'Ask for a new challenge: each is accepted once.',
  CHALLENGE_EXPIRED: 'Ask for a new challenge, and present sooner.',
  DUPLICATE_CREDENTIAL: 'Present each credential once.',
} satisfies Record<OwnErrorCode, string>;
