import t from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { parseSdJwt } from '../sd-jwt.ts';
import {
  bind,
  digestOf,
  disclosureOf,
  judgeSdJwt,
  newSalt,
  rawSdJwt,
  sdClaims,
  sdHeader,
  signedSdJwt,
  signRaw,
} from './jwt-helper.ts';

const REFUSED = ['MALFORMED_VALUE_ERROR'];
const UNREADABLE = ['PARSING_ERROR'];

const claim = (name: string, value: JsonValue) => disclosureOf(newSalt(), name, value);

const write = (json: string) => Buffer.from(json).toString('base64url');

/** An SD-JWT with these disclosures, each referred to once at the top. */
function disclosing(disclosures: string[], changes: JsonObject = {}): Promise<string> {
  const claims = sdClaims({ _sd: disclosures.map(digestOf), _sd_alg: 'sha-256', ...changes });
  return rawSdJwt(claims, disclosures);
}

/** A claim within a claim, so many disclosures deep. */
function nestedTo(depth: number): Promise<string> {
  const chain = [claim('level', '2')];
  while (chain.length < depth) {
    chain.push(claim('level', { _sd: [digestOf(chain.at(-1) as string)] }));
  }
  return rawSdJwt(sdClaims({ _sd: [digestOf(chain.at(-1) as string)] }), chain);
}

/** An array whose second element is disclosed. */
function withElement(disclosure: string): Promise<string> {
  return rawSdJwt(sdClaims({ units: ['A&E', { '...': digestOf(disclosure) }] }), [disclosure]);
}

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => disclosureOf('s', `c${index}`, index));

async function underHeader(changes: JsonObject): Promise<string> {
  return `${await signRaw({ ...sdHeader(), ...changes }, sdClaims())}~`;
}

