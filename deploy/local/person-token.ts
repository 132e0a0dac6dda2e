import { hash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';

export interface SignInOptions {
  /** where the authorization server is reached at */
  authorizationUrl: string;
  /** its issuer, PUBLIC_ORIGIN */
  publicOrigin: string;
  clientId: string;
  redirectUri: string;
  /** who signs in */
  subject: string;
  /** what is asked for, separated by spaces; `openid` is added */
  scope: string;
  /** how surely, such as `AAL3_ANY` */
  acrValues?: string;
}

export interface PersonTokens {
  accessToken: string;
  idToken: string;
  expiresInSeconds: number;
}

interface Step {
  response: Response;
  location: string | undefined;
}
type Browse = (url: string, init?: RequestInit) => Promise<Step>;

const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 10_000;

/**
 * Signs in at the development sign-in as a browser and its client would: authorization code, PKCE, state and nonce.
 * @throws Error that names the OAuth error when it is refused, or what is wrong with the answer
 */
export async function signInAs(options: SignInOptions): Promise<PersonTokens> {
  const { authorizationUrl, redirectUri, publicOrigin } = options;
  const codeVerifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const nonce = randomBytes(16).toString('base64url');

  const request = authorizationRequest(options, { codeVerifier, state, nonce });
  const callback = await authenticate(createBrowser(authorizationUrl), request, options);
  const answer = callback.searchParams;
  if (answer.get('state') !== state) throw new Error('The sign-in came back with another state');
  if (answer.get('iss') !== publicOrigin)
    throw new Error('The sign-in came back from another issuer');
  const error = answer.get('error');
  if (error !== null) throw new Error(`${error}: ${answer.get('error_description') ?? ''}`);

  const tokens = await fetchTokens(authorizationUrl, {
    grant_type: 'authorization_code',
    client_id: options.clientId,
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  });
  await checkIdToken(tokens.idToken, options, nonce);
  return tokens;
}

function authorizationRequest(
  { clientId, redirectUri, scope, acrValues }: SignInOptions,
  { codeVerifier, state, nonce }: Record<'codeVerifier' | 'state' | 'nonce', string>,
): string {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: [...new Set(['openid', ...scope.split(' ')])].join(' '),
    state,
    nonce,
    code_challenge: hash('sha256', codeVerifier, 'base64url'),
    code_challenge_method: 'S256',
    ...(acrValues !== undefined && { acr_values: acrValues }),
  });
  return `/auth?${query.toString()}`;
}

/** Follows the redirects, answers the page, and stops at the redirect URI, which nobody needs to listen at. */
async function authenticate(
  browse: Browse,
  request: string,
  { redirectUri, subject }: SignInOptions,
): Promise<URL> {
  let step = await browse(request);
  let path = request;
  for (let left = MAX_REDIRECTS; left > 0; left -= 1) {
    const { location } = step;
    if (location?.split('?')[0] === redirectUri) return new URL(location);
    if (location !== undefined) {
      step = await browse((path = location));
    } else if (step.response.status === 200 && path.startsWith('/sign-in/')) {
      step = await browse(path, { method: 'POST', body: new URLSearchParams({ subject }) });
    } else break;
  }
  throw new Error(`The sign-in was refused (${step.response.status}): ${await textOf(step)}`);
}

async function textOf({ response }: Step): Promise<string> {
  const text = await response.text();
  return (/<h1>(.*)<\/h1>/.exec(text)?.[1] ?? text).slice(0, 300);
}

/** Fetch that keeps cookies and stops at a redirect. */
function createBrowser(authorizationUrl: string): Browse {
  const cookies = new Map<string, string>();
  return async (path, init) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, authorizationUrl), {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: cookie === '' ? {} : { cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return { response, location: response.headers.get('location') ?? undefined };
  };
}

async function fetchTokens(
  authorizationUrl: string,
  form: Record<string, string>,
): Promise<PersonTokens> {
  const response = await fetch(new URL('/token', authorizationUrl), {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  const { access_token: accessToken, id_token: idToken, expires_in: expiresInSeconds } = answer;
  if (
    response.status === 200 &&
    typeof accessToken === 'string' &&
    typeof idToken === 'string' &&
    typeof expiresInSeconds === 'number'
  ) {
    return { accessToken, idToken, expiresInSeconds };
  }
  throw new Error(`${String(answer['error'])}: ${String(answer['error_description'])}`);
}

async function checkIdToken(
  idToken: string,
  { authorizationUrl, publicOrigin, clientId, subject }: SignInOptions,
  nonce: string,
): Promise<void> {
  const keys = (await (await fetch(new URL('/jwks', authorizationUrl))).json()) as JSONWebKeySet;
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
    issuer: publicOrigin,
    audience: clientId,
    subject,
    algorithms: ['ES256'],
  });
  if (payload['nonce'] !== nonce) throw new Error('The ID token is for another sign-in');
}
