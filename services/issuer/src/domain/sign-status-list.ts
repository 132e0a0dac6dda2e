import { trustDid } from '#did/identifiers';
import { signCredential } from '#proofs/add-proof';
import { decodeBitstring, MINIMUM_ENTRIES } from '#status/bitstring';
import { buildStatusListCredential } from '#status/status-list-entry';
import {
  decodeTokenStatusList,
  TOKEN_STATUS_LIST_TYPE,
  tokenStatusPayload,
} from '#status/token-status-list';
import { unsignedJws } from '#trust/compact-jws';
import { type Clock, toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import { chooseSigningKey } from './entitlement.ts';
import type { ListPurpose, LoadTrustRecord, SigningKey, SigningKeys } from './ports.ts';

export interface ListVersion {
  listId: string;
  odsCode: string;
  /** milliseconds since the epoch */
  version: number;
  /** the highest that the caller knows was allotted before; 0 for none */
  previousVersion: number;
}

export interface StatusListRequest extends ListVersion {
  purpose: Exclude<ListPurpose, 'token'>;
  encodedList: string;
}

export interface StatusListTokenRequest extends ListVersion {
  /** base64url of the zlib-compressed list */
  lst: string;
}

export interface SignedList extends ListVersion {
  purpose: ListPurpose;
  keyThumbprint: string;
  /** SHA-256 of the credential's JSON text, or of the token */
  digest: Uint8Array;
  /** milliseconds since the epoch */
  signedAt: number;
  clientId: string;
}

export interface SignedLists {
  /**
   * Records the version with its audit row.
   * @throws VcError CONFLICT unless it is higher than every version of the list signed before, and the list is
   *   this trust's and for this purpose; STATUS_LIST_FENCED when one above `previousVersion` was signed, which the
   *   caller's database then lacks
   */
  record(list: SignedList): Promise<void>;
}

export interface StatusListSignerDeps {
  publicOrigin: string;
  clock: Clock;
  sha256: (bytes: Uint8Array) => Uint8Array;
  /** the last known record will do: a revocation must become visible also while the registry is down */
  loadLastKnown: LoadTrustRecord;
  keys: SigningKeys;
  lists: SignedLists;
  ttlMs: number;
  validForMs: number;
}

// A version far ahead, signed once, would stop the list for as long.
const MAX_VERSION_AHEAD_MS = 60_000;

/**
 * Signs a trust's status lists with its `status` key. The caller says which bits stand in which list and nothing
 * else: every other member of what is signed is made here.
 */
export function createStatusListSigner(deps: StatusListSignerDeps) {
  const { publicOrigin, clock, ttlMs, validForMs } = deps;

  const choose = async ({ odsCode, version }: ListVersion) => {
    const now = clock();
    if (version > now + MAX_VERSION_AHEAD_MS) {
      throw new VcError('INVALID_REQUEST', 'The version is a time in the future');
    }
    // No entitlement is asked for: what a trust has revoked stays public when it may issue no more.
    const record = await deps.loadLastKnown(odsCode);
    return { now, key: await chooseSigningKey(deps.keys, { record, purpose: 'status', now }) };
  };

  const describe = ({ listId, odsCode, version }: ListVersion) => ({
    listUrl: `${publicOrigin}/status-lists/${listId}`,
    issuer: trustDid(publicOrigin, odsCode),
    version,
    ttlMs,
    validForMs,
  });

  const record = async (
    { listId, odsCode, version, previousVersion }: ListVersion,
    signed: { purpose: ListPurpose; text: string; key: SigningKey; now: number; clientId: string },
  ): Promise<string> => {
    const { purpose, text, key, now, clientId } = signed;
    await deps.lists.record({
      listId,
      odsCode,
      version,
      previousVersion,
      purpose,
      clientId,
      keyThumbprint: key.thumbprint,
      digest: deps.sha256(new TextEncoder().encode(text)),
      signedAt: now,
    });
    return text;
  };

  return {
    /**
     * @returns the JSON text of the signed list credential, once its version is recorded
     * @throws VcError CONFLICT, STATUS_LIST_FENCED, INVALID_REQUEST, STATUS_LIST_LENGTH_ERROR,
     *   STATUS_VERIFICATION_ERROR, ISSUER_KEY_NOT_REGISTERED, REGISTRY_UNAVAILABLE
     */
    async sign(request: StatusListRequest, clientId: string): Promise<string> {
      const { purpose, encodedList } = request;
      decodeBitstring(encodedList, {
        minEntries: MINIMUM_ENTRIES * (purpose === 'message' ? 2 : 1),
      });
      const { now, key } = await choose(request);
      // The suite of the credentials themselves: who can check a credential can check its list.
      const signed = await signCredential({
        credential: buildStatusListCredential({ ...describe(request), purpose, encodedList }),
        signer: key.signer,
        suites: ['Ed25519Signature2020'],
        created: toDateTimeStamp(now),
      });
      return record(request, { purpose, text: JSON.stringify(signed), key, now, clientId });
    },

    /**
     * An IETF Token Status List of two bits an entry.
     * @returns the JWT, once its version is recorded
     * @throws VcError as `sign`
     */
    async signToken(request: StatusListTokenRequest, clientId: string): Promise<string> {
      const { lst } = request;
      decodeTokenStatusList(lst);
      const { now, key } = await choose(request);
      const { issuer: iss, ...list } = describe(request);
      const claims = { iss, ...tokenStatusPayload({ ...list, lst }) };
      const { signingInput, finish } = unsignedJws({
        typ: TOKEN_STATUS_LIST_TYPE,
        kid: key.signer.id,
        claims,
      });
      // the signer lets no signature out that the public key does not verify
      const text = finish(await key.signer.sign({ data: signingInput }));
      return record(request, { purpose: 'token', text, key, now, clientId });
    },
  };
}

export type StatusListSigner = ReturnType<typeof createStatusListSigner>;
