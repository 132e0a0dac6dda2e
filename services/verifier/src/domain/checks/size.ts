import type { JsonValue } from '#vc/data-model';
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

/** At most 64 credentials in a presentation. */
export function checkCount(credentials: readonly unknown[]): Finding {
  return credentials.length > MAX_CREDENTIALS
    ? failed(
        'TOO_COMPLEX',
        '/verifiableCredential',
        `More than ${MAX_CREDENTIALS} credentials were presented at once.`,
      )
    : PASS;
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
