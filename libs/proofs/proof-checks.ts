import { asArray, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp, withOffset } from '#vc/date-time';
import type { Problem } from '#vc/error';
import { isAbsoluteUrl } from '#vc/rules/parts';
import { hasSuiteContext, type KnownSuite, SUITES, suiteOf } from './known-suites.ts';

/** What a proof has to say besides its signature. */
export interface ProofExpectations {
  purpose: 'assertionMethod' | 'authentication';
  /** undefined: any */
  challenge?: string | undefined;
  /** undefined: any */
  domain?: string | undefined;
  /** milliseconds since the epoch */
  now: number;
  createdRequired: boolean;
}

/** A finding without its place. */
export type Finding = Omit<Problem, 'pointer'>;

const MAX_CLOCK_SKEW = 60_000;

/** Every check of one proof that needs no key and no canonical form. */
export function checkProof(
  proof: JsonObject,
  document: JsonObject,
  expected: ProofExpectations,
): Finding[] {
  return [
    ...checkSuite(proof, document, expected),
    ...checkMembers(proof),
    ...checkPurpose(proof, expected),
    ...checkCreated(proof, expected),
    ...checkExpires(proof, expected),
    ...checkAudience(proof, expected),
  ];
}

function checkSuite(
  proof: JsonObject,
  document: JsonObject,
  { purpose }: ProofExpectations,
): Finding[] {
  const suite = suiteOf(proof);
  if (suite === undefined) {
    return [failed('The suite of the proof is not known')];
  }
  if (SUITES[suite].isForPresentations && purpose !== 'authentication') {
    return [failed(`${suite} is accepted on presentations only`)];
  }
  // Libraries skip a proof whose terms no context defines, as if it were not there.
  if (!hasSuiteContext(suite, document)) {
    return [failed('The document lacks the context of the suite')];
  }
  const { '@context': own } = proof;
  if (own !== undefined && JSON.stringify(own) !== JSON.stringify(document['@context'])) {
    return [failed('The proof has another context than the document')];
  }
  return SUITES[suite].isCryptosuite ? [] : checkProofType(suite, proof);
}

// The types of proof from before DataIntegrityProof.
function checkProofType(suite: KnownSuite, proof: JsonObject): Finding[] {
  if (proof['previousProof'] !== undefined) {
    return [failed('Only a DataIntegrityProof can be chained')];
  }
  // Suites leave these out of what they sign, so anyone could add them.
  const values = ['proofValue', 'jws', 'signatureValue'].filter((name) => name in proof);
  if (values.some((name) => name !== SUITES[suite].value)) {
    return [failed('The proof carries a second signature value')];
  }
  return [];
}

// Data Integrity 1.0 §2.1: of which kind the members are that a proof may have whatever its suite.
function checkMembers({ id, domain }: JsonObject): Finding[] {
  const findings: Finding[] = [];
  if (id !== undefined && !isAbsoluteUrl(id))
    findings.push(failed('The id of the proof is no URL'));
  const domains = asArray(domain);
  const isSet = domains.every((one) => typeof one === 'string') && domains.length > 0;
  if (domain !== undefined && !isSet) findings.push(failed('domain is neither a text nor a set'));
  return findings;
}

function checkPurpose(proof: JsonObject, { purpose }: ProofExpectations): Finding[] {
  if (proof['proofPurpose'] === purpose) {
    return [];
  }
  return [{ code: 'PROOF_PURPOSE_MISMATCH', detail: `The proof is not for ${purpose}` }];
}

function checkCreated(proof: JsonObject, { now, createdRequired }: ProofExpectations): Finding[] {
  const { created } = proof;
  if (created === undefined) {
    const detail = 'The proof does not say when it was created';
    return createdRequired ? [{ code: 'PROOF_CREATED_INVALID', detail }] : [];
  }
  const time = parseDateTimeStamp(withOffset(created));
  if (time === undefined) {
    return [{ code: 'PROOF_CREATED_INVALID', detail: 'created is not a dateTimeStamp' }];
  }
  if (time > now + MAX_CLOCK_SKEW) {
    return [{ code: 'PROOF_CREATED_INVALID', detail: 'The proof was created in the future' }];
  }
  return [];
}

function checkExpires(proof: JsonObject, { now }: ProofExpectations): Finding[] {
  const { expires } = proof;
  const time = parseDateTimeStamp(withOffset(expires));
  if (expires === undefined || (time !== undefined && time > now)) {
    return [];
  }
  return [failed('The proof has expired')];
}

function checkAudience(proof: JsonObject, { challenge, domain }: ProofExpectations): Finding[] {
  const findings: Finding[] = [];
  if (challenge !== undefined && proof['challenge'] !== challenge) {
    findings.push({ code: 'INVALID_CHALLENGE_ERROR', detail: 'The proof has another challenge' });
  }
  const domains = asArray(proof['domain']);
  // A proof that is for others too was not made for this verifier alone.
  if (domain !== undefined && !(domains.length > 0 && domains.every((one) => one === domain))) {
    findings.push({ code: 'INVALID_DOMAIN_ERROR', detail: 'The proof has another domain' });
  }
  return findings;
}

export function failed(detail: string): Finding {
  return { code: 'PROOF_VERIFICATION_ERROR', detail };
}
