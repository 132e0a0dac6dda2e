import type { KeyObject } from 'node:crypto';
import { type AuditRow, GENESIS_HASH, hashAuditRow, parseAuditRow } from './audit-row.ts';
import { verifyCheckpoint } from './checkpoint.ts';

export type AuditFaultKind =
  | 'edited'
  | 'removed'
  | 'reordered'
  | 'tail-cut'
  | 'row-malformed'
  | 'checkpoint-missing'
  | 'checkpoint-malformed'
  | 'checkpoint-signature';

/** The first place of a stream (or of the checkpoints: stream `checkpoints`, `seq` the line) where it is not what it was. */
export interface AuditFault {
  stream: string;
  seq: number;
  fault: AuditFaultKind;
  detail: string;
}

export interface AuditVerification {
  rows: number;
  streams: number;
  checkpoints: number;
  faults: AuditFault[];
}

type Lines = AsyncIterable<string> | Iterable<string>;

interface StreamState {
  last: { seq: number; hash: string };
  fault: AuditFault | undefined;
  /** the hash that the first ill-linked row continues from: met later, the rows changed places */
  sought: string | undefined;
}

/**
 * Verifies an export of one schema's audit rows, line by line, against the signed checkpoints: an edited row, a removed
 * row, rows that changed places, and a tail cut behind the newest checkpoint. Rows after the newest checkpoint are
 * verified as a chain only. Without a good checkpoint nothing says where the chain ended: that is a fault.
 * @param publicKey the service's `audit` key, Ed25519
 */
export async function verifyAuditExport(
  lines: Lines,
  checkpoints: Lines,
  publicKey: KeyObject,
): Promise<AuditVerification> {
  const faults: AuditFault[] = [];
  const heads = await readCheckpoints(checkpoints, publicKey, faults);
  const streams = new Map<string, StreamState>();
  let rows = 0;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text === '') continue;
    const row = parseAuditRow(text);
    if (row === undefined) {
      faults.push(faultAt('export', line, 'row-malformed', `line ${line} is no audit row`));
      continue;
    }
    rows += 1;
    const state = streams.get(row.stream) ?? emptyStream();
    streams.set(row.stream, state);
    visitRow(state, row, heads.byStream.get(row.stream));
  }
  for (const { fault } of streams.values()) if (fault) faults.push(fault);
  faults.push(...findCutTails(heads.byStream, streams));
  if (rows > 0 && heads.count === 0) {
    const detail = 'no good checkpoint: a cut tail would go unseen';
    faults.push(faultAt('checkpoints', 0, 'checkpoint-missing', detail));
  }
  return { rows, streams: streams.size, checkpoints: heads.count, faults };
}

function emptyStream(): StreamState {
  return { last: { seq: 0, hash: GENESIS_HASH }, fault: undefined, sought: undefined };
}

type SignedHeads = Map<string, Map<number, string>>;

async function readCheckpoints(lines: Lines, publicKey: KeyObject, faults: AuditFault[]) {
  const byStream: SignedHeads = new Map();
  let count = 0;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text === '') continue;
    const checkpoint = verifyCheckpoint(text, publicKey);
    if (typeof checkpoint === 'string') {
      faults.push(faultAt('checkpoints', line, checkpoint, `line ${line} cannot be relied on`));
      continue;
    }
    count += 1;
    for (const { stream, seq, hash } of checkpoint.heads) {
      const signed = byStream.get(stream) ?? new Map<number, string>();
      byStream.set(stream, signed.set(seq, hash));
    }
  }
  return { byStream, count };
}

function visitRow(state: StreamState, row: AuditRow, signed: Map<number, string> | undefined) {
  if (state.fault === undefined) {
    state.fault = checkRow(state, row, signed);
  } else if (state.sought !== undefined && row.hash === state.sought) {
    state.fault = { ...state.fault, fault: 'reordered', detail: 'the rows changed places' };
  }
  state.last = { seq: Math.max(state.last.seq, row.seq), hash: row.hash };
}

function checkRow(
  state: StreamState,
  row: AuditRow,
  signed: Map<number, string> | undefined,
): AuditFault | undefined {
  const { stream, seq } = row;
  const expected = state.last.seq + 1;
  if (seq < expected)
    return faultAt(stream, seq, 'reordered', `number ${seq} follows ${state.last.seq}`);
  if (seq > expected) {
    state.sought = row.previousHash;
    return faultAt(stream, expected, 'removed', `${expected} to ${seq - 1} are not there`);
  }
  const sound = hashAuditRow(row) === row.hash;
  if (row.previousHash !== state.last.hash) {
    state.sought = row.previousHash;
    // sound in itself, so the row before was replaced together with its hash
    if (sound) return faultAt(stream, seq - 1, 'edited', 'the next row continues another row');
    return faultAt(stream, seq, 'edited', 'the row does not continue the one before');
  }
  if (!sound) return faultAt(stream, seq, 'edited', 'the hash is not that of the content');
  const hash = signed?.get(seq);
  if (hash === undefined || hash === row.hash) return undefined;
  return faultAt(stream, seq, 'edited', 'a signed checkpoint names another hash');
}

function* findCutTails(signed: SignedHeads, streams: Map<string, StreamState>) {
  for (const [stream, heads] of signed) {
    const newest = Math.max(...heads.keys());
    const last = streams.get(stream)?.last.seq ?? 0;
    if (last >= newest) continue;
    const detail = `a signed checkpoint names ${newest}, the export ends at ${last}`;
    yield faultAt(stream, last + 1, 'tail-cut', detail);
  }
}

function faultAt(stream: string, seq: number, fault: AuditFaultKind, detail: string): AuditFault {
  return { stream, seq, fault, detail };
}
