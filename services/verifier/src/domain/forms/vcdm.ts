import { CONTEXT_URL } from '#catalogue/catalogue';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2018_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
  STATUS_V1_CONTEXT,
} from '#vc/data-model';

export type Arrangements = readonly (readonly string[])[];

/** What differs between the two versions of the data model, as far as it is issued here. */
export interface VcdmVersion {
  context: string;
  /** members that a credential may have */
  terms: ReadonlySet<string>;
  validFrom: 'validFrom' | 'issuanceDate';
  validUntil: 'validUntil' | 'expirationDate';
  /** `@context` of a credential and of a presentation, to the letter */
  credentialContexts: Arrangements;
  presentationContexts: Arrangements;
  /** of the envelope of a text, which is a term of 2.0 */
  hasEnvelopes: boolean;
}

const COMMON_TERMS = [
  '@context',
  'id',
  'type',
  'issuer',
  'credentialSubject',
  'trustFramework',
  'credentialSchema',
  'credentialStatus',
  'supersedes',
  'proof',
];

// In the order in which signing adds what a suite needs.
const SUITES_V1: Arrangements = [
  [ED25519_2020_CONTEXT],
  [DATA_INTEGRITY_V2_CONTEXT],
  [ED25519_2020_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
];
const SUITES_V2: Arrangements = [[], [ED25519_2020_CONTEXT]];
// Ed25519Signature2018 signs presentations only. VCDM 1.1 has its terms, and does not bear its context beside them.
const PRESENTING_V2: Arrangements = [...SUITES_V2, [ED25519_2018_CONTEXT]];

/** A VCDM 1.1 credential that no embedded proof secures: that of a JWT. */
export const UNSECURED_V1: readonly string[] = [
  CREDENTIALS_V1_CONTEXT,
  CONTEXT_URL,
  STATUS_V1_CONTEXT,
];

/** A VCDM 1.1 presentation that no embedded proof secures, or one of Ed25519Signature2018. */
export const UNSECURED_PRESENTATIONS_V1: Arrangements = [
  [CREDENTIALS_V1_CONTEXT],
  [CREDENTIALS_V1_CONTEXT, CONTEXT_URL],
];

export const VCDM_1_1: VcdmVersion = {
  context: CREDENTIALS_V1_CONTEXT,
  terms: new Set([...COMMON_TERMS, 'issuanceDate', 'expirationDate']),
  validFrom: 'issuanceDate',
  validUntil: 'expirationDate',
  credentialContexts: each(UNSECURED_V1, SUITES_V1),
  presentationContexts: [
    ...UNSECURED_PRESENTATIONS_V1,
    ...each([CREDENTIALS_V1_CONTEXT], SUITES_V1),
    ...each([CREDENTIALS_V1_CONTEXT, CONTEXT_URL], SUITES_V1),
  ],
  hasEnvelopes: false,
};

export const VCDM_2_0: VcdmVersion = {
  context: CREDENTIALS_V2_CONTEXT,
  terms: new Set([
    ...COMMON_TERMS,
    'name',
    'description',
    'validFrom',
    'validUntil',
    'renderMethod',
  ]),
  validFrom: 'validFrom',
  validUntil: 'validUntil',
  credentialContexts: each([CREDENTIALS_V2_CONTEXT, CONTEXT_URL], SUITES_V2),
  presentationContexts: [
    ...each([CREDENTIALS_V2_CONTEXT, CONTEXT_URL], PRESENTING_V2),
    ...each([CREDENTIALS_V2_CONTEXT], PRESENTING_V2),
  ],
  hasEnvelopes: true,
};

/** The version whose context comes first, as both versions demand of it. */
export function vcdmOf({ '@context': context }: JsonObject): VcdmVersion | undefined {
  const first = Array.isArray(context) ? context[0] : undefined;
  return [VCDM_2_0, VCDM_1_1].find((version) => version.context === first);
}

function each(base: readonly string[], suites: Arrangements): Arrangements {
  return suites.map((added) => [...base, ...added]);
}
