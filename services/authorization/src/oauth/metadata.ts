import { PERSON_SCOPES, SCOPES } from '#api/authorization';
import { ACRS } from '../domain/person.ts';

export const ASSERTION_ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256'] as const;

/**
 * RFC 8414 metadata, also served as OpenID Provider metadata. It is written here and not taken from the provider,
 * whose own always names an authorization endpoint, and by the request's Host header.
 * @param signIn whether people sign in here, too
 */
export function authorizationServerMetadata(publicOrigin: string, signIn: boolean) {
  const ofPeople = new Set<string>(PERSON_SCOPES);
  const metadata = {
    issuer: publicOrigin,
    token_endpoint: `${publicOrigin}/token`,
    jwks_uri: `${publicOrigin}/jwks`,
    scopes_supported: SCOPES.filter((scope) => !ofPeople.has(scope)) as string[],
    response_types_supported: [] as string[],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    // OpenID Connect Discovery demands these two, also where no ID token is given.
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
  if (!signIn) return metadata;
  return {
    ...metadata,
    authorization_endpoint: `${publicOrigin}/auth`,
    scopes_supported: ['openid', ...SCOPES],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['client_credentials', 'authorization_code'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
    code_challenge_methods_supported: ['S256'],
    acr_values_supported: [...ACRS],
    claims_supported: ['sub', 'acr', 'amr', 'auth_time'],
    authorization_response_iss_parameter_supported: true,
  };
}
