import { randomUUID } from 'node:crypto';
import { trustDid } from '#did/identifiers';
import { toDateTimeStamp } from '#vc/clock';
import { VcError } from '#vc/error';
import type { BitChanges, BitOutcome, TrustRecord, TwoBitForm } from '../src/domain/ports.ts';

export const ORIGIN = 'https://passport.northmoor.example';
export const START = Date.parse('2026-11-22T16:00:00Z');
export const TYPE = 'FireSafetyCredential';

export const TRUST = 'ZZA01';
export const OTHER = 'ZZB02';

export const PERIOD = { validFrom: '2026-01-01T00:00:00Z', validUntil: null };

/** A registry that lists both trusts as accredited for every type that a test asks for, unless it is told otherwise. */
export function createFakeRegistry() {
  const records = new Map([TRUST, OTHER].map((odsCode) => [odsCode, newRecord(odsCode)]));
  const state = { down: false, questions: 0 };
  return {
    state,
    of(odsCode: string): TrustRecord {
      const record = records.get(odsCode);
      if (record === undefined) throw new Error(`${odsCode} is not in this registry`);
      return record;
    },
    forget: (odsCode: string) => records.delete(odsCode),
    async loadTrust(odsCode: string): Promise<TrustRecord> {
      state.questions += 1;
      if (state.down) throw new VcError('SERVICE_UNAVAILABLE', 'the registry is down');
      const record = records.get(odsCode);
      if (record === undefined) throw new VcError('NOT_FOUND', 'no such organisation');
      return structuredClone(record);
    },
  };
}

function newRecord(odsCode: string): TrustRecord {
  return {
    organisation: {
      odsCode,
      name: 'Ashmere Teaching Hospitals Trust',
      status: 'registered',
      did: trustDid(ORIGIN, odsCode),
    },
    keys: [],
    accreditations: [
      { credentialType: TYPE, action: 'issue', withdrawnAt: null, ...PERIOD },
      { credentialType: 'RightToWorkCredential', action: 'issue', withdrawnAt: null, ...PERIOD },
    ],
  };
}

type Change = BitChanges['changes'][number] & Omit<BitChanges, 'changes'>;

/** Status lists that keep what they are told: one pair a trust, revocation final, the rules of the real ones. */
export function createFakeStatusLists(clock: () => number) {
  const pairs = new Map<string, { listPairId: string; next: number }>();
  const bits = new Map<string, { value: boolean; changedAt: string }>();
  const state = {
    down: false,
    leases: 0,
    /** the two-bit lists of each lease */
    leasedForms: [] as string[],
    calls: 0,
    changes: [] as Change[],
    sliceSize: 64,
    /** awaited after the bits changed and before the answer: a test may end the caller here */
    afterChange: async () => {},
  };
  const pairOf = (odsCode: string) => {
    const pair = pairs.get(odsCode) ?? { listPairId: randomUUID(), next: 0 };
    pairs.set(odsCode, pair);
    return pair;
  };
  const changeOne = (change: Change): BitOutcome => {
    state.changes.push(change);
    const { purpose, value } = change;
    const name = `${change.listPairId}/${change.index}`;
    const current = bits.get(`${name}/${purpose}`) ?? {
      value: false,
      changedAt: toDateTimeStamp(START),
    };
    if (current.value === value) return { changed: false, changedAt: current.changedAt };
    const revoked = bits.get(`${name}/revocation`)?.value === true;
    if (revoked && !(purpose === 'suspension' && !value)) {
      return { refused: 'STATUS_CHANGE_REFUSED', detail: 'a revocation is final' };
    }
    const changedAt = new Date(clock()).toISOString();
    bits.set(`${name}/${purpose}`, { value, changedAt });
    return { changed: true, changedAt };
  };
  return {
    state,
    bit: (listPairId: unknown, index: unknown, purpose: string) =>
      bits.get(`${String(listPairId)}/${String(index)}/${purpose}`)?.value ?? false,
    async lease(odsCode: string, forms: readonly TwoBitForm[] = []) {
      if (state.down) throw new VcError('SERVICE_UNAVAILABLE', 'the status lists are down');
      state.leases += 1;
      state.leasedForms.push(forms.join(' '));
      const pair = pairOf(odsCode);
      const indexes = Array.from({ length: state.sliceSize }, (_, offset) => pair.next + offset);
      pair.next += state.sliceSize;
      return {
        listPairId: pair.listPairId,
        revocationList: `${ORIGIN}/status-lists/${pair.listPairId.replace(/^./, 'a')}`,
        suspensionList: `${ORIGIN}/status-lists/${pair.listPairId.replace(/^./, 'b')}`,
        ...(forms.includes('message') && {
          messageList: `${ORIGIN}/status-lists/${pair.listPairId.replace(/^./, 'c')}`,
        }),
        ...(forms.includes('token') && {
          tokenList: `${ORIGIN}/status-lists/${pair.listPairId.replace(/^./, 'd')}`,
        }),
        indexes,
      };
    },
    async changeMany({ odsCode, clientId, changes }: BitChanges): Promise<BitOutcome[]> {
      if (state.down) throw new VcError('SERVICE_UNAVAILABLE', 'the status lists are down');
      state.calls += 1;
      const outcomes = changes.map((change) => changeOne({ odsCode, clientId, ...change }));
      await state.afterChange();
      return outcomes;
    },
  };
}
