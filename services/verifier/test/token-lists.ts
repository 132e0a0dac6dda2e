import { signJwt } from '#proofs/jwt';
import type { Signer } from '#proofs/signer';
import {
  encodeTokenStatusList,
  TOKEN_STATUS_LIST_TYPE,
  tokenStatusPayload,
} from '#status/token-status-list';
import { VcError } from '#vc/error';
import type { JsonObject } from '#vc/data-model';
import type { World } from './world.ts';

export interface PublishTokenOptions {
  url: string;
  signer?: Signer;
  typ?: string;
  /** milliseconds */
  version?: number;
  validForMs?: number;
  bits?: Uint8Array;
  /** of `bits` unless given */
  lst?: string;
  /** claims in the place of the usual ones; undefined takes one away */
  change?: Record<string, unknown>;
}

/** The Status List Token of an address, with the trust's bits as they stand. */
export function publishTokenList(
  { trusts, now }: Pick<World, 'trusts' | 'now'>,
  options: PublishTokenOptions,
): Promise<string> {
  const { url, typ = TOKEN_STATUS_LIST_TYPE, version = now, validForMs = 3_600_000 } = options;
  const trust = trusts.find(({ tokenList }) => tokenList.url === url);
  if (trust === undefined) throw new VcError('STATUS_RETRIEVAL_ERROR', 'answered 404');
  const claims = {
    iss: trust.did,
    ...tokenStatusPayload({
      listUrl: url,
      lst: options.lst ?? encodeTokenStatusList(options.bits ?? trust.tokenList.bits),
      version,
      ttlMs: 15_000,
      validForMs,
    }),
    ...options.change,
  };
  return signJwt({
    typ,
    // takes away what a test set to undefined
    claims: JSON.parse(JSON.stringify(claims)) as JsonObject,
    signer: options.signer ?? trust.status,
  });
}
