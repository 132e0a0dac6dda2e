import { PRESENTATION_LIMITS } from '#json-ld/canonicalize';
import { scopesOf } from '#json-ld/check-document';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Submitted } from '../forms/credential.ts';
import { failed, type Finding, PASS } from '../report.ts';

const KIB = 1024;
const MAX_CREDENTIALS = 64;

const CREDENTIAL = { bytes: 64 * KIB, depth: 32 };
const PRESENTATION = { bytes: 1024 * KIB, depth: 40 };

/**
 * At most 64 kB as JSON or as text, nested at most 32 deep. Quads and blank nodes are bounded where they arise, and
 * what is inside of a text where it is read.
 */
export function checkCredentialSize(credential: Submitted): Finding {
  return checkSize(credential, CREDENTIAL);
}

/** At most 1 MB as JSON or as text, nested at most 40 deep. */
export function checkPresentationSize(presentation: Submitted): Finding {
  return checkSize(presentation, PRESENTATION);
}

/**
 * At most 64 credentials in a presentation, and in those in JSON-LD together no more than it may have where it is
 * JSON-LD itself: then its proof's work is bounded by it, that of a JWT is not.
 */
export function checkPresentedSize(credentials: readonly Submitted[]): Finding {
  if (credentials.length > MAX_CREDENTIALS) {
    const detail = `More than ${MAX_CREDENTIALS} credentials were presented at once.`;
    return failed('TOO_COMPLEX', '/verifiableCredential', detail);
  }
  const counts: Counts = { values: 0, nodes: 0, blankNodes: 0 };
  for (const credential of credentials) countAll(credential, counts);
  const { quads, nodes, blankNodes } = PRESENTATION_LIMITS;
  const isWithin =
    counts.values <= quads && counts.nodes <= nodes && counts.blankNodes <= blankNodes;
  return isWithin ? PASS : failed('TOO_COMPLEX', '/verifiableCredential');
}

interface Counts {
  /** texts, numbers and the like, each of which may become a quad */
  values: number;
  /** objects, types and contexts */
  nodes: number;
  blankNodes: number;
}

/** Once for each time that it is canonicalized: each chained proof is over another document. */
function countAll(credential: Submitted, counts: Counts): void {
  const own: Counts = { values: 0, nodes: 0, blankNodes: 0 };
  count(credential, own);
  const forms = 1 + (isJsonObject(credential) ? chainedProofsOf(credential) : 0);
  for (const name of ['values', 'nodes', 'blankNodes'] as const) counts[name] += forms * own[name];
}

function chainedProofsOf({ proof }: JsonObject): number {
  return asArray<JsonValue>(proof).filter((one) => isJsonObject(one) && 'previousProof' in one)
    .length;
}

function count(value: JsonValue, counts: Counts): void {
  if (typeof value !== 'object' || value === null) {
    counts.values += 1;
    return;
  }
  if (isJsonObject(value)) {
    counts.nodes += 1 + scopesOf(value);
    counts.blankNodes += 'id' in value ? 0 : 1;
  }
  for (const member of Object.values(value)) count(member, counts);
}

function checkSize(document: Submitted, limits: typeof CREDENTIAL): Finding {
  if (!isWithinDepth(document, limits.depth)) return failed('TOO_COMPLEX');
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const bytes = new TextEncoder().encode(text).length;
  return bytes > limits.bytes ? failed('TOO_COMPLEX') : PASS;
}

function isWithinDepth(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isWithinDepth(member, depth - 1));
}
