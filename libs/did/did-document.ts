import { isJsonObject, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { decodePublicKey } from './keys.ts';
import { multibaseOfPublicJwk } from './verification-key.ts';

/** What a key may be used for (DID Core §5.3). */
export type ProofPurpose = 'assertionMethod' | 'authentication';

export interface DidDocument extends JsonObject {
  id: string;
}

export interface VerificationMethod extends JsonObject {
  id: string;
  type: string;
  controller: string;
}

/** A document whose shape was checked once. */
export interface ParsedDidDocument {
  document: DidDocument;
  /** by absolute id */
  methods: ReadonlyMap<string, VerificationMethod>;
  /** absolute ids by purpose */
  purposes: Readonly<Record<ProofPurpose, ReadonlySet<string>>>;
}

const MAX_METHODS = 256;
const JWK_TYPES = new Set(['JsonWebKey', 'JsonWebKey2020']);

/**
 * Checks what a resolver got: the id is the DID asked for and no key id stands twice (DID Core §5).
 * @throws VcError INVALID_DID_DOCUMENT
 */
export function parseDidDocument(did: string, value: unknown): ParsedDidDocument {
  if (!isJsonObject(value) || value['id'] !== did) {
    throw invalid(did, 'is not the document of this DID');
  }
  const listed = entriesOf(did, value, 'verificationMethod');
  const purposes = {
    assertionMethod: entriesOf(did, value, 'assertionMethod'),
    authentication: entriesOf(did, value, 'authentication'),
  };
  const embedded = [...purposes.assertionMethod, ...purposes.authentication].filter(isJsonObject);
  const methods = new Map<string, VerificationMethod>();
  for (const entry of [...listed, ...embedded]) {
    const method = parseMethod(did, entry);
    if (methods.has(method.id) || methods.size >= MAX_METHODS) {
      throw invalid(did, `has ${method.id} twice, or too many keys`);
    }
    methods.set(method.id, method);
  }
  return {
    document: { ...value, id: did },
    methods,
    purposes: {
      assertionMethod: idsOf(did, purposes.assertionMethod),
      authentication: idsOf(did, purposes.authentication),
    },
  };
}

/** The key of a method as Multikey. @throws VcError INVALID_VERIFICATION_METHOD for a key of a type not known here */
export function multibaseOfMethod(method: VerificationMethod): string {
  const { publicKeyMultibase, publicKeyJwk } = method;
  if (method.type === 'Multikey' && typeof publicKeyMultibase === 'string') {
    return publicKeyMultibase;
  }
  if (method.type === 'Ed25519VerificationKey2020' && typeof publicKeyMultibase === 'string') {
    // A type that is for one algorithm only.
    decodePublicKey(publicKeyMultibase);
    return publicKeyMultibase;
  }
  if (JWK_TYPES.has(method.type) && isJsonObject(publicKeyJwk)) {
    return multibaseOfPublicJwk(publicKeyJwk);
  }
  throw new VcError('INVALID_VERIFICATION_METHOD', `${method.id} has a key of an unknown type`);
}

function entriesOf(did: string, document: JsonObject, member: string): unknown[] {
  const entries = document[member] ?? [];
  if (!Array.isArray(entries) || entries.length > MAX_METHODS) {
    throw invalid(did, `has a ${member} that is not a list of keys`);
  }
  return entries;
}

function parseMethod(did: string, entry: unknown): VerificationMethod {
  if (!isJsonObject(entry)) {
    throw invalid(did, 'has a key that is not an object');
  }
  const { id, type, controller } = entry;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof controller !== 'string') {
    throw invalid(did, 'has a key without id, type or controller');
  }
  return { ...entry, id: absolute(did, id), type, controller };
}

function idsOf(did: string, entries: unknown[]): Set<string> {
  const ids = entries.map((entry) => (isJsonObject(entry) ? entry['id'] : entry));
  if (!ids.every((id) => typeof id === 'string')) {
    throw invalid(did, 'has a purpose that does not name keys');
  }
  return new Set(ids.map((id) => absolute(did, id)));
}

function absolute(did: string, id: string): string {
  return id.startsWith('#') ? did + id : id;
}

function invalid(did: string, detail: string): VcError {
  return new VcError('INVALID_DID_DOCUMENT', `The document of ${did} ${detail}`);
}
