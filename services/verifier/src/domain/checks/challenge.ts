import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { failed, type Finding, PASS } from '../report.ts';

/** Every proof of the presentation is over the challenge that the caller gave out. */
export function checkChallenge(presentation: JsonObject, challenge: string | undefined): Finding {
  const isOver = (proof: JsonObject) => challenge !== undefined && proof['challenge'] === challenge;
  return proofsOf(presentation).every(isOver)
    ? PASS
    : failed('INVALID_CHALLENGE_ERROR', '/proof/challenge');
}

/** Every proof of the presentation is for the caller. */
export function checkDomain(presentation: JsonObject, domain: string): Finding {
  const isFor = (proof: JsonObject) => asArray<JsonValue>(proof['domain']).includes(domain);
  return proofsOf(presentation).every(isFor)
    ? PASS
    : failed('INVALID_DOMAIN_ERROR', '/proof/domain');
}

/** What became of using up the challenge, as a finding. */
export function challengeUse(used: 'burned' | 'unknown' | 'used' | 'expired'): Finding {
  if (used === 'burned') return PASS;
  const codes = {
    unknown: 'CHALLENGE_UNKNOWN',
    used: 'CHALLENGE_USED',
    expired: 'CHALLENGE_EXPIRED',
  } as const;
  return failed(codes[used], '/proof/challenge');
}

function proofsOf(presentation: JsonObject): JsonObject[] {
  const proofs = asArray<JsonValue>(presentation['proof']).filter(isJsonObject);
  // Without a proof nothing is over the challenge.
  return proofs.length === 0 ? [{}] : proofs;
}