t.test('V13: an SD-JWT that is put together wrongly is refused', async (t) => {
  t.test('a digest that stands twice', async (t) => {
    const level = claim('level', '2');
    const digest = digestOf(level);
    t.same(await judgeSdJwt(await disclosing([level])), []);
    t.same(await judgeSdJwt(await disclosing([level], { _sd: [digest, digest] })), REFUSED);
    const elsewhere = { nested: { _sd: [digest] } };
    t.same(await judgeSdJwt(await disclosing([level], elsewhere)), REFUSED);
    const decoys = { nested: { _sd: [digestOf('x')] }, more: { _sd: [digestOf('x')] } };
    t.same(await judgeSdJwt(await disclosing([level], decoys)), REFUSED, 'without disclosure');
  });

  t.test('a disclosure that stands twice', async (t) => {
    const level = claim('level', '2');
    const text = await disclosing([level]);
    t.same(await judgeSdJwt(text), []);
    t.same(await judgeSdJwt(`${text}${level}~`), REFUSED);
  });

  t.test('a disclosure that nothing refers to', async (t) => {
    const text = await signedSdJwt();
    t.same(await judgeSdJwt(text), []);
    t.same(await judgeSdJwt(`${text}${claim('grade', '8')}~`), REFUSED);
    t.same(await judgeSdJwt(`${text}${disclosureOf(newSalt(), 'ICU')}~`), REFUSED);
    const outer = claim('outer', { _sd: [digestOf(claim('grade', '8'))] });
    const inner = claim('inner', 1);
    const hidden = claim('outer', { _sd: [digestOf(inner)] });
    t.same(await judgeSdJwt(await disclosing([outer])), []);
    const onlyInner = await rawSdJwt(sdClaims({ _sd: [digestOf(hidden)] }), [inner]);
    t.same(await judgeSdJwt(onlyInner), REFUSED, 'what refers to it is withheld');
  });

  t.test('a disclosure that replaces a claim', async (t) => {
    const level = claim('level', '2');
    t.same(await judgeSdJwt(await disclosing([level])), []);
    t.same(await judgeSdJwt(await disclosing([level], { level: '1' })), REFUSED);
    t.same(await judgeSdJwt(await disclosing([level, claim('level', '3')])), REFUSED);
    const nested = claim('c', 2);
    const within = (object: JsonObject) =>
      rawSdJwt(sdClaims({ nested: { ...object, _sd: [digestOf(nested)] } }), [nested]);
    t.same(await judgeSdJwt(await within({ d: 1 })), []);
    t.same(await judgeSdJwt(await within({ c: 1 })), REFUSED);
  });

  for (const name of ['iss', 'sub', 'iat', 'nbf', 'exp', 'jti', 'aud', 'cnf', 'vct', 'status']) {
    t.test(`a disclosure that is called ${name}, over a claim or in its place`, async (t) => {
      const value = sdClaims({ exp: 4_000_000_000, aud: 'x', status: {} })[name] as JsonValue;
      const open = sdClaims({ [name]: value });
      t.same(await judgeSdJwt(await rawSdJwt(open)), []);
      const disclosure = claim(name, value);
      const over = { ...open, _sd: [digestOf(disclosure)] };
      t.same(await judgeSdJwt(await rawSdJwt(over, [disclosure])), REFUSED);
      const { [name]: _, ...without }: JsonObject = over;
      t.same(await judgeSdJwt(await rawSdJwt(without, [disclosure])), REFUSED);
      const nested = sdClaims({ nested: { _sd: [digestOf(disclosure)] } });
      t.same(await judgeSdJwt(await rawSdJwt(nested, [disclosure])), [], 'deeper it is a word');
    });
  }

  t.test('what is hidden inside of a claim that must stand in the open', async (t) => {
    const hidden = claim('more', {});
    const element = disclosureOf(newSalt(), 'x');
    for (const name of ['cnf', 'status', 'aud']) {
      const open = (value: JsonValue) => sdClaims({ [name]: value });
      t.same(await judgeSdJwt(await rawSdJwt(open({ plain: 1 }))), []);
      const hiding: [JsonObject, string][] = [
        [{ plain: 1, _sd: [digestOf(hidden)] }, hidden],
        [{ plain: { _sd: [digestOf(hidden)] } }, hidden],
        [{ plain: ['x', { '...': digestOf(element) }] }, element],
      ];
      for (const [value, disclosure] of hiding) {
        const claims = open(value);
        t.same(await judgeSdJwt(await rawSdJwt(claims, [disclosure])), REFUSED, name);
        t.same(await judgeSdJwt(await rawSdJwt(claims)), REFUSED, `${name}, withheld`);
      }
    }
  });

  t.test('a hash that is not SHA-256', async (t) => {
    const level = claim('level', '2');
    t.same(await judgeSdJwt(await disclosing([level], { _sd_alg: 'sha-256' })), []);
    const { _sd_alg: _, ...unnamed } = sdClaims({ _sd: [digestOf(level)] });
    t.same(await judgeSdJwt(await rawSdJwt(unnamed, [level])), [], 'it is so by default');
    for (const algorithm of [
      'md5',
      'sha-1',
      'sha-512',
      'SHA-256',
      'rot13',
      '',
      null,
      ['sha-256'],
    ]) {
      const text = await disclosing([level], { _sd_alg: algorithm });
      t.same(await judgeSdJwt(text), REFUSED, String(algorithm));
    }
    t.same(await judgeSdJwt(await disclosing([level], { nested: { _sd_alg: 'md5' } })), REFUSED);
  });

  t.test('no KB-JWT where one is demanded', async (t) => {
    const text = await signedSdJwt();
    t.same(await judgeSdJwt(`${text}${await bind(text)}`, { bound: true }), []);
    t.same(await judgeSdJwt(text, { bound: true }), ['KEY_BINDING_MISSING']);
  });

  t.test('a KB-JWT over another selection of disclosures', async (t) => {
    const text = await signedSdJwt();
    const [jwt, first, second, third] = text.split('~');
    const shorter = `${jwt}~${first}~${second}~`;
    const wrong = ['PROOF_VERIFICATION_ERROR'];
    t.same(await judgeSdJwt(`${shorter}${await bind(shorter)}`, { bound: true }), []);
    t.same(await judgeSdJwt(`${shorter}${await bind(text)}`, { bound: true }), wrong, 'one less');
    t.same(await judgeSdJwt(`${text}${await bind(shorter)}`, { bound: true }), wrong, 'one more');
    const swapped = `${jwt}~${second}~${first}~${third}~`;
    t.same(await judgeSdJwt(`${swapped}${await bind(text)}`, { bound: true }), wrong, 'order');
    const unended = await bind(text.slice(0, -1));
    t.same(await judgeSdJwt(`${text}${unended}`, { bound: true }), wrong, 'without the last ~');
  });

  t.test('disclosures inside of disclosures without end', async (t) => {
    t.same(await judgeSdJwt(await nestedTo(32)), []);
    t.same(await judgeSdJwt(await nestedTo(33)), REFUSED);
    t.same(await judgeSdJwt(await nestedTo(200)), REFUSED);
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`;
    const disclosure = Buffer.from(`["salt","level",${deep}]`).toString('base64url');
    t.same(await judgeSdJwt(await disclosing([disclosure])), UNREADABLE);
  });

  for (const name of ['_sd', '...', '_sd_alg', 'constructor']) {
    t.test(`a claim that is called ${name}`, async (t) => {
      t.same(await judgeSdJwt(await disclosing([claim('plain', [])])), []);
      t.same(await judgeSdJwt(await disclosing([claim(name, [])])), REFUSED);
    });
  }

  t.test('an object that says ... and is no element of an array', async (t) => {
    const digest = digestOf('x');
    t.same(await judgeSdJwt(await rawSdJwt(sdClaims({ units: [{ '...': digest }] }))), []);
    for (const units of [{ '...': digest }, [{ '...': digest, more: 1 }], [{ '...': 5 }]]) {
      const text = await rawSdJwt(sdClaims({ units }));
      t.same(await judgeSdJwt(text), REFUSED, JSON.stringify(units));
    }
    t.same(await judgeSdJwt(await rawSdJwt(sdClaims({ '...': digest }))), REFUSED);
  });

  t.test('a disclosure of another shape', async (t) => {
    t.same(await judgeSdJwt(await disclosing([disclosureOf('salt', 'level', '2')])), []);
    const shapes: JsonValue[][] = [
      [],
      ['salt'],
      ['salt', 'level', '2', 'more'],
      [5, 'level', '2'],
      ['salt', 5, '2'],
      ['salt', null, '2'],
    ];
    for (const parts of shapes) {
      const text = await disclosing([disclosureOf(...parts)]);
      t.same(await judgeSdJwt(text), REFUSED, JSON.stringify(parts));
    }
    const object = Buffer.from('{"0":"salt","1":"level","2":"2"}').toString('base64url');
    t.same(await judgeSdJwt(await disclosing([object])), REFUSED);
  });

  t.test('a disclosure that is not strict JSON in canonical base64url', async (t) => {
    t.same(await judgeSdJwt(await disclosing([write('["s","level",{"a":1}]')])), []);
    t.same(await judgeSdJwt(await disclosing([write('["s","level",{"a":1,"a":2}]')])), UNREADABLE);
    t.same(await judgeSdJwt(await disclosing([write('["s","level",{"a":1}')])), UNREADABLE);
    t.same(await judgeSdJwt(await disclosing([''])), UNREADABLE);
    t.same(await judgeSdJwt(await disclosing(['!'])), UNREADABLE);
    const canonical = write('["s","level",10]');
    const unused = canonical.replace(
      /.$/,
      (last) => ({ A: 'B', Q: 'R', g: 'h', w: 'x' })[last] ?? last,
    );
    t.not(unused, canonical);
    t.same(await judgeSdJwt(await disclosing([canonical])), []);
    t.equal(Buffer.from(unused, 'base64url').compare(Buffer.from(canonical, 'base64url')), 0);
    t.same(await judgeSdJwt(await disclosing([unused])), UNREADABLE, 'other unused bits');
    t.same(await judgeSdJwt(await disclosing([`${canonical}=`])), UNREADABLE, 'padding');
  });

  t.test('an element of an array in a claim’s place, and the other way round', async (t) => {
    const element = disclosureOf(newSalt(), 'ICU');
    const good = await withElement(element);
    t.same(await judgeSdJwt(good), []);
    t.same(parseSdJwt(good).payload['units'], ['A&E', 'ICU']);
    const [jwt] = good.split('~');
    t.same(parseSdJwt(`${jwt}~`).payload['units'], ['A&E'], 'what is withheld leaves no gap');
    t.same(await judgeSdJwt(await disclosing([element])), REFUSED);
    t.same(await judgeSdJwt(await withElement(claim('unit', 'ICU'))), REFUSED);
  });

  t.test('digests that are none', async (t) => {
    t.same(await judgeSdJwt(await rawSdJwt(sdClaims({ _sd: [] }))), []);
    const digest = digestOf('x');
    for (const digests of [digest, null, {}, [5], [''], [`${digest}=`], [digest.slice(1)], [[]]]) {
      const text = await rawSdJwt(sdClaims({ _sd: digests }));
      t.same(await judgeSdJwt(text), REFUSED, JSON.stringify(digests));
    }
  });

  t.test('garbage behind the end, or no end', async (t) => {
    const text = await signedSdJwt();
    const bound = `${text}${await bind(text)}`;
    t.same(await judgeSdJwt(bound, { bound: true }), []);
    t.same(await judgeSdJwt(text.slice(0, -1)), UNREADABLE, 'the last ~ is missing');
    t.same(await judgeSdJwt(text.split('~')[0] as string), UNREADABLE, 'a bare JWT');
    t.same(await judgeSdJwt(`${text}~`), UNREADABLE, 'an empty disclosure');
    t.same(await judgeSdJwt(`${text}\n`), UNREADABLE);
    t.same(await judgeSdJwt(` ${text}`), UNREADABLE);
    t.same(await judgeSdJwt(`${bound}~`), UNREADABLE);
    const wrong = ['PROOF_VERIFICATION_ERROR'];
    t.same(await judgeSdJwt(`${bound}x`, { bound: true }), wrong);
    t.same(await judgeSdJwt(`${bound}\n`, { bound: true }), wrong);
    t.same(await judgeSdJwt(`${text}a.b.c`, { bound: true }), wrong);
  });

  t.test('more than 200 disclosures, or more than 64 kB', async (t) => {
    t.same(await judgeSdJwt(await disclosing(many(200))), []);
    t.same(await judgeSdJwt(await disclosing(many(201))), UNREADABLE);
    t.same(await judgeSdJwt(await disclosing([claim('text', 'x'.repeat(45_000))])), []);
    t.same(await judgeSdJwt(await disclosing([claim('text', 'x'.repeat(50_000))])), UNREADABLE);
  });

  t.test('a header that asks for anything but EdDSA and an SD-JWT VC', async (t) => {
    t.same(await judgeSdJwt(await underHeader({})), []);
    t.same(await judgeSdJwt(await underHeader({ typ: 'vc+sd-jwt' })), []);
    for (const changes of [
      { alg: 'none' },
      { alg: 'ES256' },
      { typ: 'JWT' },
      { typ: 'example+sd-jwt' },
      { typ: 'DC+SD-JWT' },
      { crit: ['x'] },
    ]) {
      t.same(await judgeSdJwt(await underHeader(changes)), REFUSED, JSON.stringify(changes));
    }
  });
});
