import { verifyProofs } from '#proofs/verify-proofs';
import { decodeBitstring } from '#status/bitstring';
import { STATUS_CONTEXT_URL } from '#status/status-list-entry';
import {
  asArray,
  CREDENTIALS_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  isJsonObject,
} from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { isArrangement } from './checks/context.ts';
import { hasMessages } from './checks/status-references.ts';
import { maxBytesOf, type ParsedList, unreliable } from './parsed-list.ts';

const ARRANGEMENTS = [
  [CREDENTIALS_V2_CONTEXT],
  [CREDENTIALS_V2_CONTEXT, ED25519_2020_CONTEXT],
  [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL],
  [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL, ED25519_2020_CONTEXT],
] as const;

/** A list credential (Bitstring Status List 1.0 §2.2). @throws VcError STATUS_VERIFICATION_ERROR */
export function parseBitstringList(url: string, document: unknown): ParsedList {
  if (!isJsonObject(document)) throw unreliable('is not a credential');
  const { id, type, issuer, credentialSubject: subject } = document;
  if (!isArrangement(document['@context'], ARRANGEMENTS)) throw unreliable('has other contexts');
  if (id !== url) throw unreliable('has another id than its address');
  if (!asArray(type).includes('BitstringStatusListCredential')) throw unreliable('is no list');
  if (typeof issuer !== 'string') throw unreliable('has no issuer');
  if (!isJsonObject(subject) || subject['type'] !== 'BitstringStatusList') {
    throw unreliable('holds no bitstring');
  }
  const { statusPurpose, encodedList, statusSize, statusMessages } = subject;
  if (typeof statusPurpose !== 'string') throw unreliable('has no single purpose');
  const entrySize = statusPurpose === 'message' ? 2 : 1;
  if ((statusSize ?? 1) !== entrySize) throw unreliable('has entries of a size not known here');
  if (entrySize === 2 && !hasMessages(statusMessages)) throw unreliable('lacks its messages');
  const version = parseDateTimeStamp(document['validFrom']);
  const validUntil = parseDateTimeStamp(document['validUntil']);
  if (version === undefined || validUntil === undefined) throw unreliable('has no period');
  return {
    issuer,
    purpose: statusPurpose,
    entrySize,
    version,
    validUntil,
    verifyProofs: (options) => verifyProofs({ document, purpose: 'assertionMethod', ...options }),
    decode: () =>
      decodeBitstring(encodedList, { statusSize: entrySize, maxBytes: maxBytesOf(entrySize) }),
  };
}
