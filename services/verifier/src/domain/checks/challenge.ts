import type { ShapedPresentation } from '../forms/presentation.ts';
import type { ChallengeFate } from '../ports.ts';
import { failed, type Finding, PASS } from '../report.ts';

/** Every proof of the presentation is over the challenge that the caller gave out. */
export function checkChallenge(
  { proofs }: Pick<ShapedPresentation, 'proofs'>,
  challenge: string | undefined,
): Finding {
  const isOver = challenge !== undefined && proofs.every((proof) => proof.challenge === challenge);
  // Without a proof nothing is over the challenge.
  return isOver && proofs.length > 0 ? PASS : failed('INVALID_CHALLENGE_ERROR', '/proof/challenge');
}

/** Every proof of the presentation is for the caller. */
export function checkDomain(
  { proofs }: Pick<ShapedPresentation, 'proofs'>,
  domain: string,
): Finding {
  const isFor = proofs.every(({ domains }) => domains.includes(domain));
  return isFor && proofs.length > 0 ? PASS : failed('INVALID_DOMAIN_ERROR', '/proof/domain');
}

/** What became of using up the challenge, as a finding. */
export function challengeUse(fate: ChallengeFate): Finding {
  if (fate === 'burned' || fate === 'kept') return PASS;
  const codes = {
    unknown: 'CHALLENGE_UNKNOWN',
    used: 'CHALLENGE_USED',
    expired: 'CHALLENGE_EXPIRED',
  } as const;
  return failed(codes[fate], '/proof/challenge');
}
