import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import t from 'tap';
import {
  decodeBitstring,
  encodeBitstring,
  MINIMUM_ENTRIES,
  parseStatusListIndex,
  readBit,
  readEntry,
  setBit,
  setEntry,
} from '#status/bitstring';
import {
  decodeTokenStatusList,
  encodeTokenStatusList,
  readTokenStatus,
  setTokenStatus,
} from '#status/token-status-list';

const BYTES = MINIMUM_ENTRIES / 8;
const multibase = (bytes: Uint8Array) => `u${Buffer.from(bytes).toString('base64url')}`;
const compressed = (encodedList: string) => Buffer.from(encodedList.slice(1), 'base64url');

function sample(): Uint8Array {
  const bits = new Uint8Array(BYTES);
  for (const index of [0, 7, 8, 4_711, MINIMUM_ENTRIES - 1]) setBit(bits, index);
  return bits;
}

t.test('a list comes back as it was encoded, whatever is set in it', async (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(MINIMUM_ENTRIES - 1), { maxLength: 200 }),
      fc.nat(MINIMUM_ENTRIES - 1),
      (set, other) => {
        const bits = new Uint8Array(BYTES);
        for (const index of set) setBit(bits, index);
        const decoded = decodeBitstring(encodeBitstring(bits));
        return (
          set.every((index) => readBit(decoded, index)) &&
          readBit(decoded, other) === set.includes(other) &&
          Buffer.compare(decoded, bits) === 0
        );
      },
    ),
  );
  t.pass('holds');
});

t.test('a list of random bytes comes back too', async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), (bits) => {
      const decoded = decodeBitstring(encodeBitstring(bits), { minEntries: 8 });
      return Buffer.compare(decoded, bits) === 0;
    }),
  );
  t.pass('holds');
});

t.test('equal bits give equal text, without time or operating system', async (t) => {
  const header = compressed(encodeBitstring(sample())).subarray(0, 10);
  t.equal(header.toString('hex'), '1f8b08000000000000ff');
  t.equal(encodeBitstring(sample()), encodeBitstring(sample()));
});

t.test('the list of the specification can be read', async (t) => {
  // Bitstring Status List 1.0, example 4 (all zero, 131,072 entries)
  const published = 'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA';
  const bits = decodeBitstring(published);
  t.equal(bits.length, BYTES);
  t.ok(bits.every((byte) => byte === 0));
});

const good = encodeBitstring(sample());
const member = compressed(good);
const withFlags = (flags: number, extra: Uint8Array) => {
  const header = Buffer.from(member.subarray(0, 10));
  header[3] = flags;
  return multibase(Buffer.concat([header, extra, member.subarray(10)]));
};

t.test('a header with optional parts is read', async (t) => {
  const parts = [
    [0b100, Buffer.from([2, 0, 9, 9])],
    [0b1000, Buffer.from('name\0')],
    [0b10000, Buffer.from('comment\0')],
    [0b10, Buffer.from([1, 2])],
    [0b11000, Buffer.from('name\0comment\0')],
  ] as const;
  for (const [flags, extra] of parts) {
    t.equal(decodeBitstring(withFlags(flags, extra)).length, BYTES, `flags ${flags}`);
  }
});

t.test(
  'V18: what is not exactly one canonical gzip member within its limit is refused',
  async (t) => {
    t.equal(decodeBitstring(good).length, BYTES, 'the unbroken list is read');
    const flipped = Buffer.from(member);
    flipped.writeUInt32LE(flipped.readUInt32LE(flipped.length - 8) ^ 1, flipped.length - 8);
    const shorter = Buffer.from(member);
    shorter.writeUInt32LE(1, shorter.length - 4);
    const broken: Record<string, unknown> = {
      'without the multibase prefix': good.slice(1),
      'with another multibase prefix': `z${good.slice(1)}`,
      empty: '',
      'only a prefix': 'u',
      'with padding': `${multibase(member.subarray(0, 19))}=`,
      'in plain base64': `u+/${good.slice(3)}`,
      'with a line feed at the end': `${good}\n`,
      'with bits that no byte has': nonCanonical(),
      'of an impossible length': `${multibase(member.subarray(0, 18))}A`,
      'zlib instead of gzip': multibase(deflateSync(sample())),
      'raw bytes': multibase(sample()),
      truncated: multibase(member.subarray(0, -9)),
      'truncated in its trailer': multibase(member.subarray(0, -1)),
      'with trailing bytes': multibase(Buffer.concat([member, Buffer.from([0])])),
      'of two members': multibase(Buffer.concat([member, member])),
      'with a wrong checksum': multibase(flipped),
      'with a wrong length': multibase(shorter),
      'with reserved flags': withFlags(0b100000, Buffer.alloc(0)),
      'with a name that does not end': multibase(
        Buffer.concat([Buffer.from('1f8b08080000000000ff', 'hex'), Buffer.alloc(20, 65)]),
      ),
      'a number': 7,
      missing: undefined,
    };
    for (const [how, encodedList] of Object.entries(broken)) {
      t.throws(() => decodeBitstring(encodedList), { code: 'STATUS_VERIFICATION_ERROR' }, how);
    }
    const stopped = { code: 'STATUS_VERIFICATION_ERROR', cause: { code: 'ERR_BUFFER_TOO_LARGE' } };
    t.throws(() => decodeBitstring(bombOfTenGigabytes()), stopped, 'a bomb stops at its limit');
    t.throws(() => decodeBitstring(good, { maxBytes: BYTES - 1 }), stopped, 'of a byte too many');
    t.equal(decodeBitstring(good, { maxBytes: BYTES }).length, BYTES, 'of just as many as allowed');
  },
);

