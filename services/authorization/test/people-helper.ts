import { hash } from 'node:crypto';
import { signInAs, type SignInOptions } from '../../../deploy/local/person-token.ts';
import { build, PUBLIC_ORIGIN } from './helper.ts';

interface Test {
  teardown(handler: () => unknown): void;
}

export const PORTAL = 'portal';
export const REDIRECT_URI = 'http://127.0.0.1:4999/callback';
export const PEOPLE = {
  icsOdsCode: 'QZN',
  portal: { clientId: PORTAL, redirectUris: [REDIRECT_URI] },
  people: [
    {
      subject: 'p-3f6a1c',
      name: 'Orla <Quill> & Sons',
      odsCode: 'QZN',
      acr: 'AAL3_ANY',
      scopes: ['registry:propose', 'registry:approve', 'clients:admin'],
    },
    {
      subject: 'p-77b2e0',
      name: 'Tam Wray',
      odsCode: 'ZZA01',
      acr: 'AAL2_OR_AAL3_ANY',
      scopes: ['registry:propose', 'credentials:read', 'credentials:approve'],
    },
    {
      subject: 'p-0c9d54',
      name: 'Ines Holt',
      odsCode: 'ZZA01',
      acr: 'AAL1_USERPASS',
      scopes: ['registry:approve'],
    },
    {
      subject: 'p-51d9b3',
      name: 'Bea Lindqvist',
      odsCode: 'QZN',
      acr: 'AAL3_ANY',
      scopes: ['clients:admin'],
    },
  ],
};
export const [ORLA, TAM, INES, BEA] = ['p-3f6a1c', 'p-77b2e0', 'p-0c9d54', 'p-51d9b3'] as const;

/** The service with people who may sign in, listening; `signIn` walks the flow as a browser and a client would. */
export async function buildWithPeople(t: Test) {
  const built = await build(t);
  const developmentPeopleFile = built.file('people.json', JSON.stringify(PEOPLE));
  const { app, deps } = await built.open({ developmentPeopleFile });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const signIn = (changed: Partial<SignInOptions> = {}) =>
    signInAs({
      authorizationUrl: url,
      publicOrigin: PUBLIC_ORIGIN,
      clientId: PORTAL,
      redirectUri: REDIRECT_URI,
      subject: ORLA,
      scope: 'registry:propose registry:approve',
      ...changed,
    });
  return { ...built, app, deps, url, signIn, developmentPeopleFile };
}

export type BuiltWithPeople = Awaited<ReturnType<typeof buildWithPeople>>;

/** A browser of its own: it keeps cookies, and does not follow redirects. */
export function openBrowser(app: BuiltWithPeople['app'], headers: Record<string, string> = {}) {
  const cookies: Record<string, string> = {};
  const ask = async (request: { method: 'GET' | 'POST'; url: string; payload?: string }) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.inject({
      ...request,
      cookies,
      headers: { ...headers, ...(request.payload !== undefined && form) },
    });
    for (const { name, value } of answer.cookies) cookies[name] = value;
    return { answer, location: answer.headers.location ?? '' };
  };
  return {
    cookies,
    get: (url: string) => ask({ method: 'GET', url }),
    post: (url: string, form: Record<string, string>) =>
      ask({ method: 'POST', url, payload: new URLSearchParams(form).toString() }),
  };
}
export type Browser = ReturnType<typeof openBrowser>;

export const CODE_VERIFIER = 'a-code-verifier-that-is-long-enough-to-be-one';

/** The address of a good authorization request but for what `changed` changes; undefined leaves a parameter out. */
export function authorizationPath(changed: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  const good = {
    client_id: PORTAL,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid registry:propose registry:approve',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge: hash('sha256', CODE_VERIFIER, 'base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries({ ...good, ...changed })) {
    if (value !== undefined) query.set(name, value);
  }
  return `/auth?${query.toString()}`;
}

/** Walks the flow. @returns the parameters that come back to the client */
export async function signInWith(
  browser: Browser,
  subject: string,
  changed?: Record<string, string | undefined>,
): Promise<URLSearchParams> {
  const started = await browser.get(authorizationPath(changed));
  const chosen = await browser.post(started.location, { subject });
  const back = await browser.get(chosen.location);
  return new URL(back.location).searchParams;
}

export function codeForm(code: string, changed: Record<string, string | undefined> = {}) {
  const form = new URLSearchParams();
  const good = {
    grant_type: 'authorization_code',
    client_id: PORTAL,
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: CODE_VERIFIER,
  };
  for (const [name, value] of Object.entries({ ...good, ...changed })) {
    if (value !== undefined) form.set(name, value);
  }
  return form;
}
