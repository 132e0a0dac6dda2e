import t from 'tap';
import { statusThen } from '../../src/domain/checks/status-then.ts';
import type { EntryResult } from '../../src/domain/checks/status.ts';
import { PASS, unknown } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import type { Recalled } from '../../src/domain/watching/ports.ts';
import { DAY, NOON } from '../trust.ts';
import { ASKER, checkOf, createWorld, issue, revoke } from '../world.ts';

const entry = (purpose: string, value?: 0 | 1): EntryResult => ({
  entry: {},
  found: PASS,
  index: 7,
  ...(value !== undefined && { value }),
  list: { kind: 'bitstring', purpose } as NonNullable<EntryResult['list']>,
});
const CLEAR = { found: PASS, entries: [entry('revocation', 0), entry('suspension', 0)] };

/** Outcome and code on a day, of a credential that is clear now. */
function clearOn(day: number, recalled: Partial<Recalled>): string {
  const { outcome, code } = statusThen(CLEAR, { relied: [], changes: [], ...recalled }, day);
  return `${outcome} ${code ?? ''}`;
}

t.test('A suspension that ended is over for as long as it was watched, not longer', async (t) => {
  const changes = [
    { purpose: 'suspension', value: true, version: 10 },
    { purpose: 'suspension', value: false, version: 20 },
  ] as const;
  const relied = [{ purpose: 'suspension', version: 5, watchedUntil: 30 }] as const;
  const recalled = { relied: [...relied], changes: [...changes] };
  t.equal(clearOn(15, recalled), 'fail CREDENTIAL_SUSPENDED');
  t.equal(clearOn(25, recalled), 'pass ');
  t.equal(clearOn(30, recalled), 'unknown STATUS_AT_TIME_UNKNOWN', 'nobody looked any more');
  const anew = { relied: [{ ...relied[0], version: 40, watchedUntil: 90 }], changes: [...changes] };
  t.equal(clearOn(35, anew), 'unknown STATUS_AT_TIME_UNKNOWN', 'nobody looked again yet');
  t.equal(clearOn(50, anew), 'pass ');
});

t.test('What is revoked now is not said to have been then, though half is known', async (t) => {
  const world = createWorld();
  revoke(world, 3);
  const { fetch } = world.lists;
  world.lists.fetch = async (url) => (url === world.trust.urls.suspension ? {} : fetch(url));
  const change = { validUntil: undefined };
  const [clear, revoked] = [
    await issue(world, { created: NOON - 10 * DAY, change }),
    await issue(world, { created: NOON - 10 * DAY, change, index: 3 }),
  ];
  const past = { at: NOON - 5 * DAY, odsCode: ASKER.odsCode };
  const unread = { outcome: 'unknown', code: 'STATUS_VERIFICATION_ERROR' };
  t.same(checkOf(await verifyCredential(clear, world.ports, { past }), 'status'), unread);
  const now = await verifyCredential(revoked, world.ports);
  t.same(checkOf(now, 'status'), { outcome: 'fail', code: 'CREDENTIAL_REVOKED' });
  const then = checkOf(await verifyCredential(revoked, world.ports, { past }), 'status');
  t.same(then, { outcome: 'unknown', code: 'STATUS_AT_TIME_UNKNOWN' });
});

t.test('What was told of a revocation holds though a list cannot be read now', async (t) => {
  const found = unknown('STATUS_RETRIEVAL_ERROR', '/credentialStatus/0');
  const entries = [entry('revocation'), entry('suspension', 0)];
  const told = { purpose: 'revocation', value: true, version: 10 } as const;
  const at = (day: number, changes: Recalled['changes']) =>
    statusThen({ found, entries }, { relied: [], changes }, day).code;
  t.equal(at(15, []), 'STATUS_RETRIEVAL_ERROR');
  t.equal(at(15, [told]), 'CREDENTIAL_REVOKED');
  t.equal(at(5, [told]), 'STATUS_RETRIEVAL_ERROR');
});
