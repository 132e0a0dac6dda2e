import type { Clock } from '#vc/clock';
import type { Asker, Challenges } from './ports.ts';

export interface CreateChallengeDeps {
  challenges: Pick<Challenges, 'create'>;
  clock: Clock;
  /** at least 128 random bits as text */
  randomChallenge: () => string;
}

/** For how many milliseconds a challenge may be answered. */
export const CHALLENGE_LIFETIME_MS = 10 * 60_000;

/** Gives out a challenge that this trust, and nobody else, may use once. */
export async function createChallenge(
  asker: Asker,
  { challenges, clock, randomChallenge }: CreateChallengeDeps,
): Promise<string> {
  const challenge = randomChallenge();
  const at = clock();
  await challenges.create({ challenge, asker, at, expiresAt: at + CHALLENGE_LIFETIME_MS });
  return challenge;
}
