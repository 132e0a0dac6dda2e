import type { VcErrorCode } from '#vc/error';
import { ZOO_FORMS } from './drafts.ts';
import { named } from './names.ts';

const IN_EVERY_FORM: readonly VcErrorCode[] = [
  'PROOF_VERIFICATION_ERROR',
  'CREDENTIAL_REVOKED',
  'CREDENTIAL_SUSPENDED',
  'CREDENTIAL_EXPIRED',
  'ISSUER_NOT_REGISTERED',
  'ISSUER_KEY_NOT_REGISTERED',
  'ISSUER_KEY_OUT_OF_PERIOD',
];

const ONCE: readonly VcErrorCode[] = [
  'TOO_COMPLEX',
  'MALFORMED_VALUE_ERROR',
  'UNKNOWN_TERM',
  'CONTEXT_NOT_ALLOWED',
  'PROOF_MISSING',
  'PROOF_TRANSFORMATION_ERROR',
  'PROOF_PURPOSE_MISMATCH',
  'PROOF_CREATED_INVALID',
  'INVALID_VERIFICATION_METHOD',
  'INVALID_DID_URL',
  'CREDENTIAL_NOT_YET_VALID',
  'SCHEMA_MISMATCH',
  'STATUS_ENTRY_MISSING',
  'RANGE_ERROR',
  'STATUS_VERIFICATION_ERROR',
  'STATUS_RETRIEVAL_ERROR',
  'STATUS_AT_TIME_UNKNOWN',
  'ISSUER_NOT_ACCREDITED',
  'ISSUER_ACCREDITATION_LAPSED',
  'ISSUER_ACCREDITATION_WITHDRAWN',
  'ISSUER_KEY_COMPROMISED',
  'CHALLENGE_UNKNOWN',
  'CHALLENGE_USED',
  'INVALID_CHALLENGE_ERROR',
  'INVALID_DOMAIN_ERROR',
  'INVALID_DID',
  'HOLDER_MISMATCH',
  'DUPLICATE_CREDENTIAL',
  'KEY_BINDING_MISSING',
];

// Verified and never issued here.
const OTHER_FORMS = [
  'vcdm2-eddsa-jcs-2022',
  'presentation.Ed25519Signature2018',
  'presentation.eddsa-jcs-2022',
  'presentation.ecdsa-rdfc-2019',
  'presentation.jwt_vp_json.did-jwk',
];

/** The names of all exhibits that show a code: what the zoo promises before it is made. */
export const EXHIBITED: readonly { name: string; code: VcErrorCode }[] = [
  ...IN_EVERY_FORM.flatMap((code) => ZOO_FORMS.map((form) => named(code, form))),
  ...ONCE.map((code) => ({ name: code, code })),
  named('PARSING_ERROR', 'jwt_vc_json'),
  ...OTHER_FORMS.map((form) => named('PROOF_VERIFICATION_ERROR', form)),
];
