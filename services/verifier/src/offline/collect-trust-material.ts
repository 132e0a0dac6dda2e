import { readFile } from 'node:fs/promises';
import { readAddress } from '#client/address';
import { ClientError } from '#client/client-error';
import { createFetchHttp, type Fetch, type FetchHttp } from '#client/fetch-http';
import type { Cell } from '#trust/cell';
import { verifyGenesis } from '#trust/genesis';
import type { Clock } from '#vc/clock';
import { statusPlacesOf } from '../domain/checks/status-references.ts';
import type { Submitted } from '../domain/forms/credential.ts';
import { readCredentialForm } from '../domain/forms/read-credential.ts';
import { readPresentationForm } from '../domain/forms/read-presentation.ts';
import type { StatusList } from '../domain/ports.ts';
import { cellDidOf, isOnHostOf, originOf } from '../domain/trust-did.ts';
import { mediaTypeOf } from '../fetchers.ts';
import type { SavedSnapshot, SavedStatusList, TrustMaterial } from './trust-material.ts';

export interface CollectOptions {
  /** the genesis file's text, or a URL where it is: `file:`, `https:`, or `http:` on this machine */
  genesis: string | URL;
  /** RFC 7638 of the anchor's key, base64url */
  anchorThumbprint: string;
  /** whose status lists are wanted: credentials of any form, as they went out */
  credentials?: readonly (Record<string, unknown> | string)[];
  /** the same, of the credentials in presentations */
  presentations?: readonly (Record<string, unknown> | string)[];
  /** milliseconds for one exchange; left out: 5,000 */
  timeoutMs?: number;
  /** left out: Node's own. In development one that knows where public addresses are on this machine */
  fetch?: Fetch;
  clock?: Clock;
}

/** What was had, and the addresses of what was not: checks that need those will be `unknown`. */
export interface CollectedMaterial extends TrustMaterial {
  missing: string[];
}

interface Place {
  url: string;
  kind: StatusList['kind'];
}

const TIMEOUT_MS = 5_000;
const MAX_STATEMENT_BYTES = 8 * 1024 * 1024;
const MAX_BYTES = 1024 * 1024;
// Whoever made a credential up named its lists: what they cost a cell's host, and this program, has an end.
const MAX_LISTS = 512;
const AT_ONCE = 8;

/**
 * Fetches what offline verifying needs, while there is a network: the snapshot of every cell that the genesis file
 * admits, and the status lists that credentials name, 512 at most. Nothing is fetched but from the hosts of admitted
 * cells, and eight things at once.
 * @throws VcError REGISTRY_STATEMENT_INVALID for a genesis file that the anchor did not sign; ClientError
 *   SERVICE_UNAVAILABLE when it cannot be had, INVALID_REQUEST for an address that is not to be asked
 */
export async function collectTrustMaterial(options: CollectOptions): Promise<CollectedMaterial> {
  const { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS, clock = Date.now } = options;
  const http = createFetchHttp(fetch, timeoutMs);
  const genesis = await readGenesisText(options.genesis, http);
  const { cells } = await verifyGenesis(genesis, options.anchorThumbprint);
  const missing: string[] = [];
  const snapshots: SavedSnapshot[] = [];
  const statusLists: SavedStatusList[] = [];
  const wanted = placesOf(options, cells);
  missing.push(...wanted.slice(MAX_LISTS).map(({ url }) => url));
  const fetches = [
    ...cells.map(({ did: cell }) => async () => {
      const url = `${originOf(cell)}/v1/snapshot`;
      const statement = await fetchText(http, url, 'application/jwt', MAX_STATEMENT_BYTES);
      if (statement === undefined) missing.push(url);
      else snapshots.push({ cell, statement });
    }),
    ...wanted.slice(0, MAX_LISTS).map(({ url, kind }) => async () => {
      const fetchedAt = new Date(clock()).toISOString();
      const body = await fetchText(http, url, mediaTypeOf(kind), MAX_BYTES);
      if (body === undefined) missing.push(url);
      else statusLists.push({ url, kind, body, fetchedAt });
    }),
  ].values();
  const work = async () => {
    for (const fetchOne of fetches) await fetchOne();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { genesis, snapshots, statusLists, missing };
}

async function readGenesisText(genesis: string | URL, http: FetchHttp): Promise<string> {
  if (typeof genesis === 'string') return genesis.trim();
  if (genesis.protocol === 'file:') return (await readFile(genesis, 'utf8')).trim();
  const { body, status } = await http.get(readAddress('genesis', genesis), { maxBytes: MAX_BYTES });
  if (status !== 200) {
    const said = `${genesis.host} answered ${status} instead of a genesis file`;
    throw new ClientError('SERVICE_UNAVAILABLE', said, { status });
  }
  return body.toString().trim();
}

/** undefined: it cannot be had now */
async function fetchText(
  http: FetchHttp,
  url: string,
  mediaType: string,
  maxBytes: number,
): Promise<string | undefined> {
  try {
    const { body, headers, status } = await http.get(url, { accept: mediaType, maxBytes });
    const answered = String(headers['content-type']).split(';')[0]?.trim();
    return status === 200 && answered === mediaType ? body.toString() : undefined;
  } catch {
    return undefined;
  }
}

/** The lists that credentials of admitted cells name on their own cell's host, each once. */
function placesOf(
  { credentials = [], presentations = [] }: CollectOptions,
  cells: readonly Cell[],
): Place[] {
  const presented = presentations.flatMap(
    (one) => readPresentationForm(one as Submitted).presentation?.credentials ?? [],
  );
  const given = [...(credentials as Submitted[]), ...presented.map((one) => one.credential)];
  const places = new Map<string, Place>();
  for (const one of given) {
    const { credential } = readCredentialForm(one);
    const found = credential === undefined ? [] : statusPlacesOf(credential);
    if (credential === undefined || !Array.isArray(found)) continue;
    const isOfCell = cells.some(({ did }) => did === cellDidOf(credential.issuer));
    for (const { url, kind } of found) {
      if (isOfCell && isOnHostOf(credential.issuer, url))
        places.set(`${kind} ${url}`, { url, kind });
    }
  }
  return [...places.values()];
}
