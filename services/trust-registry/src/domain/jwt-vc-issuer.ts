import { didWebUrl } from '#did/identifiers';
import { type Ed25519PublicJwk, publicJwk } from '#did/keys';
import { verificationMethodId } from './did-document.ts';
import type { PinnedKey } from './organisation.ts';

const DOCUMENT = '/did.json';

/** JWT VC Issuer Metadata (SD-JWT VC §4.2). */
export interface JwtVcIssuerMetadata {
  issuer: string;
  jwks: { keys: (Ed25519PublicJwk & { kid: string; use: 'sig'; alg: 'EdDSA' })[] };
}

/**
 * The keys that sign a trust's credentials, for wallets that know SD-JWT VC and no DIDs; the issuer is named by the
 * https URL that its did:web stands for. As in its DID document a retired key stays and a compromised one is gone;
 * keys for other purposes are left out, because a reader of this knows no purposes.
 */
export function buildJwtVcIssuer(did: string, pinned: readonly PinnedKey[]): JwtVcIssuerMetadata {
  const usable = pinned.filter(
    ({ purpose, state }) => purpose === 'assertion' && state !== 'compromised',
  );
  const distinct = new Set(usable.map(({ publicKeyMultibase }) => publicKeyMultibase));
  const keys = [...distinct].map((publicKeyMultibase) => ({
    ...publicJwk(publicKeyMultibase),
    kid: verificationMethodId(did, publicKeyMultibase),
    use: 'sig' as const,
    alg: 'EdDSA' as const,
  }));
  const issuer = didWebUrl(did).href.slice(0, -DOCUMENT.length);
  return { issuer, jwks: { keys } };
}
