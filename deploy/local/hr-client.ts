import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';

/** What an outside system knows of a local stack: the contents of `.local/stack.json`. */
export interface StackFile {
  publicOrigin: string;
  services: Record<string, string>;
  tokenEndpoint: string;
  clients: StackClient[];
  administrator: Omit<StackClient, 'odsCode' | 'issuer' | 'name'>;
  /** where people sign in, by the development stand-in for the staff login */
  portal: { clientId: string; redirectUri: string };
  people: StackPerson[];
  /** what verifiers trust first: the anchor's key, and the file that it signed */
  anchor: { thumbprint: string; genesisFile: string };
  /** milliseconds: how soon a change shows, and how long an answer is kept */
  times: {
    publishTick: number;
    listTtl: number;
    statusFreshness: number;
    registryFreshness: number;
    /** how long a verifier relies on what it knows of a registry that does not answer */
    registryStaleLimit: number;
    /** for which a revocation of many can be undone */
    undoWindow: number;
  };
  examples: Record<string, unknown>;
  /** the index of the failure zoo, made when it is first asked for; served by `make start` alone */
  zoo?: string;
  /** process ids, for those who want to break something */
  processes: Record<string, number>;
}

export interface StackClient {
  odsCode: string;
  name: string;
  issuer: string;
  clientId: string;
  scope: string;
  /** private JWK of the client, for `private_key_jwt` */
  privateKeyFile: string;
  /** private JWK of a pinned assertion key, where the trust signs with software of its own */
  assertionKeyFile?: string;
}

export interface StackPerson {
  /** `sub` of their tokens */
  subject: string;
  name: string;
  odsCode: string;
  scope: string;
}

export interface Answer {
  status: number;
  // The shape is whatever the service answered; callers read what they documented to expect.
  body: Record<string, never> & { [member: string]: unknown };
  text: string;
}

export interface HrClient {
  token(): Promise<string>;
  post(service: string, path: string, body: unknown, idempotencyKey?: string): Promise<Answer>;
  get(service: string, path: string): Promise<Answer>;
}

/** What every caller needs to know of a stack. */
export type Addresses = Pick<StackFile, 'publicOrigin' | 'services' | 'tokenEndpoint'>;

/** An outside system: it has a client id, a key file and HTTP, and nothing else of this project's insides. */
export function createHrClient(
  stack: Addresses,
  client: { clientId: string; privateKeyFile: string },
): HrClient {
  return createApiClient(stack, () => requestToken(stack, client));
}

/** Calls the services with tokens that are asked for when they are needed, and kept. */
export function createApiClient(
  stack: Addresses,
  askForToken: () => Promise<{ token: string; expiresInSeconds: number }>,
): HrClient {
  let kept: { token: string; until: number } | undefined;

  const token = async () => {
    if (kept && Date.now() < kept.until) return kept.token;
    const given = await askForToken();
    kept = { token: given.token, until: Date.now() + (given.expiresInSeconds - 30) * 1000 };
    return given.token;
  };
  const call = async (
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Answer> => {
    const headers = { ...init.headers, authorization: `Bearer ${await token()}` };
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    return { status: response.status, text, body: text === '' ? {} : JSON.parse(text) };
  };
  return {
    token,
    get: (service, path) => call(`${stack.services[service]}${path}`, {}),
    post: (service, path, body, idempotencyKey = randomUUID()) =>
      call(`${stack.services[service]}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify(body),
      }),
  };
}

async function requestToken(
  { tokenEndpoint, publicOrigin }: Addresses,
  { clientId, privateKeyFile }: { clientId: string; privateKeyFile: string },
) {
  const jwk = JSON.parse(readFileSync(privateKeyFile, 'utf8')) as { kid: string };
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(publicOrigin)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(createPrivateKey({ key: jwk, format: 'jwk' }));
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`);
  const given = (await response.json()) as { access_token: string; expires_in: number };
  return { token: given.access_token, expiresInSeconds: given.expires_in };
}
