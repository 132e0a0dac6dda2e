import type { JsonObject, JsonValue } from '#vc/data-model';
import { failed, type Finding, PASS } from '../report.ts';

const KIB = 1024;
const MAX_CREDENTIALS = 64;

const CREDENTIAL = { bytes: 64 * KIB, depth: 32 };
const PRESENTATION = { bytes: 1024 * KIB, depth: 40 };

/** At most 64 kB as JSON, nested at most 32 deep. Quads and blank nodes are bounded where they arise. */
export function checkCredentialSize(credential: JsonObject): Finding {
  return checkSize(credential, CREDENTIAL);
}

/** At most 1 MB as JSON, nested at most 40 deep, at most 64 credentials. */
export function checkPresentationSize(presentation: JsonObject): Finding {
  const { verifiableCredential } = presentation;
  if (Array.isArray(verifiableCredential) && verifiableCredential.length > MAX_CREDENTIALS) {
    return failed(
      'TOO_COMPLEX',
      '/verifiableCredential',
      `More than ${MAX_CREDENTIALS} credentials were presented at once.`,
    );
  }
  return checkSize(presentation, PRESENTATION);
}

function checkSize(document: JsonObject, limits: typeof CREDENTIAL): Finding {
  if (!isWithinDepth(document, limits.depth)) return failed('TOO_COMPLEX');
  const bytes = new TextEncoder().encode(JSON.stringify(document)).length;
  return bytes > limits.bytes ? failed('TOO_COMPLEX') : PASS;
}

function isWithinDepth(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((member) => isWithinDepth(member, depth - 1));
}
