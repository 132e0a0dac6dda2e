import type { FastifyRequest } from 'fastify';
import {
  createRemoteJWKSet,
  customFetch,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { HttpClient } from './http-client.ts';
import type { Server } from './server.ts';

/** Who calls, as the access token says (RFC 9068). A service's or administrator's client has no trust. */
export interface Caller {
  clientId: string;
  odsCode: string | undefined;
  scopes: ReadonlySet<string>;
  /** who signed in; undefined for a machine's token */
  person?: Person | undefined;
}

/** A person who signed in (OpenID Connect Core §2), by an identifier that says nothing about them. */
export interface Person {
  /** `sub` */
  subject: string;
  /** how surely it is they */
  acr: string;
}

/** Authentication that is sure enough to decide by (the staff login's names): two factors, or better. */
export const PERSON_ACRS: readonly string[] = ['AAL2_OR_AAL3_ANY', 'AAL3_ANY'];

/**
 * What a route asks of its caller: nothing, or a scope, with `trust` a token that names one, with `person` one of
 * somebody who signed in (how surely, `personOf` says). With `orScope` either will do to come in, and the route asks
 * for the one that the body needs (`checkScope`).
 */
export type Access = 'public' | { scope: string; orScope?: string; trust?: boolean; person?: true };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

const NEEDED_TOKEN =
  'Send an access token as `authorization: Bearer <token>`: none was sent, or it has expired or is not valid here';

export type TokenVerifier = (token: string) => Promise<Caller>;

// as the audit chain takes it: an identifier, in which no name or sentence fits
const SUBJECT = /^[\x21-\x7e]{1,200}$/;
// Tokens live 10 minutes; whatever is signed, an hour is the end.
const MAX_TOKEN_SECONDS = 3_600;

export interface TokenVerifierOptions {
  /** `iss` and `aud` of every token: PUBLIC_ORIGIN */
  publicOrigin: string;
  /** where the authorization server publishes its keys */
  jwksUrl: string;
  http: HttpClient;
  clock: Clock;
}

/** Verifies JWT access tokens by the authorization server's published keys, which are fetched once and kept. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const findKey = createRemoteJWKSet(new URL(options.jwksUrl), {
    [customFetch]: async (url) => new Response(await fetchKeys(options.http, url)),
  });
  return createLocalTokenVerifier({ ...options, findKey });
}

/** Verifies JWT access tokens (RFC 9068) by keys at hand. A header that offers a key, or where to get one, is not heard. */
export function createLocalTokenVerifier(
  options: Pick<TokenVerifierOptions, 'publicOrigin' | 'clock'> & { findKey: JWTVerifyGetKey },
): TokenVerifier {
  return async (token) => {
    const { payload } = await jwtVerify(token, options.findKey, {
      issuer: options.publicOrigin,
      audience: options.publicOrigin,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['exp', 'iat', 'jti', 'client_id'],
      currentDate: new Date(options.clock()),
      clockTolerance: 5,
      // Also refuses an `iat` in the future, which is not looked at otherwise.
      maxTokenAge: MAX_TOKEN_SECONDS,
    });
    const { client_id: clientId, ods_code: odsCode, scope } = payload;
    if (typeof clientId !== 'string') throw new Error('client_id is not a string');
    return {
      clientId,
      odsCode: typeof odsCode === 'string' ? odsCode : undefined,
      scopes: new Set(typeof scope === 'string' ? scope.split(' ') : []),
      person: personIn(payload, clientId),
    };
  };
}

/** A client's own token names the client as its subject (RFC 9068 section 2.2), and nobody signed in. */
function personIn({ acr, sub }: JWTPayload, clientId: string): Person | undefined {
  if (acr === undefined) return undefined;
  if (typeof acr !== 'string') throw new Error('acr is not a string');
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) throw new Error('acr without a sub');
  return sub === clientId ? undefined : { subject: sub, acr };
}

/** Keys that cannot be had are our fault: whatever goes wrong here must not read as a bad token. */
async function fetchKeys(http: HttpClient, url: string): Promise<string> {
  const { status, body } = await http.get(url, { accept: 'application/json', timeoutMs: 3_000 });
  const text = body.toString();
  if (status === 200 && isKeySet(parseJson(text))) return text;
  throw new VcError('SERVICE_UNAVAILABLE', `The authorization server gave no keys (${status})`);
}

function isKeySet(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Guards every route added after it. A route that does not say who may call it stops the server from starting.
 * No token, or one that does not verify, is 401 without a difference; a missing scope is 403; who asks too often, 429.
 */
export function requireAccess(app: Server, verifyToken: TokenVerifier): void {
  app.decorateRequest('caller');
  app.addHook('onRoute', ({ config, url, schema }) => {
    if (config?.access === undefined && !url.startsWith('/docs')) {
      throw new Error(`The route ${url} does not say who may call it`);
    }
    if (config?.access !== undefined && config.access !== 'public' && schema !== undefined) {
      const { scope, orScope } = config.access;
      const scopes = orScope === undefined ? [scope] : [scope, orScope];
      schema.security ??= scopes.map((each) => ({ token: [each] }));
    }
  });
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access;
    if (access === undefined || access === 'public') return app.countRequest(request, reply);
    const caller = await identify(request, verifyToken).catch(async (error: unknown) => {
      // whose it was is not known: only now, so that others behind the same address are not refused with it
      await app.countRequest(request, reply);
      throw error;
    });
    request.caller = caller;
    // services wait for each other, and what they ask was counted where it came in
    if (!access.scope.startsWith('internal:')) await app.countRequest(request, reply);
    // before the scope: a system that may never have it is told what is wrong
    if (access.person === true && caller.person === undefined) throw personRequired();
    const other = access.orScope;
    if (other === undefined || !caller.scopes.has(other)) checkScope(caller, access.scope);
    if (access.trust === true && caller.odsCode === undefined) {
      throw new VcError('FORBIDDEN', 'This call needs a token that names a trust');
    }
  });
}

async function identify(request: FastifyRequest, verifyToken: TokenVerifier): Promise<Caller> {
  const token = /^Bearer ([\w~+/.-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw unauthorized();
  try {
    return await verifyToken(token);
  } catch (cause) {
    // The keys could not be fetched: the caller may be right, so it is our fault and not a 401.
    if (cause instanceof VcError && cause.code === 'SERVICE_UNAVAILABLE') throw cause;
    throw unauthorized(cause);
  }
}

function unauthorized(cause?: unknown): VcError {
  return new VcError('UNAUTHORIZED', NEEDED_TOKEN, { cause });
}

/** @throws VcError FORBIDDEN */
export function checkScope({ scopes }: Caller, scope: string): void {
  if (!scopes.has(scope)) throw new VcError('FORBIDDEN', `This call needs the scope ${scope}`);
}

/** The caller of a guarded route. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error('the route is not guarded');
  return request.caller;
}

/** The ODS code of the trust that calls a route guarded with `trust: true`. */
export function trustOf(request: FastifyRequest): string {
  const { odsCode } = callerOf(request);
  if (odsCode === undefined) throw new Error('the route is not guarded with trust');
  return odsCode;
}

/**
 * The person who calls, signed in surely enough to be answerable for what they decide.
 * @throws VcError PERSON_REQUIRED for a system, and below AAL2
 */
export function personOf(request: FastifyRequest): Person {
  const { person } = callerOf(request);
  if (person === undefined || !PERSON_ACRS.includes(person.acr)) throw personRequired();
  return person;
}

function personRequired(): VcError {
  return new VcError('PERSON_REQUIRED', 'This call needs a person who signed in at AAL2 or higher');
}
