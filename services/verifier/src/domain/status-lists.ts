import type { ResolveVerificationMethod } from '#did/resolver';
import { type ProofResult, verifyProofs } from '#proofs/verify-proofs';
import { decodeBitstring } from '#status/bitstring';
import { STATUS_CONTEXT_URL } from '#status/status-list-entry';
import type { Clock } from '#vc/clock';
import {
  asArray,
  CREDENTIALS_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  isJsonObject,
  type JsonObject,
} from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import { isArrangement } from './checks/context.ts';
import { createFreshCache } from './fresh-cache.ts';
import { keysOf } from './issuer-keys.ts';
import type { FetchStatusList, SeenVersions, StatusList, StatusLists } from './ports.ts';

export interface StatusListsDeps {
  fetchStatusList: FetchStatusList;
  resolveVerificationMethod: ResolveVerificationMethod;
  seenVersions: SeenVersions;
  clock: Clock;
  freshnessMs: number;
}

const KEPT_LISTS = 1_024;
const RETRY_MS = 1_000;
// with KEPT_LISTS it bounds what lists may take of the memory
const MAX_ENTRIES = 2 ** 20;
const MAX_AGE_MS = 10 * 60_000;
const MAX_SKEW_MS = 60_000;

const ARRANGEMENTS = [
  [CREDENTIALS_V2_CONTEXT],
  [CREDENTIALS_V2_CONTEXT, ED25519_2020_CONTEXT],
  [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL],
  [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL, ED25519_2020_CONTEXT],
] as const;

/** Status lists, each fetched and verified once per freshness window. Past it a list is asked for anew or unknown. */
export function createStatusLists(deps: StatusListsDeps): StatusLists {
  const cache = createFreshCache({
    load: (url) => loadStatusList(url, deps),
    clock: deps.clock,
    freshnessMs: deps.freshnessMs,
    retryMs: RETRY_MS,
    capacity: KEPT_LISTS,
  });
  return {
    async load(url, kind) {
      if (kind === 'token') {
        throw new VcError('STATUS_RETRIEVAL_ERROR', 'Token status lists are not read yet');
      }
      const list = await cache.get(url);
      checkAge(list, deps.clock());
      return list;
    },
  };
}

/** Bitstring Status List 1.0 §3.2, steps up to the bit; then our own: never older than one seen before. */
async function loadStatusList(url: string, deps: StatusListsDeps): Promise<StatusList> {
  const fetchedAt = deps.clock();
  const { document, digest } = await deps.fetchStatusList(url);
  if (!isJsonObject(document)) throw unreliable('is not a credential');
  const shape = parseStatusList(url, document);
  checkAge(shape, deps.clock());
  const proofs = await verifyListProofs(document, shape.issuer, deps);
  const { entrySize, issuer, purpose, version, validUntil } = shape;
  const bits = decodeBitstring(shape.encodedList, {
    statusSize: entrySize,
    maxBytes: (MAX_ENTRIES * entrySize) / 8,
  });
  const list: StatusList = {
    url,
    kind: 'bitstring',
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

/** The members of a list credential (§2.2), each of the form that it must have. */
function parseStatusList(url: string, document: JsonObject) {
  const { id, type, issuer, credentialSubject: subject } = document;
  if (!isArrangement(document['@context'], ARRANGEMENTS)) throw unreliable('has other contexts');
  if (id !== url) throw unreliable('has another id than its address');
  if (!asArray(type).includes('BitstringStatusListCredential')) throw unreliable('is no list');
  if (typeof issuer !== 'string') throw unreliable('has no issuer');
  if (!isJsonObject(subject) || subject['type'] !== 'BitstringStatusList') {
    throw unreliable('holds no bitstring');
  }
  const { statusPurpose, encodedList, statusSize } = subject;
  if (typeof statusPurpose !== 'string') throw unreliable('has no single purpose');
  const entrySize = statusPurpose === 'message' ? 2 : 1;
  if ((statusSize ?? 1) !== entrySize) throw unreliable('has entries of a size not known here');
  const version = parseDateTimeStamp(document['validFrom']);
  const validUntil = parseDateTimeStamp(document['validUntil']);
  if (version === undefined || validUntil === undefined) throw unreliable('has no period');
  return { issuer, purpose: statusPurpose, entrySize, encodedList, version, validUntil } as const;
}

/** At the fetch and at each use: a list grows old also while it is kept. */
function checkAge({ version, validUntil }: { version: number; validUntil: number }, now: number) {
  if (version > now + MAX_SKEW_MS) throw unreliable('is dated in the future');
  if (now - version > MAX_AGE_MS || now > validUntil) {
    throw new VcError('STATUS_LIST_STALE', 'The status list is too old');
  }
}

async function verifyListProofs(
  document: JsonObject,
  issuer: string,
  { resolveVerificationMethod, clock }: StatusListsDeps,
): Promise<ProofResult[]> {
  const { verified, proofs, problems } = await verifyProofs({
    document,
    purpose: 'assertionMethod',
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

function unreliable(what: string): VcError {
  return new VcError('STATUS_VERIFICATION_ERROR', `The status list ${what}`);
}
