import { SCOPES } from '#api/authorization';

export const ASSERTION_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256'] as const;

/**
 * RFC 8414 metadata, also served as OpenID Provider metadata. It is written here and not taken from the provider,
 * whose own names an authorization endpoint, which this server does not have, by the request's Host header.
 */
export function authorizationServerMetadata(publicOrigin: string) {
  return {
    issuer: publicOrigin,
    token_endpoint: `${publicOrigin}/token`,
    jwks_uri: `${publicOrigin}/jwks`,
    scopes_supported: [...SCOPES],
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    // OpenID Connect Discovery demands these two; no ID token is given yet.
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}
