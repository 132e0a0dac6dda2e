import t from 'tap';
import { decodeBase64url, readCompactJws, signingInputOf } from '../compact-jws.ts';
import type { JsonObject } from '../data-model.ts';

const OPTIONS = { algorithms: ['EdDSA'], types: ['JWT', undefined], maxLength: 1_000 };
const HEADER = { alg: 'EdDSA', typ: 'JWT' };

function encode(part: JsonObject | string): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
}

function read(header: JsonObject | string, claims: JsonObject | string = { iat: 1 }) {
  return readCompactJws(`${encode(header)}.${encode(claims)}.AAAA`, OPTIONS);
}

t.test('a compact JWS is read into its parts', async (t) => {
  const { header, claims, signingInput, signature } = read(HEADER);
  t.same(header, HEADER);
  t.same(claims, { iat: 1 });
  t.equal(signingInput.toString(), signingInputOf(HEADER, { iat: 1 }));
  t.same(signature, Buffer.from([0, 0, 0]));
  t.same(read({ alg: 'EdDSA' }).header, { alg: 'EdDSA' }, 'typ may be absent where it is allowed');
});

t.test('what is not exactly three parts of canonical base64url is refused', async (t) => {
  const good = `${signingInputOf(HEADER, {})}.AAAA`;
  t.ok(readCompactJws(good, OPTIONS));
  const [header, claims] = good.split('.');
  for (const text of [
    undefined,
    5,
    '',
    '..',
    `${header}.${claims}`,
    `${header}.${claims}.`,
    `${good}.AAAA`,
    `${good}=`,
    `${good}\n`,
    ` ${good}`,
    `${header}.${claims}.AAB`,
    `${header}.${claims}.A`,
    `${header}..AAAA`,
    `${good}${'A'.repeat(1_000)}`,
  ]) {
    t.throws(() => readCompactJws(text, OPTIONS), { code: 'PARSING_ERROR' }, String(text));
  }
});

t.test('what is not strict JSON of objects is refused', async (t) => {
  t.ok(read(HEADER, '{"a":1}'));
  for (const claims of ['{"a":1,"a":2}', '[]', '1', 'null', '', '{"a":1}x']) {
    t.throws(() => read(HEADER, claims), { code: 'PARSING_ERROR' }, claims);
  }
  t.throws(() => read('{"alg":"none","alg":"EdDSA","typ":"JWT"}'), { code: 'PARSING_ERROR' });
});

t.test(
  'an algorithm or a type that is not expected is refused, and so are extensions',
  async (t) => {
    t.ok(read({ ...HEADER, kid: 'k', jwk: {} }));
    for (const changes of [
      { alg: 'none' },
      { alg: 'Ed25519' },
      { alg: null },
      { typ: 'jwt' },
      { typ: null },
      { crit: [] },
      { b64: false },
    ]) {
      const code = 'MALFORMED_VALUE_ERROR';
      t.throws(() => read({ ...HEADER, ...changes }), { code }, JSON.stringify(changes));
    }
  },
);

t.test('bytes have one spelling in base64url', async (t) => {
  t.same(decodeBase64url('AA'), Buffer.from([0]));
  for (const text of ['AB', 'A', 'AA==', 'A+A', 'A/A', 'AA AA', '']) {
    t.throws(() => decodeBase64url(text), { code: 'PARSING_ERROR' }, text);
  }
});
