import { setTimeout as wait } from 'node:timers/promises';
import { isJsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { TokenVerifier } from './auth.ts';
import type { HttpClient } from './http-client.ts';
import type { Server } from './server.ts';

/** `production`, or a service that runs for public test suites only: docs/conformance.md says what that relaxes. */
export const PROFILES = ['production', 'conformance'] as const;
export type Profile = (typeof PROFILES)[number];

const NO_TOKEN = 'none';

/** For services that start together: how often, and after how many milliseconds, one that does not answer is asked. */
const ATTEMPTS = 60;
const PAUSE_MS = 500;

/** How often a registry is asked whether it has trusts by now, and for how long it may not say. */
const WATCH_MS = 2_000;
const UNTOLD_MS = 30_000;

/** Whether a service of the profile may still answer. */
export interface TrustWatch {
  /** @throws VcError SERVICE_UNAVAILABLE for good once a trust was registered, and while nobody tells */
  assertNone: () => void;
  close: () => void;
}

export interface TrustWatchOptions {
  http: HttpClient;
  trustRegistryUrl: string;
  clock: () => number;
  /** milliseconds between two questions */
  everyMs?: number;
  /** milliseconds that no answer may be old */
  untoldMs?: number;
  /** told of each try that the registry left without an answer */
  onWaiting?: (fields: Record<string, unknown>) => void;
}

/**
 * Lets callers without a token in, as one client of no real trust with these scopes; a token that is shown is verified
 * as ever. Nobody gets in where trusts are registered. To be called before `requireAccess`, with whose verifier it
 * goes.
 */
export function admitSuites(
  app: Server,
  verifyToken: TokenVerifier,
  { scopes, trusts }: { scopes: readonly string[]; trusts: TrustWatch },
): TokenVerifier {
  app.addHook('onRequest', async ({ headers }) => {
    trusts.assertNone();
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
 * A trust of any status counts: what was once issued for one that is closed is about real staff too.
 * @returns a watch for trusts that are registered later
 * @throws Error where trusts are registered, or where that cannot be told
 */
export async function refuseWhereTrustsAreRegistered(
  options: TrustWatchOptions,
): Promise<TrustWatch> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (!(await hasTrusts(options))) return watchForTrusts(options);
      break;
    } catch (error) {
      const isSilent = error instanceof VcError && error.code === 'SERVICE_UNAVAILABLE';
      if (!isSilent || attempt === ATTEMPTS) throw error;
      const reason = error.message;
      options.onWaiting?.({ event: 'startup.waiting', for: 'the registry', attempt, reason });
      await wait(PAUSE_MS);
    }
  }
  throw new Error('PROFILE=conformance is for test suites: this registry has trusts');
}

function watchForTrusts(options: TrustWatchOptions): TrustWatch {
  const { clock, everyMs = WATCH_MS, untoldMs = UNTOLD_MS } = options;
  const known = { toHaveNoneAt: clock(), toHaveSome: false };
  const ask = async () => {
    const askedAt = clock();
    if (await hasTrusts(options)) known.toHaveSome = true;
    known.toHaveNoneAt = askedAt;
  };
  // What a registry does not say is found out by the age of what it said.
  const timer = setInterval(() => void ask().catch(() => {}), everyMs);
  timer.unref();
  return {
    assertNone() {
      if (!known.toHaveSome && clock() - known.toHaveNoneAt <= untoldMs) return;
      const message = 'This service is for test suites, and answers nobody where there are trusts';
      throw new VcError('SERVICE_UNAVAILABLE', message);
    },
    close: () => clearInterval(timer),
  };
}

async function hasTrusts({
  http,
  trustRegistryUrl,
}: Pick<TrustWatchOptions, 'http' | 'trustRegistryUrl'>): Promise<boolean> {
  const url = `${trustRegistryUrl}/v1/organisations?kind=trust&limit=1`;
  const answer = await http.get(url, { accept: 'application/json', timeoutMs: 3_000 });
  const page: unknown = answer.status === 200 ? JSON.parse(answer.body.toString()) : undefined;
  const items = isJsonObject(page) ? page['items'] : undefined;
  if (!Array.isArray(items)) throw new Error('The registry does not say whether it has trusts');
  return items.length > 0;
}
