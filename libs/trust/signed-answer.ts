import { createHash } from 'node:crypto';
import type { JsonObject } from '#vc/data-model';
import type { Cell } from './cell.ts';
import {
  invalid,
  type RegistrySigningKey,
  signByRegistry,
  verifyByRegistry,
} from './registry-signature.ts';

const TYP = 'trqp-answer+jwt';
const MAX_LENGTH = 64 * 1024;

export interface SignAnswerOptions {
  /** the TRQP answer as it would be sent unsigned */
  answer: JsonObject;
  /** the bytes of the request's body, as they came */
  query: Uint8Array;
  /** the cell's DID */
  issuer: string;
  /** milliseconds */
  issuedAt: number;
  /** milliseconds */
  expiresAt: number;
}

export interface VerifyAnswerOptions {
  /** as the genesis has it */
  cell: Cell;
  /** the bytes of the request's body, as they were sent */
  query: Uint8Array;
  /** milliseconds */
  now: number;
}

export interface SignedAnswer {
  answer: JsonObject;
  /** milliseconds */
  issuedAt: number;
  /** milliseconds */
  expiresAt: number;
}

/**
 * Signs a TRQP answer: a compact JWS, `typ` trqp-answer+jwt. `query_hash`, base64url SHA-256 of the request's body,
 * binds it to the question, so that a yes to another question cannot be put in its place.
 */
export async function signAnswer(
  { answer, query, issuer, issuedAt, expiresAt }: SignAnswerOptions,
  key: RegistrySigningKey,
): Promise<string> {
  const claims: JsonObject = { query_hash: hashOf(query), answer };
  return signByRegistry({ typ: TYP, issuer, issuedAt, expiresAt, claims }, key);
}

/**
 * The answer that a cell's registry signed to this very query.
 * @throws VcError REGISTRY_STALE when it was good but has expired, else REGISTRY_STATEMENT_INVALID
 */
export async function verifyAnswer(
  text: string,
  { cell, query, now }: VerifyAnswerOptions,
): Promise<SignedAnswer> {
  const options = { typ: TYP, cell, now, maxLength: MAX_LENGTH };
  const { claims, issuedAt, expiresAt } = await verifyByRegistry(text, options);
  const { answer } = claims;
  if (claims['query_hash'] !== hashOf(query)) throw invalid('It answers another query');
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw invalid('It has no answer');
  }
  return { answer, issuedAt, expiresAt };
}

function hashOf(query: Uint8Array): string {
  return createHash('sha256').update(query).digest('base64url');
}
