import { type Credential, CREDENTIALS_V2_CONTEXT, type StatusEntry } from '#vc/data-model';

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

export interface StatusListCredentialOptions {
  listUrl: string;
  /** the DID of the trust whose credentials the list speaks of */
  issuer: string;
  purpose: 'revocation' | 'suspension';
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
  return {
    '@context': [CREDENTIALS_V2_CONTEXT],
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
    },
  };
}
