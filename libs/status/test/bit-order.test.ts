import * as fc from 'fast-check';
import t from 'tap';
import {
  decodeBitstring,
  encodeBitstring,
  MINIMUM_ENTRIES,
  readBit,
  readEntry,
  setBit,
  setEntry,
} from '#status/bitstring';
import { standingOf, statusValue } from '#status/status-value';
import {
  decodeTokenStatusList,
  encodeTokenStatusList,
  readTokenStatus,
  setTokenStatus,
} from '#status/token-status-list';

const LAST = MINIMUM_ENTRIES - 1;

// draft-ietf-oauth-status-list-21 §4.1 and §4.2, bits 2
const DRAFT_STATUSES = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3];
const DRAFT_BYTES = Uint8Array.of(0xc9, 0x44, 0xf9);
const DRAFT_LST = 'eNo76fITAAPfAgc';
// ibid. appendix C.2: 2^20 entries of two bits
const DRAFT_LONG_LST = [
  'eNrt2zENACEQAEEuoaBABP5VIO01fCjIHTMStt9ovGV',
  'IAAAAAABAbiEBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEB5WwIAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID0ugQAAAAAAAAAAAAAAAAAQG12SgAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAOCSIQEAAAAAAAAAAAAAAAAAAAAAAAD8ExIAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAwJEuAQAAAAAAAAAAAAAAAAAAAAAAAMB9S',
  'wIAAAAAAAAAAAAAAAAAAACoYUoAAAAAAAAAAAAAAEBqH81gAQw',
].join('');
const DRAFT_LONG_STATUSES = [
  [0, 1],
  [1_993, 2],
  [25_460, 1],
  [159_495, 3],
  [495_669, 1],
  [554_353, 1],
  [645_645, 2],
  [723_232, 1],
  [854_545, 1],
  [934_534, 2],
  [1_000_345, 3],
] as const;

/** Which byte, and what it then is, when only this entry has this value. */
type Vector = readonly [index: number, value: number, byte: number, becomes: number];

const FORMATS: Record<
  string,
  {
    bytes: number;
    set: (bytes: Uint8Array, index: number, value: number) => void;
    read: (bytes: Uint8Array, index: number) => number;
    again: (bytes: Uint8Array) => Uint8Array;
    vectors: readonly Vector[];
  }
> = {
  'a W3C list of one bit': {
    bytes: 16_384,
    set: (bytes, index, value) => setBit(bytes, index, value === 1),
    read: (bytes, index) => Number(readBit(bytes, index)),
    again: (bytes) => decodeBitstring(encodeBitstring(bytes)),
    vectors: [
      [0, 1, 0, 0b1000_0000],
      [7, 1, 0, 0b0000_0001],
      [8, 1, 1, 0b1000_0000],
      [LAST, 1, 16_383, 0b0000_0001],
    ],
  },
  'a W3C list of two bits': {
    bytes: 32_768,
    set: (bytes, index, value) => setEntry(bytes, index, value, 2),
    read: (bytes, index) => readEntry(bytes, index, 2),
    again: (bytes) => decodeBitstring(encodeBitstring(bytes), { statusSize: 2 }),
    vectors: [
      [0, 1, 0, 0b0100_0000],
      [0, 2, 0, 0b1000_0000],
      [7, 1, 1, 0b0000_0001],
      [7, 2, 1, 0b0000_0010],
      [8, 1, 2, 0b0100_0000],
      [8, 2, 2, 0b1000_0000],
      [LAST, 1, 32_767, 0b0000_0001],
      [LAST, 2, 32_767, 0b0000_0010],
    ],
  },
  'an IETF list of two bits': {
    bytes: 32_768,
    set: setTokenStatus,
    read: readTokenStatus,
    again: (bytes) => decodeTokenStatusList(encodeTokenStatusList(bytes)),
    vectors: [
      [0, 1, 0, 0b0000_0001],
      [0, 2, 0, 0b0000_0010],
      [7, 1, 1, 0b0100_0000],
      [7, 2, 1, 0b1000_0000],
      [8, 1, 2, 0b0000_0001],
      [8, 2, 2, 0b0000_0010],
      [LAST, 1, 32_767, 0b0100_0000],
      [LAST, 2, 32_767, 0b1000_0000],
    ],
  },
};

