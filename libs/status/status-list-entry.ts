import {
  type Credential,
  CREDENTIALS_V2_CONTEXT,
  type JsonObject,
  type StatusEntry,
} from '#vc/data-model';
import { STATUS_MESSAGES } from './status-value.ts';

/**
 * Our context of what Bitstring Status List 1.0 §2.2 wants on a list of purpose `message` and the W3C context lacks:
 * `statusSize` and `statusMessages`. The entry of a credential needs no more than the W3C context.
 */
export const STATUS_CONTEXT_URL = 'https://staffpassport.example/contexts/status/v1';

export interface StatusEntriesOptions {
  /** URL of the revocation list credential */
  revocationList: string;
  /** URL of the suspension list credential of the same pair */
  suspensionList: string;
  /** the same in both lists */
  index: number;
}

/** `credentialStatus` of a credential: its revocation and its suspension entry (Bitstring Status List 1.0 §2.1). */
export function createStatusEntries(options: StatusEntriesOptions): [StatusEntry, StatusEntry] {
  const { revocationList, suspensionList, index } = options;
  return [entry(revocationList, 'revocation', index), entry(suspensionList, 'suspension', index)];
}

function entry(listUrl: string, statusPurpose: string, index: number): StatusEntry {
  return {
    id: `${listUrl}#${index}`,
    type: 'BitstringStatusListEntry',
    statusPurpose,
    statusListIndex: String(index),
    statusListCredential: listUrl,
  };
}

export interface MessageEntryOptions {
  /** URL of the message list credential */
  messageList: string;
  /** the same as in the pair */
  index: number;
}

/**
 * The entry of a credential in a two-bit list (Bitstring Status List 1.0 §2.1). It names all four messages: the
 * holder sees at once what may ever be said of the credential.
 */
export function createMessageEntry({ messageList, index }: MessageEntryOptions): StatusEntry {
  return {
    ...entry(messageList, 'message', index),
    statusSize: 2,
    statusMessage: statusMessages(),
  };
}

/** The `status` claim of a credential in an IETF Token Status List (draft-ietf-oauth-status-list-21 §6.2). */
export function createTokenStatusClaim(options: { tokenList: string; index: number }) {
  const { tokenList, index } = options;
  return { status: { status_list: { idx: index, uri: tokenList } } };
}

function statusMessages(): JsonObject[] {
  return STATUS_MESSAGES.map(({ status, message }) => ({ status, message }));
}

export interface StatusListCredentialOptions {
  listUrl: string;
  /** the DID of the trust whose credentials the list speaks of */
  issuer: string;
  /** `message`: two bits an entry, as STATUS_MESSAGES has them */
  purpose: 'revocation' | 'suspension' | 'message';
  /** milliseconds since the epoch: becomes `validFrom` */
  version: number;
  /** of `encodeBitstring` */
  encodedList: string;
  /** milliseconds that a fetched list may be kept */
  ttlMs: number;
  /** milliseconds from `validFrom` to `validUntil` */
  validForMs: number;
}

/**
 * The unsigned list credential (Bitstring Status List 1.0 §2.2). `validFrom` carries milliseconds, because it is
 * the version: two versions of one second must differ.
 */
export function buildStatusListCredential(options: StatusListCredentialOptions): Credential {
  const { listUrl, issuer, purpose, version, encodedList, ttlMs, validForMs } = options;
  const isMessage = purpose === 'message';
  return {
    '@context': isMessage ? [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL] : [CREDENTIALS_V2_CONTEXT],
    id: listUrl,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: new Date(version).toISOString(),
    validUntil: new Date(version + validForMs).toISOString(),
    credentialSubject: {
      id: `${listUrl}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList,
      ttl: ttlMs,
      ...(isMessage && { statusSize: 2, statusMessages: statusMessages() }),
    },
  };
}
