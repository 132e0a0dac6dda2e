import t from 'tap';
import { decideChange as decideAt } from '../../src/domain/change-status.ts';
import type { IndexState, StatusChangeRequest } from '../../src/domain/ports.ts';

const LEASED = 1_000;
const CHANGED = 2_000;
const NOW = 3_000;

function bit(value?: boolean) {
  return value === undefined ? undefined : { value, changedAt: CHANGED };
}

function state(revoked?: boolean, suspended?: boolean): IndexState {
  return { leasedAt: LEASED, revocation: bit(revoked), suspension: bit(suspended) };
}

function decideChange(from: IndexState, request: Pick<StatusChangeRequest, 'purpose' | 'value'>) {
  return decideAt(from, request, NOW);
}

const revoke = { purpose: 'revocation', value: true } as const;
const unrevoke = { purpose: 'revocation', value: false } as const;
const suspend = { purpose: 'suspension', value: true } as const;
const lift = { purpose: 'suspension', value: false } as const;

t.test('revocation is final and idempotent', async (t) => {
  t.same(decideChange(state(), revoke), { change: true, changedAt: NOW });
  t.same(decideChange(state(undefined, true), revoke), { change: true, changedAt: NOW });
  t.same(decideChange(state(true), revoke), { change: false, changedAt: CHANGED });
  t.same(decideChange(state(), unrevoke), { change: false, changedAt: LEASED });
  t.throws(() => decideChange(state(true), unrevoke), { code: 'STATUS_CHANGE_REFUSED' });
});

t.test('suspension comes and goes until the revocation', async (t) => {
  t.same(decideChange(state(), suspend), { change: true, changedAt: NOW });
  t.same(decideChange(state(undefined, false), suspend), { change: true, changedAt: NOW });
  t.same(decideChange(state(undefined, true), lift), { change: true, changedAt: NOW });
  t.same(decideChange(state(undefined, true), suspend), { change: false, changedAt: CHANGED });
  t.same(decideChange(state(undefined, false), lift), { change: false, changedAt: CHANGED });
  t.throws(() => decideChange(state(true), suspend), { code: 'STATUS_CHANGE_REFUSED' });
  t.throws(() => decideChange(state(true, false), suspend), { code: 'STATUS_CHANGE_REFUSED' });
  t.same(decideChange(state(true, true), lift), { change: true, changedAt: NOW });
});

t.test('an index that was never leased has no status', async (t) => {
  for (const request of [revoke, unrevoke, suspend, lift]) {
    const unleased = { ...state(), leasedAt: undefined };
    t.throws(() => decideChange(unleased, request), { code: 'NOT_FOUND' });
  }
});

t.test('the times of an index rise when the clock falls', async (t) => {
  const fallen = CHANGED - 500;
  t.same(decideAt(state(undefined, true), lift, fallen), { change: true, changedAt: CHANGED + 1 });
  t.same(decideAt(state(undefined, true), revoke, fallen), {
    change: true,
    changedAt: CHANGED + 1,
  });
  t.same(decideAt(state(), revoke, fallen), { change: true, changedAt: fallen });
});