t.test(
  'V20: index 0, 7, 8 and the last stand at the right bits of each kind of list',
  async (t) => {
    for (const [format, { bytes, set, read, again, vectors }] of Object.entries(FORMATS)) {
      for (const [index, value, byte, becomes] of vectors) {
        const what = `${format}: index ${index} is ${value}`;
        const list = new Uint8Array(bytes);
        set(list, index, value);
        t.equal(list[byte], becomes, what);
        const read1 = again(list);
        t.equal(read(read1, index), value, `${what}, read back`);
        const others = [0, 1, 6, 7, 8, 9, LAST - 1, LAST].filter((other) => other !== index);
        t.ok(
          others.every((other) => read(read1, other) === 0),
          `${what} and no other is`,
        );
        set(list, index, 0);
        t.ok(
          list.every((other) => other === 0),
          `${what} no more`,
        );
      }
    }

    t.equal(encodeTokenStatusList(DRAFT_BYTES), DRAFT_LST, 'the list of the draft is encoded');
    const draft = decodeTokenStatusList(DRAFT_LST, { minEntries: 12 });
    t.same([...draft], [...DRAFT_BYTES]);
    t.same(
      DRAFT_STATUSES.map((_, index) => readTokenStatus(draft, index)),
      DRAFT_STATUSES,
    );
    const long = decodeTokenStatusList(DRAFT_LONG_LST);
    t.equal(long.length, 2 ** 18);
    const ours = new Uint8Array(2 ** 18);
    for (const [index, value] of DRAFT_LONG_STATUSES) {
      t.equal(readTokenStatus(long, index), value, `the draft's index ${index}`);
      setTokenStatus(ours, index, value);
    }
    t.equal(Buffer.compare(long, ours), 0, 'and nothing else is set in it');
  },
);

t.test('lists of two bits say the same, entry for entry, in both bit orders', async (t) => {
  const entries = fc.uniqueArray(fc.tuple(fc.nat(LAST), fc.integer({ min: 0, max: 3 })), {
    maxLength: 100,
    selector: ([index]) => index,
  });
  fc.assert(
    fc.property(entries, (set) => {
      const bits = new Uint8Array(32_768);
      const token = new Uint8Array(32_768);
      for (const [index, value] of set) {
        setEntry(bits, index, value, 2);
        setTokenStatus(token, index, value);
      }
      const w3c = decodeBitstring(encodeBitstring(bits), { statusSize: 2 });
      const ietf = decodeTokenStatusList(encodeTokenStatusList(token));
      return set.every(
        ([index, value]) =>
          readEntry(w3c, index, 2) === value && readTokenStatus(ietf, index) === value,
      );
    }),
  );
  t.pass('holds');
});

t.test('revoked wins over suspended, and the fourth value is not valid', async (t) => {
  t.equal(statusValue({ revoked: false, suspended: false }), 0);
  t.equal(statusValue({ revoked: true, suspended: false }), 1);
  t.equal(statusValue({ revoked: false, suspended: true }), 2);
  t.equal(statusValue({ revoked: true, suspended: true }), 1);
  t.same(standingOf(0), { revoked: false, suspended: false });
  t.same(standingOf(1), { revoked: true, suspended: false });
  t.same(standingOf(2), { revoked: false, suspended: true });
  t.same(standingOf(3), { revoked: true, suspended: false });
  for (const value of [-1, 4, 0.5]) {
    t.throws(() => standingOf(value), { code: 'RANGE_ERROR' }, `${value}`);
  }
});
