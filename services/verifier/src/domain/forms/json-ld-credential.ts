import { verifyProofs } from '#proofs/verify-proofs';
import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { checkContexts } from '../checks/context.ts';
import { checkCredentialModel } from '../checks/data-model.ts';
import { withOneSpelling } from '../checks/proof-spelling.ts';
import { checkSchema } from '../checks/schema.ts';
import type { ReadCredential, ShapedCredential } from './credential.ts';
import { VCDM_1_1, type VcdmVersion, vcdmOf } from './vcdm.ts';

/** Reads a credential in JSON-LD, of VCDM 2.0 or 1.1, with embedded proofs. */
export function readJsonLdCredential(document: JsonObject): ReadCredential {
  const version = vcdmOf(document);
  const found = checkCredentialModel(document);
  const { id } = document;
  return {
    input: document,
    format: 'ldp_vc',
    id: typeof id === 'string' ? id : undefined,
    found,
    ...(version && found.outcome === 'pass' && { credential: shapeOf(document, version) }),
  };
}

function shapeOf(document: JsonObject, version: VcdmVersion): ShapedCredential {
  return {
    format: 'ldp_vc',
    ...membersOf(document, version),
    checkContext: () => checkContexts(document, version.credentialContexts),
    verifyProofs: async (options) => {
      const result = await verifyProofs({ document, purpose: 'assertionMethod', ...options });
      return withOneSpelling(document, result);
    },
    checkSchema: () => checkSchema(document),
    locate: (pointer) => locateIn(version, pointer),
  };
}

/** What a document that `checkCredentialModel` passed says, in the words of VCDM 2.0. */
export function membersOf(document: JsonObject, version: VcdmVersion) {
  const { id, type, issuer, credentialSubject, credentialSchema, credentialStatus } = document;
  const validFrom = document[version.validFrom];
  const validUntil = document[version.validUntil];
  return {
    id: id as string,
    type: (type as string[])[1] as string,
    issuer: issuer as string,
    subjectId: (credentialSubject as JsonObject)['id'] as string,
    validFrom: parseDateTimeStamp(validFrom) as number,
    validUntil: parseDateTimeStamp(validUntil),
    stated: {
      validFrom: validFrom as string,
      validUntil: validUntil as string | undefined,
      schemas: asArray<JsonValue>(credentialSchema).filter(isJsonObject),
    },
    status: { kind: 'bitstring' as const, entries: statusEntriesOf(credentialStatus, version) },
  };
}

/** VCDM 1.1 has one object there (§4.9); an array is an entry of no form that is understood. */
function statusEntriesOf(status: JsonValue | undefined, version: VcdmVersion) {
  if (status === undefined) return [];
  const pointer = '/credentialStatus';
  if (!Array.isArray(status) || version === VCDM_1_1) return [{ entry: status, pointer }];
  return status.map((entry, at) => ({ entry, pointer: `${pointer}/${at}` }));
}

/** Where a document has what VCDM 2.0 has at a pointer. */
export function locateIn({ validFrom, validUntil }: VcdmVersion, pointer: string): string {
  if (pointer === '/validFrom') return `/${validFrom}`;
  return pointer === '/validUntil' ? `/${validUntil}` : pointer;
}
