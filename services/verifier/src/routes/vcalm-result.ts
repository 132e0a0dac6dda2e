import { problemDetails } from '#kit/problem';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { isJsonObject } from '#vc/data-model';
import type { Check, CheckName } from '../domain/report.ts';
import type { VerifiedCredential } from '../domain/verify-credential.ts';
import type { VerifiedPresentation } from '../domain/verify-presentation.ts';

interface ResultOptions {
  returnResults?: boolean;
  returnProblemDetails?: boolean;
}

/** VCALM 1.0 result object of a credential. Problems are always named when it did not verify. */
export function credentialResult(
  credential: JsonObject,
  verified: VerifiedCredential,
  options: ResultOptions & { returnCredential?: boolean },
) {
  const isGood = verified.overall === 'pass';
  return {
    verified: isGood,
    ...((!isGood || options.returnProblemDetails) && {
      problemDetails: problemsOf(verified.checks),
    }),
    ...(options.returnResults && { results: credentialDetails(credential, verified) }),
    ...(options.returnCredential && { credential }),
  };
}

/** VCALM 1.0 result object of a presentation; its problems include those of the credentials. */
export function presentationResult(
  presentation: JsonObject,
  verified: VerifiedPresentation,
  options: ResultOptions & { returnPresentation?: boolean; challenge?: string; domain?: string },
) {
  const isGood = verified.overall === 'pass';
  const checks = [verified, ...verified.credentials].flatMap((part) => part.checks);
  return {
    verified: isGood,
    ...((!isGood || options.returnProblemDetails) && { problemDetails: problemsOf(checks) }),
    ...(options.returnResults && {
      results: presentationDetails(presentation, verified, options),
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

function credentialDetails(
  credential: JsonObject,
  { checks, proofs, statuses }: VerifiedCredential,
) {
  const { validFrom, validUntil, credentialSchema } = credential;
  const validity = checks.find(({ check }) => check === 'validity');
  const isRun = validity?.outcome !== 'not-run';
  const isFine = (pointer: string) => isRun && validity?.pointer?.endsWith(pointer) !== true;
  return {
    ...(typeof validFrom === 'string' && {
      validFrom: { verified: isFine('/validFrom'), input: validFrom },
    }),
    ...(typeof validUntil === 'string' && {
      validUntil: { verified: isFine('/validUntil'), input: validUntil },
    }),
    credentialSchema: objectsOf(credentialSchema).map((input) => ({
      verified: passed(checks, 'schema'),
      input,
    })),
    credentialStatus: statuses.map(({ entry, found, value }) => ({
      ...(value !== undefined && { value }),
      verified: found.outcome === 'pass',
      input: entry,
    })),
    proof: proofs.map(({ proof, verified }) => ({ verified, input: proof })),
  };
}

function presentationDetails(
  presentation: JsonObject,
  { checks, credentials, proofs }: VerifiedPresentation,
  { challenge, domain }: { challenge?: string; domain?: string },
) {
  const { holder } = presentation;
  return {
    presentation: {
      ...(challenge !== undefined && {
        challenge: { verified: passed(checks, 'challenge'), input: challenge },
      }),
      ...(domain !== undefined && {
        domain: { verified: passed(checks, 'domain'), input: domain },
      }),
      ...(typeof holder === 'string' && {
        holder: { verified: passed(checks, 'proof'), input: holder },
      }),
      proof: proofs.map(({ proof, verified, problems }) => ({
        verified,
        input: proof,
        problemDetails: problems.map(({ code, detail }) => problemDetails(code, detail)),
      })),
    },
    credentials: credentials.map((verified, at) => {
      const credential = objectsOf(presentation['verifiableCredential'])[at] ?? {};
      const options = { returnResults: true, returnProblemDetails: true, returnCredential: true };
      return credentialResult(credential, verified, options);
    }),
  };
}

function passed(checks: readonly Check[], name: CheckName): boolean {
  return checks.some(({ check, outcome }) => check === name && outcome === 'pass');
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}
