import type { KeyAlgorithm } from '#did/verification-key';
import {
  asArray,
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2018_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
} from '#vc/data-model';

/** The suites that make proofs here. */
export type ProofSuite = 'Ed25519Signature2020' | 'eddsa-rdfc-2022';

/** The suites whose proofs are verified: those, and what the wallets of holders and other issuers make. */
export type KnownSuite = ProofSuite | 'Ed25519Signature2018' | 'eddsa-jcs-2022' | 'ecdsa-rdfc-2019';

interface SuiteFacts {
  /** whether it is a cryptosuite of DataIntegrityProof, else a type of proof */
  isCryptosuite: boolean;
  /** what of the document is hashed: its RDF (RDFC-1.0) or its JSON (RFC 8785) */
  canonicalForm: 'rdf' | 'json';
  keys: readonly KeyAlgorithm[];
  /** each alone defines the terms of its proofs */
  contexts: readonly string[];
  /** the member that holds the signature */
  value: 'proofValue' | 'jws';
  /** whether it is for presentations only, which are made anew each time: nothing is issued with it any more */
  isForPresentations: boolean;
}

const CRYPTOSUITE = {
  isCryptosuite: true,
  canonicalForm: 'rdf',
  keys: ['Ed25519'],
  contexts: [CREDENTIALS_V2_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
  value: 'proofValue',
  isForPresentations: false,
} as const;

export const SUITES: Readonly<Record<KnownSuite, SuiteFacts>> = {
  Ed25519Signature2018: {
    ...CRYPTOSUITE,
    isCryptosuite: false,
    // One or the other: together they define its terms twice, which JSON-LD refuses.
    contexts: [CREDENTIALS_V1_CONTEXT, ED25519_2018_CONTEXT],
    value: 'jws',
    isForPresentations: true,
  },
  Ed25519Signature2020: {
    ...CRYPTOSUITE,
    isCryptosuite: false,
    contexts: [ED25519_2020_CONTEXT],
  },
  'eddsa-rdfc-2022': CRYPTOSUITE,
  'eddsa-jcs-2022': { ...CRYPTOSUITE, canonicalForm: 'json' },
  'ecdsa-rdfc-2019': { ...CRYPTOSUITE, keys: ['P-256', 'P-384'] },
};

/** The suite of a proof; undefined for one that is not known here. */
export function suiteOf({ type, cryptosuite }: JsonObject): KnownSuite | undefined {
  const name = type === 'DataIntegrityProof' ? cryptosuite : type;
  if (!isKnown(name)) return undefined;
  const { isCryptosuite } = SUITES[name];
  const isSpeltAsOne = type === 'DataIntegrityProof';
  return isCryptosuite === isSpeltAsOne && (isCryptosuite || cryptosuite === undefined)
    ? name
    : undefined;
}

/** Whether a document's own contexts define the proof's terms. Without them the proof would silently mean nothing. */
export function hasSuiteContext(name: KnownSuite, document: JsonObject): boolean {
  const contexts = asArray(document['@context']);
  return SUITES[name].contexts.some((context) => contexts.includes(context));
}

function isKnown(name: unknown): name is KnownSuite {
  return typeof name === 'string' && Object.hasOwn(SUITES, name);
}
