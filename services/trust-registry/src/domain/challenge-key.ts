import type { Clock } from '#vc/clock';
import type { Namespace } from './namespace.ts';
import type { ChallengeStore } from './ports.ts';

export const CHALLENGE_LIFETIME_MS = 24 * 3_600_000;

export interface KeyChallenge {
  challenge: string;
  audience: string;
  issuer: string;
  /** milliseconds */
  expiresAt: number;
}

/**
 * A challenge for a key that is to be pinned. A proposal with its signature must be made before it expires; the
 * approval may come later. The organisation need not be there yet: one change may invite it and pin its key.
 */
export async function challengeKey(
  odsCode: string,
  deps: {
    challenges: ChallengeStore;
    namespace: Namespace;
    clock: Clock;
    /** 32 random bytes as base64url */
    createChallenge: () => string;
  },
): Promise<KeyChallenge> {
  const { namespace, clock, createChallenge, challenges } = deps;
  const challenge = createChallenge();
  const expiresAt = clock() + CHALLENGE_LIFETIME_MS;
  await challenges.insertChallenge(challenge, { odsCode, expiresAt });
  return { challenge, audience: namespace.cellDid, issuer: namespace.didOf(odsCode), expiresAt };
}
