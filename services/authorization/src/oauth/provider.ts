import {
  type AccessToken,
  type ClientCredentials,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import { SCOPES } from '#api/authorization';
import { isUnavailable } from '#kit/database';
import type { SigningKeySet } from '../domain/ports.ts';
import { type AdapterDeps, createAdapter } from './adapter.ts';
import { ASSERTION_ALGORITHMS } from './metadata.ts';
import { personClaims, SIGN_IN_TTL, signInConfiguration } from './sign-in.ts';

export interface ProviderOptions extends AdapterDeps {
  publicOrigin: string;
  /** where this server is called at besides PUBLIC_ORIGIN */
  internalOrigin: string;
  signingKey: SigningKeySet['current'];
  /** one event of the log; never a token or an assertion */
  log: (level: 'info' | 'warn' | 'error', event: Record<string, unknown>) => void;
}

const TOKEN_SECONDS = 600;
const CLOCK_TOLERANCE_SECONDS = 15;
const MAX_ASSERTION_SECONDS = 600;

/**
 * oidc-provider for client credentials with `private_key_jwt` (RFC 7523) and JWT access tokens (RFC 9068); for people
 * who sign in only where there is a file of them.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { publicOrigin, internalOrigin, people, log } = options;
  const provider = new Provider(publicOrigin, {
    ...configuration(options),
    ...(people && signInConfiguration(people, publicOrigin)),
  });

  // The provider would accept its issuer and the token endpoint as the Host header names it. Who calls chooses that
  // header: an assertion that a client made for https://other.example/token could be presented here under
  // `Host: other.example`. So the accepted audiences come from configuration: the issuer, the public token endpoint,
  // and the address inside the cell, because integrators sign for whichever of them they were given.
  const audiences = new Set([publicOrigin, `${publicOrigin}/token`, `${internalOrigin}/token`]);
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = () => audiences;

  // Its own addresses, too, come from configuration and not from the Host header.
  provider.OIDCContext.prototype.urlFor = (name, options_) => provider.urlFor(name, options_);
  // Cookies are `secure` where the browser came by https, which a proxy ends.
  provider.proxy = true;

  provider.on('grant.success', ({ oidc }) => {
    log('info', { event: 'token.given', clientId: oidc.client?.clientId });
  });
  // The caller is not told what was wrong with its assertion; the operator is.
  provider.on('grant.error', ({ oidc }, error) => {
    const clientId = oidc.entities.Client?.clientId;
    log('warn', { event: 'token.refused', clientId, error: error.error, why: error.error_detail });
  });
  provider.on('authorization.error', ({ oidc }, error) => {
    const clientId = oidc.entities.Client?.clientId;
    const { error: code, error_detail: why } = error;
    log('warn', { event: 'sign-in.refused', clientId, error: code, why });
  });
  provider.on('server_error', (ctx, error) => {
    log('error', { event: 'token.failed', err: error });
    answerUnavailable(ctx, error);
  });
  // Koa would print it.
  const events: NodeJS.EventEmitter = provider;
  events.on('error', (err) => log('error', { event: 'token.failed', err }));
  // No page of any origin has business here.
  provider.use(async (ctx, next) => {
    await next();
    ctx.remove('access-control-allow-origin');
    ctx.remove('access-control-expose-headers');
  });
  return provider;
}

function configuration(options: ProviderOptions): Configuration {
  const off = { enabled: false };
  return {
    adapter: createAdapter(options),
    jwks: { keys: [options.signingKey.privateJwk] },
    scopes: [...SCOPES],
    claims: {},
    responseTypes: [],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    extraClientMetadata: { properties: ['ods_code'] },
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    ttl: { ...SIGN_IN_TTL, AccessToken: TOKEN_SECONDS, ClientCredentials: TOKEN_SECONDS },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims) => checkAssertionTimes(claims),
    extraTokenClaims: async (ctx, token) => extraClaims(ctx, token, options),
    clientBasedCORS: () => false,
    renderError: async (ctx, out) => {
      ctx.type = 'json';
      ctx.body = out;
    },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => options.publicOrigin,
        getResourceServerInfo: async (ctx, resource) => resourceServer(ctx, resource, options),
      },
      devInteractions: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      rpInitiatedLogout: off,
      userinfo: off,
    },
  };
}

/** One resource: everything of this cell. It also settles the scopes, as the hook that runs just before they are used. */
function resourceServer(ctx: KoaContextWithOIDC, resource: string, options: ProviderOptions) {
  const { params, client } = ctx.oidc;
  if (resource !== options.publicOrigin || params === undefined || client === undefined) {
    throw new errors.InvalidTarget();
  }
  const held = (client.scope ?? '').split(' ');
  // At a sign-in the person's grant settles the scopes.
  if (client.grantTypeAllowed('client_credentials')) settleScope(params, held);
  return {
    scope: held.join(' '),
    audience: options.publicOrigin,
    accessTokenFormat: 'jwt' as const,
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: 'ES256' as const, kid: options.signingKey.kid } },
  };
}

function settleScope(params: { scope?: unknown }, held: string[]): void {
  // None asked for: all. One that the client does not hold: none at all (RFC 6749 section 5.2).
  params.scope ??= held.join(' ');
  const foreign = String(params.scope)
    .split(' ')
    .some((scope) => !held.includes(scope));
  if (foreign) throw new errors.InvalidScope('a requested scope is not held by the client', '');
}

/**
 * The provider has checked `exp` and `nbf`. An assertion that ends in a year would be a password, and its id would
 * have to be remembered for as long.
 */
function checkAssertionTimes({ exp, iat, sub, iss }: Record<string, unknown>): void {
  const now = Math.floor(Date.now() / 1000) + CLOCK_TOLERANCE_SECONDS;
  if (typeof exp !== 'number' || exp > now + MAX_ASSERTION_SECONDS) {
    throw new errors.InvalidClientAuth('the client assertion ends too late');
  }
  if (iat !== undefined && (typeof iat !== 'number' || iat > now)) {
    throw new errors.InvalidClientAuth('the client assertion was issued in the future');
  }
  if (sub !== iss) throw new errors.InvalidClientAuth('sub and iss of the assertion differ');
}

function extraClaims(
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { people }: ProviderOptions,
) {
  if (people !== undefined && token.kind === 'AccessToken') {
    return personClaims(ctx, token, people);
  }
  const odsCode = token.client?.['ods_code'];
  return typeof odsCode === 'string' ? { ods_code: odsCode } : undefined;
}

function answerUnavailable(ctx: KoaContextWithOIDC, error: Error): void {
  if (!isUnavailable(error) && (error as { code?: unknown }).code !== 'SERVICE_UNAVAILABLE') return;
  ctx.status = 503;
  ctx.set('retry-after', '2');
  ctx.body = { error: 'temporarily_unavailable', error_description: 'try again shortly' };
}
