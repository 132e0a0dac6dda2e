import { verifyJwtSignature } from '#proofs/jwt-credential';
import { parseJwtPresentation } from '#proofs/jwt-presentation';
import { asArray, isJsonObject, type JsonValue } from '#vc/data-model';
import { checkContexts } from '../checks/context.ts';
import { checkPresentationModel } from '../checks/data-model.ts';
import { locatedBy } from '../report.ts';
import { CREDENTIAL_ENVELOPE, isEnvelope } from './envelope.ts';
import { checkPresented, presentedBy } from './json-ld-presentation.ts';
import type { ReadPresentation, ShapedPresentation } from './presentation.ts';
import { asProofs, PROOF_PLACES } from './signed-text.ts';
import { UNSECURED_PRESENTATIONS_V1 } from './vcdm.ts';

const PLACES: Readonly<Record<string, string>> = {
  '/holder': '/iss',
  ...PROOF_PLACES,
  '/proof/challenge': '/nonce',
  '/proof/domain': '/aud',
};

/**
 * Reads a presentation of VCDM 1.1 as a JWT (`jwt_vp_json`). It may hold credentials as text.
 * @throws VcError for a text that cannot be read, or whose claims say something else than its `vp`
 */
export function readJwtPresentation(text: string): ReadPresentation {
  const { presentation: document, payload } = parseJwtPresentation(text);
  const shape = locatedBy(locate, checkPresentationModel(document));
  if (shape.outcome !== 'pass') return { found: shape };
  const found = locatedBy(locate, checkPresented(document, canHold));
  if (found.outcome !== 'pass') return { found };
  return {
    found,
    presentation: {
      holder: document['holder'] as string,
      credentials: presentedBy(document).map(({ credential, pointer }) => ({
        credential,
        pointer: locate(pointer),
      })) as ShapedPresentation['credentials'],
      proofs: [{ challenge: payload['nonce'], domains: asArray<JsonValue>(payload['aud']) }],
      checkContext: () => checkContexts(document, UNSECURED_PRESENTATIONS_V1),
      verifyProofs: async (options) =>
        asProofs(await verifyJwtSignature({ jwt: text, purpose: 'authentication', ...options })),
      locate,
    },
  };
}

function canHold(credential: JsonValue): boolean {
  if (typeof credential === 'string') return true;
  // an envelope is a term of 2.0
  return isJsonObject(credential) && !isEnvelope(credential, CREDENTIAL_ENVELOPE.type);
}

function locate(pointer: string): string {
  return PLACES[pointer] ?? `/vp${pointer}`;
}
