import { cellDid, trustDid } from '#did/identifiers';
import type { Signer } from '#proofs/signer';
import { keyProofInput } from '#trust/key-proof';

export interface ProveKeyOptions {
  publicOrigin: string;
  odsCode: string;
  publicKeyMultibase: string;
  /** of the cell's registry */
  challenge: string;
  signer: Signer;
  /** milliseconds since the epoch */
  now: number;
}

/** What shows the cell's registry that this service holds the key which it is asked to pin. */
export async function proveKey(options: ProveKeyOptions): Promise<string> {
  const { publicOrigin, odsCode, publicKeyMultibase, challenge, signer, now } = options;
  const { signingInput, finish } = keyProofInput({
    issuer: trustDid(publicOrigin, odsCode),
    audience: cellDid(publicOrigin),
    challenge,
    publicKeyMultibase,
    issuedAt: now,
  });
  return finish(await signer.sign({ data: signingInput }));
}
