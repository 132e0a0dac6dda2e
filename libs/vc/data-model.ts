/** Anything JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object whose members are not all known beforehand. */
export interface JsonObject {
  [member: string]: JsonValue;
}

export const CREDENTIALS_V1_CONTEXT = 'https://www.w3.org/2018/credentials/v1';
export const CREDENTIALS_V2_CONTEXT = 'https://www.w3.org/ns/credentials/v2';
export const ED25519_2018_CONTEXT = 'https://w3id.org/security/suites/ed25519-2018/v1';
export const ED25519_2020_CONTEXT = 'https://w3id.org/security/suites/ed25519-2020/v1';
/** the terms of BitstringStatusListEntry, which VCDM 1.1 lacks */
export const STATUS_V1_CONTEXT = 'https://www.w3.org/ns/credentials/status/v1';
export const DATA_INTEGRITY_V2_CONTEXT = 'https://w3id.org/security/data-integrity/v2';

/** A proof of Verifiable Credential Data Integrity 1.0 (§2.1), or of the suites before it. */
export interface Proof extends JsonObject {
  type: string;
  proofPurpose: string;
  verificationMethod: string;
  proofValue: string;
}

/** One entry of `credentialStatus` (Bitstring Status List 1.0 §2.1). */
export interface StatusEntry extends JsonObject {
  id: string;
  type: string;
  statusPurpose: string;
  statusListIndex: string;
  statusListCredential: string;
}

/** An unsigned credential (VCDM 2.0 §4): what is common to every type. */
export interface Credential extends JsonObject {
  '@context': string[];
  type: string[];
  issuer: string | JsonObject;
  credentialSubject: JsonObject | JsonObject[];
}

/** A credential with its proof or proofs. */
export interface VerifiableCredential extends Credential {
  proof: Proof | Proof[];
}

/** An unsigned presentation (VCDM 2.0 §4.13). */
export interface Presentation extends JsonObject {
  '@context': string[];
  type: string[];
}

/** A presentation with its proof. */
export interface VerifiablePresentation extends Presentation {
  proof: Proof | Proof[];
}

/** VCDM lets most members be one value or several: read them all the same way. */
export function asArray<T>(value: T | readonly T[] | undefined): T[] {
  if (value === undefined) {
    return [];
  }
  return Array.isArray(value) ? [...value] : [value as T];
}

/** True for `{…}`: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
