import type { Lease } from '#api/status-list';
import { decodeBitstring, readBit } from '#status/bitstring';
import type { VcError } from '#vc/error';
import type { Deps } from '../../src/deps.ts';
import { readValues } from '../helper.ts';
import type { Saved, System } from './system.ts';

const HOUR_MS = 3_600_000;
const LIMIT_MS = 60_000;
const RESIGN_MS = 300_000;

/** What the trust was told of one index. */
interface Standing {
  lease: Lease;
  index: number;
  /** answered */
  revoked: boolean;
  suspended: boolean;
  /** a change was sent whose answer nobody saw: it may have been made or not */
  unsure: boolean;
}

/** One history of one trust: what it was told, and what must therefore be true. */
export interface History {
  odsCode: string;
  leases: Lease[];
  given: Set<string>;
  standings: Map<string, Standing>;
  /** keys of revocations that every list must show from now on */
  settled: Set<string>;
  /** newest version seen of each list */
  seen: Map<string, number>;
  /** the lowest version that may be served of each list that a restore has dealt with */
  floors: Map<string, number>;
  saved: Saved | undefined;
  held: { release: () => void; done: Promise<void> } | undefined;
}

export function createHistory(odsCode: string): History {
  return {
    odsCode,
    leases: [],
    given: new Set(),
    standings: new Map(),
    settled: new Set(),
    seen: new Map(),
    floors: new Map(),
    saved: undefined,
    held: undefined,
  };
}

export function standingOf(history: History, pick: number): Standing | undefined {
  const lease = history.leases[pick % history.leases.length];
  // indexes that a credential was issued on
  const index = lease?.indexes[pick % 4];
  if (lease === undefined || index === undefined) return undefined;
  const key = keyOf(lease, index);
  const known = history.standings.get(key);
  if (known !== undefined) return known;
  const standing = { lease, index, revoked: false, suspended: false, unsure: false };
  history.standings.set(key, standing);
  return standing;
}

/** Invariant 2: no index is given twice. */
export function noteLease(history: History, lease: Lease): void {
  for (const index of lease.indexes) {
    const key = keyOf(lease, index);
    if (history.given.has(key)) throw new Error(`${key} was given twice`);
    history.given.add(key);
  }
  history.leases.push(lease);
}

/** All that was answered is visible from now on. */
export function settleAll(history: History): void {
  for (const [key, { revoked }] of history.standings) {
    if (revoked) history.settled.add(key);
  }
}

/** Invariants 3 and 5, of every list of the trust that is served just now. */
export async function checkServed(system: System, history: History): Promise<void> {
  const stored = await readStored(system);
  for (const lease of uniquePairs(history.leases)) {
    const revocation = await served(system, stored, lease.revocationList);
    const suspension = await served(system, stored, lease.suspensionList);
    const twoBit = [
      await served(system, stored, lease.messageList),
      await served(system, stored, lease.tokenList),
    ].filter((list) => list !== undefined);
    for (const list of [revocation, suspension, ...twoBit]) {
      if (list !== undefined) checkVersion(system, history, list);
    }
    for (const [key, standing] of history.standings) {
      if (standing.lease.listPairId !== lease.listPairId || !history.settled.has(key)) continue;
      const { index } = standing;
      if (revocation !== undefined && !revocation.bit(index)) {
        throw new Error(`the revocation of ${key} is not in the list`);
      }
      for (const list of twoBit) {
        if (list.value(index) !== 1) throw new Error(`${key} is not revoked in a two-bit list`);
      }
    }
  }
}

/** Right after a publication: what stands is what was answered last, in every form. */
export async function checkPublished(system: System, history: History): Promise<void> {
  const waiting = await system.rows('select 1 from unpublished where ods_code = $1', [
    history.odsCode,
  ]);
  if (waiting.length > 0) throw new Error('a change stayed unpublished');
  await first(system).checks['publication']?.();
  const stored = await readStored(system);
  for (const lease of uniquePairs(history.leases)) {
    for (const url of urlsOf(lease)) {
      if ((await served(system, stored, url)) === undefined)
        throw new Error(`${url} is not served`);
    }
  }
  for (const [key, { lease, index, revoked, suspended, unsure }] of history.standings) {
    if (unsure) continue;
    const [bits, ...twoBit] = await Promise.all(
      [lease.suspensionList, lease.messageList, lease.tokenList].map((url) =>
        served(system, stored, url),
      ),
    );
    if (!revoked && bits !== undefined && bits.bit(index) !== suspended) {
      throw new Error(`${key} should ${suspended ? '' : 'not '}be suspended`);
    }
    const value = revoked ? 1 : Number(suspended) * 2;
    for (const list of twoBit) {
      if (list !== undefined && list.value(index) !== value) {
        throw new Error(`${key} should stand at ${value}`);
      }
    }
  }
}

