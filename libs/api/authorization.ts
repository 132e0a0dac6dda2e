import { Type } from 'typebox';
import { DateTimeSchema, OdsCodeSchema } from './wire.ts';

const closed = { additionalProperties: false };

export const TRUST_SCOPES = [
  'credentials:issue',
  'credentials:read',
  'credentials:revoke',
  'holders:write',
  'verifications:write',
  'events:read',
  'webhooks:write',
] as const;
export const ADMINISTRATOR_SCOPES = ['registry:admin', 'clients:admin', 'keys:admin'] as const;
export const SERVICE_SCOPES = ['internal:status', 'internal:sign-list'] as const;
/** Only a person who signed in has these: proposing and approving what takes two people. */
export const PERSON_SCOPES = [
  'registry:propose',
  'registry:approve',
  'credentials:approve',
] as const;
export const SCOPES = [
  ...TRUST_SCOPES,
  ...ADMINISTRATOR_SCOPES,
  ...SERVICE_SCOPES,
  ...PERSON_SCOPES,
] as const;
export type Scope = (typeof SCOPES)[number];
const ScopeSchema = Type.Unsafe<Scope>(Type.Union(SCOPES.map((scope) => Type.Literal(scope))));

/** A client's public key as JWK: Ed25519 (OKP) or P-256 (EC). A private member is refused. */
export const ClientKeySchema = Type.Object(
  {
    kty: Type.Union([Type.Literal('OKP'), Type.Literal('EC')]),
    crv: Type.Union([Type.Literal('Ed25519'), Type.Literal('P-256')]),
    x: Type.String({ maxLength: 64 }),
    y: Type.Optional(Type.String({ maxLength: 64 })),
    kid: Type.Optional(Type.String({ maxLength: 128 })),
    alg: Type.Optional(Type.String({ maxLength: 16 })),
    use: Type.Optional(Type.Literal('sig')),
  },
  closed,
);

export const RegisterClientSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    odsCode: Type.Optional(OdsCodeSchema),
    scopes: Type.Array(ScopeSchema, { minItems: 1, uniqueItems: true }),
    publicKey: ClientKeySchema,
  },
  closed,
);
export const RotateClientKeySchema = Type.Object(
  {
    publicKey: ClientKeySchema,
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'how long older keys still work; 0 ends them now',
      }),
    ),
  },
  closed,
);
export const ClientSchema = Type.Object({
  clientId: Type.String(),
  name: Type.String(),
  odsCode: Type.Union([OdsCodeSchema, Type.Null()]),
  scopes: Type.Array(ScopeSchema),
  keys: Type.Array(
    Type.Object({ kid: Type.String(), validUntil: Type.Union([DateTimeSchema, Type.Null()]) }),
  ),
  createdAt: DateTimeSchema,
  revokedAt: Type.Union([DateTimeSchema, Type.Null()]),
});
export const ClientPageSchema = Type.Object({
  items: Type.Array(ClientSchema),
  next: Type.Union([Type.String(), Type.Null()]),
});

/** `POST /token`: a form, answered in OAuth's own way (RFC 6749 sections 4.4 and 5). */
export const TokenRequestSchema = Type.Object({
  grant_type: Type.Literal('client_credentials'),
  client_assertion_type: Type.Literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'),
  client_assertion: Type.String({ description: 'a JWT signed with the key of the client' }),
  scope: Type.Optional(
    Type.String({ description: 'separated by spaces; left out: all that the client holds' }),
  ),
  resource: Type.Optional(Type.String({ description: 'left out, or the issuer' })),
});
/** `POST /token` after a person signed in (OpenID Connect Core §3.1.3.1): only in development. */
export const CodeTokenRequestSchema = Type.Object({
  grant_type: Type.Literal('authorization_code'),
  client_id: Type.String(),
  code: Type.String(),
  redirect_uri: Type.String({ description: 'the one that the code was sent to' }),
  code_verifier: Type.String({ description: 'what `code_challenge` is the hash of (RFC 7636)' }),
});
export const TokenAnswerSchema = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'seconds' }),
  scope: Type.String(),
  id_token: Type.Optional(Type.String({ description: 'after a sign-in with the scope openid' })),
});
export const OAuthErrorSchema = Type.Object({
  error: Type.String({ description: 'such as invalid_client, invalid_scope' }),
  error_description: Type.Optional(Type.String()),
});
/** RFC 7517. */
export const KeySetSchema = Type.Object({
  keys: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});
/** RFC 8414. */
export const MetadataSchema = Type.Object({
  issuer: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
  scopes_supported: Type.Array(Type.String()),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  token_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
  authorization_endpoint: Type.Optional(Type.String({ description: 'where people sign in, too' })),
  code_challenge_methods_supported: Type.Optional(Type.Array(Type.String())),
  acr_values_supported: Type.Optional(Type.Array(Type.String())),
});
/** `GET /auth` (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3): only in development. */
export const AuthorizationRequestSchema = Type.Object({
  client_id: Type.String(),
  redirect_uri: Type.String({ description: 'exactly one of the client' }),
  response_type: Type.Literal('code'),
  scope: Type.String({ description: 'openid and what is asked for, separated by spaces' }),
  state: Type.Optional(Type.String()),
  nonce: Type.Optional(Type.String({ description: 'comes back in the ID token' })),
  code_challenge: Type.String(),
  code_challenge_method: Type.Literal('S256'),
  acr_values: Type.Optional(
    Type.String({ description: 'how surely, such as AAL3_ANY: one of them is met, or no token' }),
  ),
});
