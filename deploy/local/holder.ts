import { createPrivateKey } from 'node:crypto';
import { didKey, didKeyMethod, publicKeyMultibaseOf } from '#did/keys';
import { signPresentation } from '#proofs/add-proof';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject, VerifiablePresentation } from '#vc/data-model';
import type { HrClient } from './hr-client.ts';
import { must } from './seed.ts';
import type { PrivateJwk } from './secrets.ts';

/** A staff member's wallet, as small as it can be: one did:key, and presentations signed by it. */
export interface Holder {
  did: string;
  present(options: PresentOptions): Promise<VerifiablePresentation>;
}

export interface PresentOptions {
  challenge: string;
  domain: string;
  verifiableCredential?: JsonObject[];
  /** whom the presentation names as its holder; oneself, unless a wrong one is wanted */
  holder?: string;
}

export function createHolder(jwk?: PrivateJwk): Holder {
  const privateKey = jwk
    ? createPrivateKey({ key: jwk, format: 'jwk' })
    : generateEd25519Key().privateKey;
  const multibase = publicKeyMultibaseOf(privateKey);
  const did = didKey(multibase);
  const signer = createEd25519Signer({ id: didKeyMethod(multibase), privateKey });
  return {
    did,
    present: ({ challenge, domain, verifiableCredential, holder = did }) =>
      signPresentation({
        presentation: {
          '@context': [
            'https://www.w3.org/ns/credentials/v2',
            'https://w3id.org/security/suites/ed25519-2020/v1',
          ],
          type: ['VerifiablePresentation'],
          holder,
          ...(verifiableCredential && { verifiableCredential }),
        },
        signer,
        suite: 'Ed25519Signature2020',
        challenge,
        domain,
        created: toDateTimeStamp(Date.now()),
      }),
  };
}

/** The HR system gets a challenge, the holder signs it, the HR system records the proof beside the employee. */
export async function bindHolder(hr: HrClient, holder: Holder, employeeId: string): Promise<void> {
  const asked = must(await hr.post('issuer', '/v1/holders/challenges', {}), 201);
  const { challenge, domain } = asked.body as unknown as { challenge: string; domain: string };
  const verifiablePresentation = await holder.present({ challenge, domain });
  const bound = await hr.post('issuer', '/v1/holders', { employeeId, verifiablePresentation });
  // 200: bound to this key already
  must(bound, 201, 200);
}
