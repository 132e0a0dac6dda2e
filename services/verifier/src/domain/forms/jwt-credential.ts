import { parseJwtCredential, verifyJwtSignature } from '#proofs/jwt-credential';
import { checkContexts } from '../checks/context.ts';
import { checkCredentialModel } from '../checks/data-model.ts';
import { checkSchema } from '../checks/schema.ts';
import { locatedBy } from '../report.ts';
import type { ReadCredential } from './credential.ts';
import { locateIn, membersOf } from './json-ld-credential.ts';
import { asProofs, lastMomentOf, PROOF_PLACES } from './signed-text.ts';
import { UNSECURED_V1, VCDM_1_1 } from './vcdm.ts';

/**
 * Reads a credential of VCDM 1.1 as a JWT (`jwt_vc_json`). Pointers lead into its claims; the signature has none.
 * @throws VcError for a text that cannot be read, or whose claims say something else than its `vc`
 */
export function readJwtCredential(text: string): ReadCredential {
  const { credential: document, payload } = parseJwtCredential(text);
  const { id } = document;
  const found = locatedBy(locate, checkCredentialModel(document));
  const read = {
    input: text,
    format: 'jwt_vc_json' as const,
    id: typeof id === 'string' ? id : undefined,
    found,
  };
  if (found.outcome !== 'pass') return read;
  return {
    ...read,
    credential: {
      format: 'jwt_vc_json',
      ...membersOf(document, VCDM_1_1),
      validUntil: lastMomentOf(payload),
      checkContext: () => checkContexts(document, [UNSECURED_V1]),
      verifyProofs: async (options) =>
        asProofs(await verifyJwtSignature({ jwt: text, purpose: 'assertionMethod', ...options })),
      checkSchema: () => checkSchema(document),
      locate,
    },
  };
}

function locate(pointer: string): string {
  return PROOF_PLACES[pointer] ?? `/vc${locateIn(VCDM_1_1, pointer)}`;
}