/** Invariant 5: the readiness of the publisher fails when, and only when, something is late. */
export async function checkReadiness(system: System, { odsCode }: History): Promise<void> {
  const { now } = system.clock;
  const [row] = await system.rows(
    `select (select min(changed_at) from unpublished where ods_code = $1) as change,
      (select min(version)::float8 from published_lists where ods_code = $1) as version,
      exists (select 1 from lists l join list_pairs p on p.id = l.pair_id
        where p.restored_at is not null and not exists
          (select 1 from published_lists d where d.list_id = l.id)) as unserved`,
    [odsCode],
  );
  const change = (row?.['change'] as Date | null)?.getTime() ?? now;
  const version = (row?.['version'] as number | null) ?? now;
  const late =
    row?.['unserved'] === true || now - change > LIMIT_MS || now - version > RESIGN_MS + LIMIT_MS;
  const well = await first(system)
    .checks['publication']?.()
    .then(
      () => true,
      () => false,
    );
  if (well === late) throw new Error(late ? 'late, and called ready' : 'in time, and not ready');
}

interface Served {
  url: string;
  version: number;
  validUntil: number;
  bit(index: number): boolean;
  value(index: number): number;
}

/** By what an answer depends on: the history asks again only when that changed. */
const read = new Map<string, Served | undefined>();

interface Stored {
  id: string;
  etag: string;
  valid_until: Date;
  fenced: boolean;
}

/** What stands in the database of each list that has a version. */
async function readStored(system: System): Promise<Map<string, Stored>> {
  const rows = await system.rows(`select list_id as id, etag, valid_until,
    exists (select 1 from fences where lifted_at is null) as fenced from published_lists`);
  return new Map(rows.map((row) => [String(row['id']), row as unknown as Stored]));
}

/** What anybody gets of a list; undefined for one that is not served, or that the lease does not have. */
async function served(
  system: System,
  stored: ReadonlyMap<string, Stored>,
  url: string | undefined,
): Promise<Served | undefined> {
  if (url === undefined) return undefined;
  const row = stored.get(url.slice(-36));
  if (row === undefined) return askFor(system, url);
  const isExpired = system.clock.now >= row.valid_until.getTime();
  const key = [row.id, row.etag, row.fenced, isExpired].join(' ');
  if (!read.has(key)) {
    if (read.size > 200) read.clear();
    read.set(key, await askFor(system, url));
  }
  return read.get(key);
}

async function askFor(system: System, url: string): Promise<Served | undefined> {
  const list = await first(system)
    .loadPublishedList(url.slice(-36))
    .catch((error: VcError) => {
      // also not found: a list of later than a backup that nobody has noticed yet
      if (['SERVICE_UNAVAILABLE', 'NOT_FOUND'].includes(error.code)) return undefined;
      throw error;
    });
  if (list === undefined) return undefined;
  const { form, document, validUntil } = list;
  const twoBit = form === 'message' || form === 'token';
  const answer = { url, validUntil, ...(twoBit ? readValues(document) : readBits(document)) };
  return { bit: () => false, value: () => -1, ...answer };
}

function readBits(document: string) {
  const list = JSON.parse(document) as {
    validFrom: string;
    credentialSubject: { encodedList: string };
  };
  const bits = decodeBitstring(list.credentialSubject.encodedList);
  return { version: Date.parse(list.validFrom), bit: (index: number) => readBit(bits, index) };
}

function checkVersion(system: System, history: History, { url, version, validUntil }: Served) {
  const { seen, floors } = history;
  if (version < Math.max(seen.get(url) ?? 0, floors.get(url) ?? 0))
    throw new Error(`the version of ${url} fell`);
  seen.set(url, version);
  if (system.clock.now >= Math.min(validUntil, version + HOUR_MS)) {
    throw new Error('an expired list was served');
  }
}

/** Right after a restore: no version of before it is served any more (invariant 2). */
export function noteRestore({ leases, floors }: History, { clock }: System): void {
  for (const url of leases.flatMap(urlsOf)) floors.set(url, clock.now + 1);
}

function urlsOf(lease: Lease): string[] {
  const { revocationList, suspensionList, messageList, tokenList } = lease;
  return [revocationList, suspensionList, messageList, tokenList].filter(
    (url) => url !== undefined,
  );
}

function uniquePairs(leases: Lease[]): Lease[] {
  const pairs = new Map<string, Lease>();
  for (const lease of leases) {
    pairs.set(lease.listPairId, { ...pairs.get(lease.listPairId), ...lease });
  }
  return [...pairs.values()];
}

export function first(system: System): Deps {
  return pickReplica(system, 0);
}

export function pickReplica({ replicas }: System, number: number): Deps {
  const replica = replicas[number % replicas.length];
  if (replica === undefined) throw new Error('no replica');
  return replica;
}

function keyOf({ listPairId }: Lease, index: number): string {
  return `${listPairId} ${index}`;
}
