import { trustDid } from '#did/identifiers';
import { signCredential } from '#proofs/add-proof';
import { decodeBitstring } from '#status/bitstring';
import { buildStatusListCredential } from '#status/status-list-entry';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import { chooseSigningKey } from './entitlement.ts';
import type { LoadTrustRecord, SigningKeys, StatusPurpose } from './ports.ts';

export interface StatusListRequest {
  listId: string;
  odsCode: string;
  purpose: StatusPurpose;
  /** milliseconds since the epoch */
  version: number;
  encodedList: string;
}

export interface SignedList extends Omit<StatusListRequest, 'encodedList'> {
  keyThumbprint: string;
  /** SHA-256 of the credential's JSON text */
  digest: Uint8Array;
  /** milliseconds since the epoch */
  signedAt: number;
  clientId: string;
}

export interface SignedLists {
  /**
   * Records the version with its audit row.
   * @throws VcError CONFLICT unless it is higher than every version of the list signed before, and the list is
   *   this trust's and for this purpose
   */
  record(list: SignedList): Promise<void>;
}

export interface StatusListSignerDeps {
  publicOrigin: string;
  clock: Clock;
  sha256: (bytes: Uint8Array) => Uint8Array;
  loadTrustRecord: LoadTrustRecord;
  keys: SigningKeys;
  lists: SignedLists;
  ttlMs: number;
  validForMs: number;
}

// A version far ahead, signed once, would stop the list for as long.
const MAX_VERSION_AHEAD_MS = 60_000;

/**
 * Signs a trust's status lists with its `status` key. The caller says which bits stand in which list and nothing
 * else: every other member of the credential is made here.
 */
export function createStatusListSigner(deps: StatusListSignerDeps) {
  return {
    /**
     * @returns the JSON text of the signed list credential, once its version is recorded
     * @throws VcError CONFLICT, INVALID_REQUEST, STATUS_LIST_LENGTH_ERROR, STATUS_VERIFICATION_ERROR,
     *   ISSUER_KEY_NOT_REGISTERED, REGISTRY_UNAVAILABLE
     */
    async sign(request: StatusListRequest, clientId: string): Promise<string> {
      const { listId, odsCode, purpose, version, encodedList } = request;
      const now = deps.clock();
      if (version > now + MAX_VERSION_AHEAD_MS) {
        throw new VcError('INVALID_REQUEST', 'The version is a time in the future');
      }
      decodeBitstring(encodedList);
      // No entitlement is asked for: what a trust has revoked stays public when it may issue no more.
      const record = await deps.loadTrustRecord(odsCode);
      const key = await chooseSigningKey(deps.keys, { record, purpose: 'status', now });
      const credential = buildStatusListCredential({
        listUrl: `${deps.publicOrigin}/status-lists/${listId}`,
        issuer: trustDid(deps.publicOrigin, odsCode),
        purpose,
        version,
        encodedList,
        ttlMs: deps.ttlMs,
        validForMs: deps.validForMs,
      });
      // The suite of the credentials themselves: who can check a credential can check its list.
      const signed = await signCredential({
        credential,
        signer: key.signer,
        suites: ['Ed25519Signature2020'],
        created: toDateTimeStamp(now),
      });
      const document = JSON.stringify(signed);
      await deps.lists.record({
        listId,
        odsCode,
        purpose,
        version,
        clientId,
        keyThumbprint: key.thumbprint,
        digest: deps.sha256(new TextEncoder().encode(document)),
        signedAt: now,
      });
      return document;
    },
  };
}

export type StatusListSigner = ReturnType<typeof createStatusListSigner>;
