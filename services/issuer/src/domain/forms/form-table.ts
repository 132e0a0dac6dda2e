import type { CredentialForm } from '#vc/credential-form';
import type { ProofSuite } from '#proofs/suites';
import type { TwoBitForm } from '../ports.ts';

/** How each form is built, secured and given a status. */
type FormTraits =
  | { kind: 'vcdm2'; suites: readonly ProofSuite[]; list?: undefined }
  | { kind: 'vcdm1'; suites: readonly ProofSuite[]; list: 'message' }
  | { kind: 'jwt'; list: 'message' }
  | { kind: 'sd-jwt'; list: 'token' };

const ED25519_2020 = ['Ed25519Signature2020'] as const;
const EDDSA_RDFC_2022 = ['eddsa-rdfc-2022'] as const;
const BOTH = [...ED25519_2020, ...EDDSA_RDFC_2022] as const;

export const FORMS: Readonly<Record<CredentialForm, FormTraits>> = {
  'vcdm2-ed25519-2020': { kind: 'vcdm2', suites: ED25519_2020 },
  'vcdm2-eddsa-rdfc-2022': { kind: 'vcdm2', suites: EDDSA_RDFC_2022 },
  'vcdm2-proof-set': { kind: 'vcdm2', suites: BOTH },
  'vcdm1-ed25519-2020': { kind: 'vcdm1', suites: ED25519_2020, list: 'message' },
  'vcdm1-eddsa-rdfc-2022': { kind: 'vcdm1', suites: EDDSA_RDFC_2022, list: 'message' },
  'vcdm1-proof-set': { kind: 'vcdm1', suites: BOTH, list: 'message' },
  jwt_vc_json: { kind: 'jwt', list: 'message' },
  'dc+sd-jwt': { kind: 'sd-jwt', list: 'token' },
};

/** The two-bit lists that a credential in these forms names. */
export function listsFor(forms: readonly CredentialForm[]): TwoBitForm[] {
  const lists = forms.map((form) => FORMS[form].list);
  return [...new Set(lists)].filter((list) => list !== undefined);
}

/** Whether the form is compact text, which goes out as a JSON string. */
export function isTextForm(form: CredentialForm): boolean {
  const { kind } = FORMS[form];
  return kind === 'jwt' || kind === 'sd-jwt';
}
