import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../end-to-end/client.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { credentialOf } from './load.ts';

export interface QuestionsOptions {
  client: Client;
  random: SeededRandom;
  /** texts of answers that hold good credentials; the list grows and shrinks */
  credentials: readonly string[];
}

export interface Questions {
  /** How often each answer came: `pass`, `fail`, `unknown`, or the reason why there was none. */
  finish(): Promise<Map<string, number>>;
}

const PAUSE_MS = 250;

/** Asks the verifier about a good credential, over and over. A question is not repeated. */
export function startQuestions({ client, random, credentials }: QuestionsOptions): Questions {
  const answers = new Map<string, number>();
  const state = { finished: false };

  const ask = async () => {
    const text = random.pick(credentials);
    const answer = await client.send('verifier', '/v1/verifications', {
      body: { verifiableCredential: credentialOf(text) },
      timeoutMs: 10_000,
    });
    if (answer.status !== 200) return `HTTP ${answer.status}`;
    const overall = String(answer.json()['overall']);
    // one that was revoked meanwhile proves nothing
    return overall === 'fail' && !credentials.includes(text) ? 'revoked meanwhile' : overall;
  };
  const askAll = async () => {
    while (!state.finished) {
      await wait(PAUSE_MS);
      if (credentials.length === 0) continue;
      const answer = await ask().catch(() => 'no answer');
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const done = askAll();

  return {
    async finish() {
      state.finished = true;
      await done;
      return answers;
    },
  };
}