/** Deflated zeros, flushed and so repeatable: 10 MB that would become 10 GB. */
function bombOfTenGigabytes(): string {
  const finishFlush = constants.Z_FULL_FLUSH;
  const zeros = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush });
  const header = Buffer.from('1f8b08000000000000ff', 'hex');
  return multibase(Buffer.concat([header, ...Array.from({ length: 160 }, () => zeros)]));
}

/** The same bytes, but with a bit set in the last character that decodes to nothing. */
function nonCanonical(): string {
  const bits = new Uint8Array(BYTES);
  let text = encodeBitstring(bits);
  for (let index = 0; text.length % 4 === 1; index++) {
    setBit(bits, index * 977);
    text = encodeBitstring(bits);
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(text.at(-1) ?? '');
  return text.slice(0, -1) + (alphabet[last + 1] ?? '');
}

t.test('a text longer than any honest list is refused before it is decoded', async (t) => {
  t.throws(() => decodeBitstring(`u${'A'.repeat(40_000)}`, { maxBytes: BYTES }), {
    code: 'STATUS_VERIFICATION_ERROR',
    message: /longer than allowed/,
  });
});

t.test(
  'V19: a list that is too short, or an index that it lacks, never means "not revoked"',
  async (t) => {
    const tooShort = { code: 'STATUS_LIST_LENGTH_ERROR' };
    const oneBit = decodeBitstring(encodeBitstring(new Uint8Array(BYTES)));
    t.throws(() => decodeBitstring(encodeBitstring(new Uint8Array(BYTES - 1))), tooShort);
    const twoBits = decodeBitstring(encodeBitstring(new Uint8Array(2 * BYTES)), { statusSize: 2 });
    const halfAList = encodeBitstring(new Uint8Array(BYTES));
    t.throws(() => decodeBitstring(halfAList, { statusSize: 2 }), tooShort, 'entries, not bits');
    const token = decodeTokenStatusList(encodeTokenStatusList(new Uint8Array(2 * BYTES)));
    t.throws(
      () => decodeTokenStatusList(encodeTokenStatusList(new Uint8Array(2 * BYTES - 1))),
      tooShort,
    );

    const outside = { code: 'RANGE_ERROR' };
    t.equal(readBit(oneBit, MINIMUM_ENTRIES - 1), false);
    t.equal(readEntry(twoBits, MINIMUM_ENTRIES - 1, 2), 0);
    t.equal(readTokenStatus(token, MINIMUM_ENTRIES - 1), 0);
    for (const index of [MINIMUM_ENTRIES, -1, 1.5, 2 ** 32, 2 ** 53, Number.NaN]) {
      t.throws(() => readBit(oneBit, index), outside, `read ${index}`);
      t.throws(() => setBit(oneBit, index), outside, `set ${index}`);
      t.throws(() => readEntry(twoBits, index, 2), outside, `read ${index} of two bits`);
      t.throws(() => setEntry(twoBits, index, 0, 2), outside, `set ${index} of two bits`);
      t.throws(() => readTokenStatus(token, index), outside, `read ${index} of a token list`);
      t.throws(() => setTokenStatus(token, index, 0), outside, `set ${index} of a token list`);
    }

    for (const spelling of ['0', '94567', 94_567, String(2 ** 53 - 1)]) {
      t.equal(parseStatusListIndex(spelling), Number(spelling));
    }
    const texts = [
      '-1',
      '1.5',
      '007',
      '00',
      '1e3',
      '0x1',
      ' 1',
      '1\n',
      '',
      '9007199254740992',
      '٣',
    ];
    const others = [-1, 1.5, 2 ** 53, Number.NaN, Infinity, null, undefined, true, ['1'], {}];
    for (const value of [...texts, ...others]) {
      t.throws(() => parseStatusListIndex(value), outside, JSON.stringify(value) ?? 'undefined');
    }
  },
);

t.test('an entry takes only values that it has bits for', async (t) => {
  const bits = new Uint8Array(BYTES);
  setEntry(bits, 0, 3, 2);
  for (const value of [4, -1, 1.5, Number.NaN]) {
    t.throws(() => setEntry(bits, 0, value, 2), { code: 'RANGE_ERROR' }, `${value}`);
    t.throws(() => setTokenStatus(bits, 0, value), { code: 'RANGE_ERROR' }, `${value}`);
  }
  t.throws(() => setEntry(bits, 0, 2, 1), { code: 'RANGE_ERROR' });
  t.equal(readEntry(bits, 0, 2), 3, 'a refused value changes nothing');
});
