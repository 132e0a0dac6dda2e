import { problemDetails } from '#kit/problem';
import type { Submitted } from '../domain/forms/credential.ts';
import type { Check, CheckName } from '../domain/report.ts';
import type { JudgedCredential, JudgedPresentation } from '../domain/conformance/ports.ts';

interface ResultOptions {
  returnResults?: boolean;
  returnProblemDetails?: boolean;
}

/**
 * VCALM 1.0 result object of a credential, which is returned in the form in which it came. Problems are always named
 * when it did not verify.
 */
export function credentialResult(
  verified: JudgedCredential,
  options: ResultOptions & { returnCredential?: boolean },
) {
  const isGood = verified.overall === 'pass';
  return {
    verified: isGood,
    ...((!isGood || options.returnProblemDetails) && {
      problemDetails: problemsOf(verified.checks),
    }),
    ...(options.returnResults && { results: credentialDetails(verified) }),
    ...(options.returnCredential && { credential: verified.input }),
  };
}

/** VCALM 1.0 result object of a presentation; its problems include those of the credentials. */
export function presentationResult(
  presentation: Submitted,
  verified: JudgedPresentation,
  options: ResultOptions & { returnPresentation?: boolean; challenge?: string; domain?: string },
) {
  const isGood = verified.overall === 'pass';
  const checks = [verified, ...verified.credentials].flatMap((part) => part.checks);
  return {
    verified: isGood,
    ...((!isGood || options.returnProblemDetails) && { problemDetails: problemsOf(checks) }),
    ...(options.returnResults && {
      results: presentationDetails(verified, options),
    }),
    ...(options.returnPresentation && { verifiablePresentation: presentation }),
  };
}

/** Failures and what could not be known first, then warnings. */
function problemsOf(checks: readonly Check[]) {
  const coded = checks.flatMap((check) => (check.code ? [{ ...check, code: check.code }] : []));
  const serious = coded.filter(({ outcome }) => outcome !== 'pass');
  const warnings = coded.filter(({ outcome }) => outcome === 'pass');
  return [...serious, ...warnings].map(({ code, detail, pointer }) => ({
    ...problemDetails(code, detail ?? ''),
    ...(pointer !== undefined && { pointer }),
  }));
}

function credentialDetails({ checks, proofs, stated, statuses }: JudgedCredential) {
  const validity = checks.find(({ check }) => check === 'validity');
  const isRun = validity !== undefined && validity.outcome !== 'not-run';
  const { validFrom, validUntil, schemas = [] } = stated ?? {};
  return {
    ...(validFrom !== undefined && {
      validFrom: {
        verified: isRun && validity.code !== 'CREDENTIAL_NOT_YET_VALID',
        input: validFrom,
      },
    }),
    ...(validUntil !== undefined && {
      validUntil: { verified: isRun && validity.code !== 'CREDENTIAL_EXPIRED', input: validUntil },
    }),
    credentialSchema: schemas.map((input) => ({ verified: passed(checks, 'schema'), input })),
    credentialStatus: statuses.map(({ entry, found, value }) => ({
      ...(value !== undefined && { value }),
      verified: found.outcome === 'pass',
      input: entry,
    })),
    proof: proofs.map(({ proof, verified }) => ({ verified, input: proof })),
  };
}

function presentationDetails(
  { checks, credentials, proofs, statedHolder }: JudgedPresentation,
  { challenge, domain }: { challenge?: string; domain?: string },
) {
  return {
    presentation: {
      ...(challenge !== undefined && {
        challenge: { verified: passed(checks, 'challenge'), input: challenge },
      }),
      ...(domain !== undefined && {
        domain: { verified: passed(checks, 'domain'), input: domain },
      }),
      ...(statedHolder !== null && {
        holder: { verified: passed(checks, 'proof'), input: statedHolder },
      }),
      proof: proofs.map(({ proof, verified, problems }) => ({
        verified,
        input: proof,
        problemDetails: problems.map(({ code, detail }) => problemDetails(code, detail)),
      })),
    },
    credentials: credentials.map((verified) => {
      const options = { returnResults: true, returnProblemDetails: true, returnCredential: true };
      return credentialResult(verified, options);
    }),
  };
}

function passed(checks: readonly Check[], name: CheckName): boolean {
  return checks.some(({ check, outcome }) => check === name && outcome === 'pass');
}
