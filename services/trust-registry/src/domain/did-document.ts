import type { PinnedKey } from './organisation.ts';

/** DID Core 1.0 §5, with Multikey methods (Controlled Identifiers 1.0 §2.2.2). */
export interface DidWebDocument {
  '@context': string[];
  id: string;
  verificationMethod: {
    id: string;
    type: 'Multikey';
    controller: string;
    publicKeyMultibase: string;
  }[];
  assertionMethod: string[];
}

/**
 * Keys as they stood once, without those that are compromised by what is known today. Who asks for the past wants to
 * verify something with it, and nothing that such a key ever signed may be believed.
 */
export function withoutCompromised(
  then: readonly PinnedKey[],
  today: readonly PinnedKey[],
): PinnedKey[] {
  const bad = today.filter(({ state }) => state === 'compromised');
  const thumbprints = new Set(bad.map(({ thumbprint }) => thumbprint));
  return then.filter(({ thumbprint }) => !thumbprints.has(thumbprint));
}

/**
 * The DID document that follows from the pinned keys. Retired keys stay, so that what they signed can still be
 * verified; a compromised key is gone, because nothing it ever signed may be believed.
 */
export function buildDidDocument(did: string, keys: readonly PinnedKey[]): DidWebDocument {
  const usable = keys.filter(({ state }) => state !== 'compromised');
  const distinct = [...new Set(usable.map(({ publicKeyMultibase }) => publicKeyMultibase))];
  const verificationMethod = distinct.map((publicKeyMultibase) => ({
    id: verificationMethodId(did, publicKeyMultibase),
    type: 'Multikey' as const,
    controller: did,
    publicKeyMultibase,
  }));
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod,
    assertionMethod: verificationMethod.map(({ id }) => id),
  };
}

export function verificationMethodId(did: string, publicKeyMultibase: string): string {
  return `${did}#${publicKeyMultibase}`;
}
