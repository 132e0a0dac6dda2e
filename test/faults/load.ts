import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '#vc/data-model';
import { randomTraining } from '../end-to-end/claims.ts';
import type { Answer, Client } from '../end-to-end/client.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { type Journal, digestOf, type Write } from './journal.ts';

export interface LoadOptions {
  client: Client;
  journal: Journal;
  random: SeededRandom;
  employeeId: string;
  odsCode: string;
  writesPerSecond: number;
  /** when so many writes wait for their answer, no new one begins */
  maxOutstanding: number;
}

export interface LoadReport {
  seconds: number;
  acknowledged: number;
  /** milliseconds, the longest without an acknowledged write */
  longestPause: number;
  /** ticks at which no write began because too many were waiting */
  skipped: number;
  /** why a request was sent again, and how often */
  retries: Map<string, number>;
  /** answers that no retry can better: there must be none */
  refused: string[];
}

export interface Load {
  /** acknowledged credentials that nobody has asked to revoke, as the answers' text */
  unrevoked: readonly string[];
  /** Begins nothing new and resolves when every write that began has been acknowledged or refused. */
  finish(): Promise<LoadReport>;
}

const WRITES_PER_REVOCATION = 11;
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 1_000;
const ATTEMPT_TIMEOUT_MS = 10_000;

/** An open loop: writes begin by the clock, whether or not earlier ones were answered. */
export function startLoad(options: LoadOptions): Load {
  const { client, journal, random, writesPerSecond, maxOutstanding } = options;
  const outstanding = new Set<Promise<void>>();
  const revocable: string[] = [];
  const report: LoadReport = {
    seconds: 0,
    acknowledged: 0,
    longestPause: 0,
    skipped: 0,
    retries: new Map(),
    refused: [],
  };
  const began = performance.now();
  let begun = 0;
  let latest = began;

  const nextWrite = (): Write => {
    begun += 1;
    const turn = begun % WRITES_PER_REVOCATION === 0;
    return turn && revocable.length > 0 ? revocation(random, revocable) : issue(random, options);
  };
  const perform = async (write: Write) => {
    for (let attempt = 1; ; attempt += 1) {
      await journal.append({ event: 'sent', attempt, ...write });
      const outcome = await tryOnce(client, write);
      if (typeof outcome !== 'string' && isSuccess(outcome)) {
        const { status, bytes, text } = outcome;
        const { idempotencyKey } = write;
        const digest = digestOf(bytes);
        await journal.append({
          event: 'acknowledged',
          idempotencyKey,
          status,
          sha256: digest,
          text,
        });
        report.acknowledged += 1;
        report.longestPause = Math.max(report.longestPause, performance.now() - latest);
        latest = performance.now();
        if (write.kind === 'issue') revocable.push(text);
        return;
      }
      const reason = typeof outcome === 'string' ? outcome : `HTTP ${outcome.status}`;
      if (typeof outcome !== 'string' && !mayRetry(outcome)) {
        report.refused.push(`${write.kind}: ${reason} ${outcome.text.slice(0, 300)}`);
        return;
      }
      report.retries.set(reason, (report.retries.get(reason) ?? 0) + 1);
      const longest = Math.min(FIRST_BACK_OFF_MS * 2 ** attempt, LONGEST_BACK_OFF_MS);
      await wait(longest * (0.5 + Math.random() / 2));
    }
  };
  const begin = () => {
    if (outstanding.size >= maxOutstanding) {
      report.skipped += 1;
      return;
    }
    const running = perform(nextWrite())
      .catch((error: unknown) => {
        report.refused.push(`the client itself failed: ${String(error)}`);
      })
      .finally(() => outstanding.delete(running));
    outstanding.add(running);
  };
  // Timers come late on a busy machine: each tick begins as many as are due.
  let due = 0;
  const timer = setInterval(() => {
    const owed = Math.floor(((performance.now() - began) / 1000) * writesPerSecond);
    for (; due < owed; due += 1) begin();
  }, 20);

  return {
    unrevoked: revocable,
    async finish() {
      clearInterval(timer);
      report.seconds = (performance.now() - began) / 1000;
      await Promise.all(outstanding);
      return report;
    },
  };
}

function issue(random: SeededRandom, { employeeId, odsCode }: LoadOptions): Write {
  return {
    kind: 'issue',
    idempotencyKey: random.uuid(),
    path: '/v1/credentials',
    body: JSON.stringify({ employeeId, ...randomTraining(random, odsCode) }),
  };
}

/** Each credential is revoked at most once. */
function revocation(random: SeededRandom, revocable: string[]): Write {
  const [text = ''] = revocable.splice(random.between(0, revocable.length - 1), 1);
  return {
    kind: 'revoke',
    idempotencyKey: random.uuid(),
    path: `/v1/credentials/${credentialIdOf(text)}/status`,
    body: JSON.stringify({ status: 'revoked', reason: 'issued-in-error' }),
  };
}

/** @returns the answer, or why there is none */
async function tryOnce(client: Client, write: Write): Promise<Answer | string> {
  const { path, body, idempotencyKey } = write;
  try {
    return await client.send('issuer', path, {
      body,
      idempotencyKey,
      timeoutMs: ATTEMPT_TIMEOUT_MS,
    });
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.name === 'Error' ? error.message.slice(0, 60) : error.name;
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** RFC 9110 §15.6.4: later may be better. Anything else that is not a 2xx is the server's last word. */
function mayRetry({ status }: Answer): boolean {
  return status === 503;
}

/** The bare UUID of the credential in an acknowledged answer. */
export function credentialIdOf(text: string): string {
  return (credentialOf(text)['id'] as string).replace('urn:uuid:', '');
}

export function credentialOf(text: string): JsonObject {
  return (JSON.parse(text) as { verifiableCredential: JsonObject }).verifiableCredential;
}
