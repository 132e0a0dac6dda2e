import { decodeBitstring, parseStatusListIndex, readBit } from '#status/bitstring';
import type { JsonObject } from '#vc/data-model';
import type { StackFile } from '../../deploy/local/hr-client.ts';
import { sendRequest } from './client.ts';

export interface StatusEntry {
  statusPurpose: string;
  statusListIndex: string;
  statusListCredential: string;
}

export function revocationEntry(credential: JsonObject): StatusEntry {
  const entries = credential['credentialStatus'] as unknown as StatusEntry[];
  const entry = entries.find(({ statusPurpose }) => statusPurpose === 'revocation');
  if (entry === undefined) throw new Error('The credential has no revocation entry');
  return entry;
}

/** The bits of a published list, fetched now as anybody fetches it, without a token. */
export async function fetchBits(
  stack: Pick<StackFile, 'publicOrigin' | 'services'>,
  listUrl: string,
): Promise<Uint8Array> {
  const url = listUrl.replace(stack.publicOrigin, stack.services['status-list'] ?? '');
  const answer = await sendRequest(url, { timeoutMs: 10_000 });
  if (answer.status !== 200) throw new Error(`The list answered ${answer.status}`);
  const list = answer.json() as { credentialSubject: { encodedList: string } };
  return decodeBitstring(list.credentialSubject.encodedList);
}

export function isSet(bits: Uint8Array, { statusListIndex }: StatusEntry): boolean {
  return readBit(bits, parseStatusListIndex(statusListIndex));
}
