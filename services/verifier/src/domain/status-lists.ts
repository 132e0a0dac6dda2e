import type { ResolveVerificationMethod } from '#did/resolver';
import type { ProofResult } from '#proofs/verify-proofs';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { parseBitstringList } from './bitstring-list.ts';
import { createFreshCache } from './fresh-cache.ts';
import { keysOf } from './issuer-keys.ts';
import { type ParsedList, unreliable } from './parsed-list.ts';
import type { FetchStatusList, SeenVersions, StatusList, StatusLists } from './ports.ts';
import { parseTokenList } from './token-list.ts';

export interface StatusListsDeps {
  fetchStatusList: FetchStatusList;
  resolveVerificationMethod: ResolveVerificationMethod;
  seenVersions: SeenVersions;
  clock: Clock;
  freshnessMs: number;
  /** milliseconds since it was signed */
  maxAgeMs?: number;
}

const KEPT_LISTS = 1_024;
const RETRY_MS = 1_000;
const MAX_AGE_MS = 10 * 60_000;
const MAX_SKEW_MS = 60_000;

export const PARSERS: Record<StatusList['kind'], (url: string, document: unknown) => ParsedList> = {
  bitstring: parseBitstringList,
  token: parseTokenList,
};

/** Status lists, each fetched and verified once per freshness window. Past it a list is asked for anew or unknown. */
export function createStatusLists(deps: StatusListsDeps): StatusLists {
  const { clock, freshnessMs, maxAgeMs = MAX_AGE_MS } = deps;
  const cache = createFreshCache({
    load: (key) => loadStatusList(...partsOf(key), deps),
    clock,
    freshnessMs,
    retryMs: RETRY_MS,
    capacity: KEPT_LISTS,
  });
  return {
    async load(url, kind) {
      const list = await cache.get(`${kind} ${url}`);
      checkAge(list, clock(), maxAgeMs);
      return list;
    },
  };
}

/** An address may be asked for either kind of list, and answers each anew. */
function partsOf(key: string): [kind: StatusList['kind'], url: string] {
  const url = key.slice(key.indexOf(' ') + 1);
  return [key.startsWith('token ') ? 'token' : 'bitstring', url];
}

/**
 * Bitstring Status List 1.0 §3.2, or draft-ietf-oauth-status-list-21 §8.3, steps up to the bits; then our own: never
 * older than one seen before.
 */
async function loadStatusList(
  kind: StatusList['kind'],
  url: string,
  deps: StatusListsDeps,
): Promise<StatusList> {
  const askedAt = deps.clock();
  const { document, digest, fetchedAt = askedAt } = await deps.fetchStatusList(url, kind);
  const parsed = PARSERS[kind](url, document);
  checkAge(parsed, deps.clock(), deps.maxAgeMs ?? MAX_AGE_MS);
  const proofs = await verifyListProofs(parsed, deps);
  const { issuer, purpose, entrySize, version, validUntil } = parsed;
  const bits = parsed.decode();
  const list: StatusList = {
    url,
    kind,
    issuer,
    purpose,
    entrySize,
    bits,
    version,
    validUntil,
    proofs,
    fetchedAt,
  };
  await refuseRollback(list, digest, deps);
  return list;
}

/** At the fetch and at each use: a list grows old also while it is kept. */
function checkAge(
  { version, validUntil }: Pick<StatusList, 'version' | 'validUntil'>,
  now: number,
  maxAgeMs: number,
) {
  if (version > now + MAX_SKEW_MS) throw unreliable('is dated in the future');
  if (now - version > maxAgeMs || now > validUntil) {
    throw new VcError('STATUS_LIST_STALE', 'The status list is too old');
  }
}

async function verifyListProofs(
  { issuer, verifyProofs }: ParsedList,
  { resolveVerificationMethod, clock }: StatusListsDeps,
): Promise<readonly ProofResult[]> {
  const { verified, proofs, problems } = await verifyProofs({
    resolveVerificationMethod: keysOf(issuer, resolveVerificationMethod),
    now: clock(),
  });
  if (verified) return proofs;
  throw unreliable(`has a proof that does not hold: ${problems[0]?.code ?? ''}`);
}

async function refuseRollback(
  { url, version, fetchedAt }: StatusList,
  digest: Uint8Array,
  { seenVersions }: StatusListsDeps,
): Promise<void> {
  const seen = await advance(seenVersions, { listUrl: url, version, digest, at: fetchedAt });
  if (seen === 'older') {
    throw new VcError('STATUS_LIST_ROLLBACK', 'A newer version of the status list was seen before');
  }
  if (seen === 'different') {
    throw unreliable('differs from another of the same version');
  }
}

async function advance(
  seenVersions: SeenVersions,
  seen: Parameters<SeenVersions['advance']>[0],
): ReturnType<SeenVersions['advance']> {
  try {
    return await seenVersions.advance(seen);
  } catch (cause) {
    throw new VcError(
      'STATUS_VERIFICATION_ERROR',
      'The version could not be compared with those seen before',
      { cause },
    );
  }
}
