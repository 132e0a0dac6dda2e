import { verifyProofs } from '#proofs/verify-proofs';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { checkContexts } from '../checks/context.ts';
import { checkPresentationModel, malformed } from '../checks/data-model.ts';
import { type Finding, PASS } from '../report.ts';
import { audiencesOf } from './audiences.ts';
import { CREDENTIAL_ENVELOPE, isEnvelope } from './envelope.ts';
import type { ReadPresentation, ShapedPresentation } from './presentation.ts';
import { type VcdmVersion, vcdmOf } from './vcdm.ts';

/** Reads a presentation in JSON-LD, of VCDM 2.0 or 1.1, with embedded proofs. */
export function readJsonLdPresentation(document: JsonObject): ReadPresentation {
  const version = vcdmOf(document);
  const shape = checkPresentationModel(document);
  if (shape.outcome !== 'pass' || version === undefined) return { found: shape };
  // A text is no IRI: what JSON-LD made of it would not be signed.
  const found = checkPresented(document, (one) => isJsonObject(one) && isKnown(one, version));
  if (found.outcome !== 'pass') return { found };
  return { found, presentation: shapeOf(document, version) };
}

function shapeOf(document: JsonObject, version: VcdmVersion): ShapedPresentation {
  return {
    holder: document['holder'] as string,
    credentials: presentedBy(document) as ShapedPresentation['credentials'],
    proofs: audiencesOf(document),
    checkContext: () => checkContexts(document, version.presentationContexts),
    verifyProofs: ({ resolveVerificationMethod, now }) =>
      verifyProofs({ document, purpose: 'authentication', resolveVerificationMethod, now }),
    locate: (pointer) => pointer,
  };
}

/** That it holds credentials, each of a kind that it can hold. */
export function checkPresented(
  document: JsonObject,
  canHold: (credential: JsonValue) => boolean,
): Finding {
  const presented = presentedBy(document);
  return presented.length > 0 && presented.every(({ credential }) => canHold(credential))
    ? PASS
    : malformed('/verifiableCredential', 'It presents no credential that can be read.');
}

/** What a presentation holds, each with its pointer. */
export function presentedBy({ verifiableCredential: presented }: JsonObject) {
  if (presented === undefined) return [];
  const pointer = '/verifiableCredential';
  if (!Array.isArray(presented)) return [{ credential: presented, pointer }];
  return presented.map((credential, at) => ({ credential, pointer: `${pointer}/${at}` }));
}

function isKnown(credential: JsonObject, { hasEnvelopes }: VcdmVersion): boolean {
  return hasEnvelopes || !isEnvelope(credential, CREDENTIAL_ENVELOPE.type);
}
