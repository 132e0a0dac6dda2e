import { assert, integer, option, property, record } from 'fast-check';
import t from 'tap';
import { covers, overlap, parsePeriod } from '../../src/domain/period.ts';

const NOW = Date.parse('2026-11-22T16:00:00.700Z');

t.test('a period starts at the running second when no start is given', async (t) => {
  t.same(parsePeriod({}, NOW), { validFrom: NOW - 700, validUntil: null });
});

t.test('an offset and fractions of a second are read', async (t) => {
  const period = parsePeriod(
    { validFrom: '2026-11-22T18:00:00.5+02:00', validUntil: '2026-11-22T16:00:01Z' },
    NOW,
  );
  t.same(period, { validFrom: NOW - 200, validUntil: NOW + 300 });
});

t.test('an end at or before the start is refused', async (t) => {
  const validFrom = '2027-01-01T00:00:00Z';
  t.ok(parsePeriod({ validFrom, validUntil: '2027-01-01T00:00:01Z' }, NOW));
  for (const validUntil of [validFrom, '2026-12-31T23:59:59Z']) {
    t.throws(() => parsePeriod({ validFrom, validUntil }, NOW), {
      code: 'CLAIMS_INVALID',
      errors: [{ pointer: '/validUntil' }],
    });
  }
});

t.test(
  'a date that does not exist, or that PostgreSQL and JSON would write otherwise, is refused',
  async (t) => {
    t.ok(parsePeriod({ validFrom: '2028-02-29T00:00:00Z' }, NOW));
    for (const validFrom of [
      '2027-02-29T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-14:00',
    ]) {
      t.throws(() => parsePeriod({ validFrom }, NOW), { code: 'CLAIMS_INVALID' });
    }
  },
);

t.test('two periods overlap exactly when a moment lies in both', async (t) => {
  const moment = integer({ min: 0, max: 12 });
  const period = record({ validFrom: moment, validUntil: option(moment) });
  const moments = Array.from({ length: 14 }, (_, at) => at);
  assert(
    property(period, period, (a, b) => {
      const shared = moments.some((at) => covers(a, at) && covers(b, at));
      return overlap(a, b) === shared;
    }),
  );
  t.pass('for every pair that was tried');
});
