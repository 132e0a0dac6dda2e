import type { Check, Verification } from '#api/verifier';
import type { JsonObject } from '#vc/data-model';
import type { Holder } from './holder.ts';
import type { HrClient } from './hr-client.ts';
import { must } from './seed.ts';

// What the demonstrations ask the services, and read from their answers.

export interface Reporter {
  print: (line: string) => void;
  expect: (holds: boolean, line: string) => void;
  /** whether every expectation held */
  good: () => boolean;
}

/** Prints what was found beside what was expected. */
export function createReporter(print: (line: string) => void): Reporter {
  let good = true;
  return {
    print,
    expect(holds, line) {
      good &&= holds;
      print(`${holds ? '  ok  ' : 'WRONG '} ${line}`);
    },
    good: () => good,
  };
}

export function credentialOf(body: Record<string, unknown>): JsonObject {
  return body['verifiableCredential'] as JsonObject;
}

export function typeOf(credential: JsonObject): string {
  return (credential['type'] as string[])[1] ?? 'credential';
}

export function idOf(credential: JsonObject): string {
  return credential['id'] as string;
}

export function subjectOf(credential: JsonObject): JsonObject {
  return credential['credentialSubject'] as JsonObject;
}

export function passed({ credentials }: Verification): number {
  return credentials.filter(({ overall }) => overall === 'pass').length;
}

export function failures(checks: Check[]): string[] {
  return checks.filter(({ outcome }) => outcome === 'fail').map(({ code }) => code ?? 'no code');
}

/** The host asks, the holder signs one presentation of these credentials for it. */
export async function presentTo(
  host: HrClient,
  holder: Holder,
  { verifiableCredential, domain }: { verifiableCredential: JsonObject[]; domain: string },
) {
  const { challenge } = must(await host.post('verifier', '/challenges', {}), 200)
    .body as unknown as {
    challenge: string;
  };
  const options = { challenge, domain };
  return {
    verifiablePresentation: await holder.present({ ...options, verifiableCredential }),
    options,
  };
}

export async function verify(host: HrClient, request: unknown): Promise<Verification> {
  return must(await host.post('verifier', '/v1/verifications', request), 200)
    .body as unknown as Verification;
}

export function verifyCredential(
  host: HrClient,
  verifiableCredential: JsonObject,
): Promise<Verification> {
  return verify(host, { verifiableCredential });
}
