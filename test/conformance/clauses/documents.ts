import type { Test } from 'tap';
import type { JsonObject } from '#vc/data-model';
import type { SuiteAnswer, SuiteClient } from '../helper.ts';
import type { Party } from '../party.ts';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';

/** What the clauses are tried on. */
export interface Tried {
  client: SuiteClient;
  /** the DID of the issuer that is tried */
  issuer: string;
  /** somebody else, who signs with a library */
  party: Party;
}

/** The least that a credential is; suites name the issuer that they were told. */
export function credentialOf(issuer: string, change: JsonObject = {}): JsonObject {
  const credential: JsonObject = {
    '@context': [V2],
    type: ['VerifiableCredential'],
    issuer,
    credentialSubject: { id: 'did:example:somebody' },
    ...change,
  };
  return withoutUndefined(credential);
}

export function presentationOf(change: JsonObject = {}): JsonObject {
  return withoutUndefined({ '@context': [V2], type: ['VerifiablePresentation'], ...change });
}

/** To take a member out: `{ type: OUT }`. */
export const OUT = '\u0000out';

/** A document without the members that are `OUT`. */
export function withoutUndefined(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== OUT));
}

/** A test that a credential is issued. */
export function isIssued(t: Test, answer: SuiteAnswer, what: string): void {
  t.equal(answer.status, 201, `${what}: ${answer.status === 201 ? '' : answer.text}`);
}

/** A test that a request was the caller's fault, told as a problem document. */
export function isRefused(t: Test, answer: SuiteAnswer, what: string): void {
  t.ok([400, 422].includes(answer.status), `${what}: ${answer.status} ${answer.text}`);
  t.match(answer.contentType, 'application/problem+json', what);
}

/** A test that something verified, or that it did not. */
export function isVerified(t: Test, answer: SuiteAnswer, what: string): void {
  t.equal(answer.status, 200, `${what}: ${answer.status === 200 ? '' : answer.text}`);
}

export function isNotVerified(t: Test, answer: SuiteAnswer, what: string): void {
  t.equal(answer.status, 400, `${what}: ${answer.text}`);
}
