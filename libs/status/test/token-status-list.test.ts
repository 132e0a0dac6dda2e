import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { createTokenStatusClaim } from '#status/status-list-entry';
import {
  decodeTokenStatusList,
  encodeTokenStatusList,
  setTokenStatus,
  tokenStatusPayload,
} from '#status/token-status-list';

const BYTES = 32_768;
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sample = new Uint8Array(BYTES);
for (const index of [0, 7, 8, 4_711, 131_071]) setTokenStatus(sample, index, 2);
const good = encodeTokenStatusList(sample);
const stream = Buffer.from(good, 'base64url');

t.test('equal lists give equal text, under the header of the best compression', async (t) => {
  t.equal(encodeTokenStatusList(sample), good);
  t.equal(stream.subarray(0, 2).toString('hex'), '78da');
});

t.test('what is not exactly one canonical ZLIB stream within its limit is refused', async (t) => {
  t.equal(decodeTokenStatusList(good).length, BYTES, 'the unbroken list is read');
  const wrongChecksum = Buffer.from(stream);
  wrongChecksum.writeUInt32BE(
    (wrongChecksum.readUInt32BE(stream.length - 4) ^ 1) >>> 0,
    stream.length - 4,
  );
  const dictionary = Buffer.from('staff passport');
  const broken: Record<string, unknown> = {
    empty: '',
    'with the multibase prefix of W3C': `u${good}`,
    'with padding': `${base64url(Buffer.concat([stream]))}=`,
    'in plain base64': `+/${good.slice(2)}`,
    'with a line feed at the end': `${good}\n`,
    'with bits that no byte has': nonCanonical(),
    'gzip instead of ZLIB': base64url(gzipSync(sample)),
    'raw deflate instead of ZLIB': base64url(deflateRawSync(sample)),
    'raw bytes': base64url(sample),
    truncated: base64url(stream.subarray(0, -6)),
    'truncated in its checksum': base64url(stream.subarray(0, -1)),
    'with trailing bytes': base64url(Buffer.concat([stream, Buffer.from([0])])),
    'of two streams': base64url(Buffer.concat([stream, stream])),
    'with a wrong checksum': base64url(wrongChecksum),
    'with a dictionary of its own': base64url(deflateSync(sample, { dictionary })),
    'longer than any honest list': 'A'.repeat(20_000_000),
    'a number': 7,
    missing: undefined,
  };
  for (const [how, lst] of Object.entries(broken)) {
    t.throws(() => decodeTokenStatusList(lst), { code: 'STATUS_VERIFICATION_ERROR' }, how);
  }
  const stopped = { code: 'STATUS_VERIFICATION_ERROR', cause: { code: 'ERR_BUFFER_TOO_LARGE' } };
  t.throws(() => decodeTokenStatusList(bomb()), stopped, 'a bomb stops at its limit');
  t.throws(() => decodeTokenStatusList(good, { maxBytes: BYTES - 1 }), stopped, 'a byte too many');
  t.equal(decodeTokenStatusList(good, { maxBytes: BYTES }).length, BYTES);
});

/** Deflated zeros, flushed and so repeatable: 10 MB that would become 10 GB. */
function bomb(): string {
  const finishFlush = constants.Z_FULL_FLUSH;
  const zeros = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { finishFlush });
  return base64url(
    Buffer.concat([Buffer.from('78da', 'hex'), ...Array.from({ length: 160 }, () => zeros)]),
  );
}

/** The same bytes, but with a bit set in the last character that decodes to nothing. */
function nonCanonical(): string {
  const bytes = new Uint8Array(BYTES);
  let text = encodeTokenStatusList(bytes);
  for (let index = 0; text.length % 4 === 0; index++) {
    setTokenStatus(bytes, index * 977, 1);
    text = encodeTokenStatusList(bytes);
  }
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(text.at(-1) ?? '');
  return text.slice(0, -1) + (alphabet[last + 1] ?? '');
}

t.test('a payload has whole seconds, and its version to the millisecond', async (t) => {
  const listUrl = 'https://passport.northmoor.example/status-lists/t';
  const version = Date.parse('2026-11-22T16:00:00.123Z');
  const options = { listUrl, lst: good, ttlMs: 15_000, validForMs: 3_600_000 };
  t.same(tokenStatusPayload({ ...options, version }), {
    sub: listUrl,
    iat: Math.floor(version / 1_000),
    exp: Math.floor(version / 1_000) + 3_600,
    ttl: 15,
    version,
    status_list: { bits: 2, lst: good },
  });
  t.equal(tokenStatusPayload({ ...options, version, ttlMs: 10 })['ttl'], 1, 'positive');
  t.not(
    tokenStatusPayload({ ...options, version: version + 1 })['version'],
    tokenStatusPayload({ ...options, version })['version'],
    'two versions of one second differ',
  );
});

t.test('the claim of a credential names its index and its list', async (t) => {
  const tokenList = 'https://passport.northmoor.example/status-lists/t';
  t.same(createTokenStatusClaim({ tokenList, index: 94_567 }), {
    status: { status_list: { idx: 94_567, uri: tokenList } },
  });
});
