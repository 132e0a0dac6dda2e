/**
 * The forms in which one credential can be issued. A family is the same claims in several of them, under one id and
 * one status index: one decision about its status reaches all.
 *
 * - `vcdm2-…`, `vcdm1-…`: JSON-LD of VCDM 2.0 or 1.1 with embedded proofs, of Ed25519Signature2020, of Data Integrity
 *   eddsa-rdfc-2022, or of both as a proof set
 * - `jwt_vc_json`: VCDM 1.1 as a JWT (VCDM 1.1 §6.3.1)
 * - `dc+sd-jwt`: SD-JWT VC
 */
export const CREDENTIAL_FORMS = [
  'vcdm2-ed25519-2020',
  'vcdm2-eddsa-rdfc-2022',
  'vcdm2-proof-set',
  'vcdm1-ed25519-2020',
  'vcdm1-eddsa-rdfc-2022',
  'vcdm1-proof-set',
  'jwt_vc_json',
  'dc+sd-jwt',
] as const;
export type CredentialForm = (typeof CREDENTIAL_FORMS)[number];

/** What is issued when neither the call nor the trust says otherwise. */
export const DEFAULT_FORM: CredentialForm = 'vcdm2-ed25519-2020';

/** Which of the three formats of OID4VCI a form is. */
export type CredentialFormat = 'ldp_vc' | 'jwt_vc_json' | 'dc+sd-jwt';
