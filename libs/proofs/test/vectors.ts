import { readFileSync } from 'node:fs';
import { createDidResolver } from '#did/resolver';
import { createCanonicalize } from '#json-ld/canonicalize';
import { createCanonicalizeJson } from '#json-ld/canonicalize-json';
import type { JsonObject } from '#vc/data-model';
import type { VerifyProofsOptions } from '../verify-proofs.ts';

// The contexts of the W3C's vectors, as far as the vectors use them. The product never knows them.
const XSD_DATE_TIME = 'http://www.w3.org/2001/XMLSchema#dateTime';
const CITIZENSHIP = 'https://w3id.org/citizenship#';
const SCHEMA = 'https://schema.org/';
const citizenshipTerms = {
  '@protected': true,
  EmploymentAuthorizationDocumentCredential: `${CITIZENSHIP}EmploymentAuthorizationDocumentCredential`,
  EmploymentAuthorizationDocument: `${CITIZENSHIP}EmploymentAuthorizationDocument`,
  EmployablePerson: `${CITIZENSHIP}EmployablePerson`,
  Person: `${SCHEMA}Person`,
  employmentAuthorizationDocument: `${CITIZENSHIP}employmentAuthorizationDocument`,
  residentSince: { '@id': `${CITIZENSHIP}residentSince`, '@type': XSD_DATE_TIME },
  birthCountry: `${CITIZENSHIP}birthCountry`,
  lprCategory: `${CITIZENSHIP}lprCategory`,
  lprNumber: `${CITIZENSHIP}lprNumber`,
  givenName: `${SCHEMA}givenName`,
  additionalName: `${SCHEMA}additionalName`,
  familyName: `${SCHEMA}familyName`,
  gender: `${SCHEMA}gender`,
  identifier: `${SCHEMA}identifier`,
  birthDate: { '@id': `${SCHEMA}birthDate`, '@type': XSD_DATE_TIME },
  image: { '@id': `${SCHEMA}image`, '@type': '@id' },
};
const extraContexts: Record<string, JsonObject> = {
  'https://www.w3.org/ns/credentials/examples/v2': {
    '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' },
  },
  'https://w3id.org/citizenship/v4rc1': { '@context': citizenshipTerms },
};

export const canonicalize = createCanonicalize({ extraContexts });
export const canonicalizeJson = createCanonicalizeJson({ extraContexts });

export const VECTORS_NOW = Date.parse('2026-11-22T16:00:00Z');

const folder = new URL('../../../test/vectors/', import.meta.url);

/** The text of a file of the published vectors. */
export function readVector(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

export function readJsonVector(file: string): JsonObject {
  return JSON.parse(readVector(file)) as JsonObject;
}

const { resolveVerificationMethod } = createDidResolver({
  now: () => VECTORS_NOW,
  fetchDocument: () => Promise.reject(new Error('no network')),
});

/** How a vector's document is verified, unless `changes` say otherwise. */
export function verifying(
  document: JsonObject,
  changes: Partial<VerifyProofsOptions> = {},
): VerifyProofsOptions {
  return {
    document,
    purpose: 'assertionMethod',
    resolveVerificationMethod,
    now: VECTORS_NOW,
    canonicalize,
    canonicalizeJson,
    ...changes,
  };
}
