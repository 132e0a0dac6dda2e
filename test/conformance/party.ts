import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { issue, signPresentation } from '@digitalbazaar/vc';
import { didKey, didKeyMethod } from '#did/keys';
import { readConformanceContexts } from '#json-ld/conformance-contexts';
import { createDocumentLoader, knownContext, knownContextUrls } from '#json-ld/document-loader';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import type { JsonObject } from '#vc/data-model';

const pinned = createDocumentLoader({
  contexts: new Map([
    ...knownContextUrls().map((url): [string, JsonObject] => [url, knownContext(url) ?? {}]),
    ...Object.entries(readConformanceContexts()),
  ]),
});
// The library resolves what a context imports in the context that it was given.
const documentLoader = async (url: string) => structuredClone(await pinned(url));

/** Somebody with a did:key who signs with @digitalbazaar/vc, as the public suites do; nothing of ours but the loader. */
export interface Party {
  did: string;
  /** secures a credential whose issuer is this party, unless it says otherwise */
  issue(credential: JsonObject): Promise<JsonObject>;
  /** secures the credentials that have no proof yet, and the presentation with a challenge and a domain */
  present(presentation: JsonObject): Promise<JsonObject>;
}

export function createParty(): Party {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const did = didKey(publicKeyMultibase);
  const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
  const suite = () => new DataIntegrityProof({ signer, cryptosuite });
  const issueOne = (credential: JsonObject) =>
    issue({
      credential: { issuer: did, ...structuredClone(credential) },
      suite: suite(),
      documentLoader,
      now: new Date().toISOString(),
    });
  return {
    did,
    issue: issueOne,
    async present(given) {
      const presentation = structuredClone(given);
      const presented = presentation['verifiableCredential'];
      if (Array.isArray(presented)) {
        presentation['verifiableCredential'] = await Promise.all(
          (presented as JsonObject[]).map(async (one) => (one['proof'] ? one : issueOne(one))),
        );
      }
      return signPresentation({
        presentation,
        suite: suite(),
        documentLoader,
        challenge: 'given-by-a-suite',
        domain: 'suites.example',
      });
    },
  };
}
