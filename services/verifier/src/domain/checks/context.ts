import { CONTEXT_URL } from '#catalogue/catalogue';
import {
  CREDENTIALS_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import { failed, type Finding, PASS } from '../report.ts';

type Arrangements = readonly (readonly string[])[];

const CREDENTIAL: Arrangements = [
  [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
  [CREDENTIALS_V2_CONTEXT, CONTEXT_URL, ED25519_2020_CONTEXT],
];
const PRESENTATION: Arrangements = [
  ...CREDENTIAL,
  [CREDENTIALS_V2_CONTEXT],
  [CREDENTIALS_V2_CONTEXT, ED25519_2020_CONTEXT],
];

/**
 * The contexts are exactly the known ones in a known order, and stand at the top only. A further context could give
 * signed terms another meaning without a change of the signed bytes (vc-data-integrity #272).
 */
export function checkCredentialContext(credential: JsonObject): Finding {
  if (!isArrangement(credential['@context'], CREDENTIAL)) {
    return failed('CONTEXT_NOT_ALLOWED', '/@context');
  }
  return refuseInnerContexts(credential);
}

/** As for a credential; what the presented credentials say is their own check's. */
export function checkPresentationContext(presentation: JsonObject): Finding {
  if (!isArrangement(presentation['@context'], PRESENTATION)) {
    return failed('CONTEXT_NOT_ALLOWED', '/@context');
  }
  const { verifiableCredential: _, ...own } = presentation;
  return refuseInnerContexts(own);
}

/** Whether `@context` is one of the arrangements, to the letter. */
export function isArrangement(context: JsonValue | undefined, allowed: Arrangements): boolean {
  if (!Array.isArray(context)) return false;
  return allowed.some(
    (urls) => urls.length === context.length && urls.every((url, at) => url === context[at]),
  );
}

function refuseInnerContexts(document: JsonObject): Finding {
  const { '@context': _, ...members } = document;
  const pointer = findContext(members, '');
  return pointer === undefined ? PASS : failed('CONTEXT_NOT_ALLOWED', pointer);
}

function findContext(value: JsonValue, pointer: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key === '@context') return at;
    const inner = findContext(member, at);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
