import { didKey, didKeyMethod } from '#did/keys';
import { signPresentation } from '#proofs/add-proof';
import { createEd25519Signer, generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject, VerifiablePresentation } from '#vc/data-model';
import type { Client } from './client.ts';

export interface Holder {
  did: string;
  present(options: PresentOptions): Promise<VerifiablePresentation>;
}

export interface PresentOptions {
  challenge: string;
  domain: string;
  verifiableCredential?: JsonObject[];
}

/** A holder with a new key. */
export function createHolder(): Holder {
  const { privateKey, publicKeyMultibase } = generateEd25519Key();
  const did = didKey(publicKeyMultibase);
  const signer = createEd25519Signer({ id: didKeyMethod(publicKeyMultibase), privateKey });
  return {
    did,
    present: ({ challenge, domain, verifiableCredential }) =>
      signPresentation({
        presentation: {
          '@context': ['https://www.w3.org/ns/credentials/v2'],
          type: ['VerifiablePresentation'],
          holder: did,
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

/** The trust's challenge, signed by the holder and recorded beside the employee. */
export async function bindHolder(hr: Client, holder: Holder, employeeId: string): Promise<void> {
  const asked = await hr.send('issuer', '/v1/holders/challenges', {
    body: {},
    idempotencyKey: crypto.randomUUID(),
  });
  const { challenge, domain } = asked.json() as { challenge: string; domain: string };
  const verifiablePresentation = await holder.present({ challenge, domain });
  const bound = await hr.send('issuer', '/v1/holders', {
    body: { employeeId, verifiablePresentation },
    idempotencyKey: crypto.randomUUID(),
  });
  if (bound.status !== 201) throw new Error(`Not bound: ${bound.status} ${bound.text}`);
}
