import { setTimeout as wait } from 'node:timers/promises';
import { isJsonObject } from '#vc/data-model';
import type { TokenVerifier } from './auth.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import type { Server } from './server.ts';

/** `production`, or a service that runs for public test suites only: docs/conformance.md says what that relaxes. */
export const PROFILES = ['production', 'conformance'] as const;
export type Profile = (typeof PROFILES)[number];

const NO_TOKEN = 'none';

/** For services that start together: how often, and after how many milliseconds, one that does not answer is asked. */
const ATTEMPTS = 60;
const PAUSE_MS = 500;

/**
 * Lets callers without a token in, as one client of no real trust with these scopes; a token that is shown is verified
 * as ever. To be called before `requireAccess`, with whose verifier it goes.
 */
export function admitSuites(
  app: Server,
  verifyToken: TokenVerifier,
  scopes: readonly string[],
): TokenVerifier {
  app.addHook('onRequest', async ({ headers }) => {
    headers.authorization ??= `Bearer ${NO_TOKEN}`;
  });
  // An option of the drafts before VCALM, which the suites still send: all checks are made anyway.
  app.addHook('preValidation', async ({ body }) => {
    const options = isJsonObject(body) ? body['options'] : undefined;
    if (isJsonObject(options)) delete options['checks'];
  });
  const caller = { clientId: 'test-suite', odsCode: 'TESTSUITE', scopes: new Set(scopes) };
  return async (token) => (token === NO_TOKEN ? caller : verifyToken(token));
}

/**
 * For the start of a service under the profile: what it says must never be mistaken for an answer about real staff.
 * @throws Error where trusts are registered, or where that cannot be told
 */
export async function refuseWhereTrustsAreRegistered(
  http: HttpClient,
  trustRegistryUrl: string,
): Promise<void> {
  for (const status of ['registered', 'suspended']) {
    const url = `${trustRegistryUrl}/v1/organisations?kind=trust&limit=1&status=${status}`;
    const answer = await getOnceItAnswers(http, url);
    const page: unknown = answer.status === 200 ? JSON.parse(answer.body.toString()) : undefined;
    const items = isJsonObject(page) ? page['items'] : undefined;
    if (!Array.isArray(items)) throw new Error('The registry does not say whether it has trusts');
    if (items.length > 0) {
      throw new Error('PROFILE=conformance is for test suites: this registry has trusts');
    }
  }
}

async function getOnceItAnswers(http: HttpClient, url: string): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await http.get(url, { accept: 'application/json', timeoutMs: 3_000 });
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await wait(PAUSE_MS);
    }
  }
}
