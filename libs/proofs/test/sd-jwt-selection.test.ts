import { isDeepStrictEqual } from 'node:util';
import {
  type Arbitrary,
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  dictionary,
  integer,
  letrec,
  oneof,
  string,
} from 'fast-check';
import t from 'tap';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { parseSdJwt } from '../sd-jwt.ts';
import { digestOf, disclosureOf, judgeSdJwt, newSalt, rawSdJwt, sdClaims } from './jwt-helper.ts';

const RUNS = 150;
const REFUSED = 'MALFORMED_VALUE_ERROR';

// Names that objects of JavaScript have by themselves, or that only look like claims that must stand in the open.
const TRICKY = [
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'length',
  '0',
  '',
  'ıss',
  'ｉss',
];
const name = oneof(
  string({ unit: 'grapheme', maxLength: 6 }).map((text) => `c${text}`),
  constantFrom(...TRICKY),
);
const isRefusedEverywhere = (text: string) => text.includes('\0') || text.includes('__proto__');

const { value } = letrec<{ value: JsonValue; leaf: JsonValue }>((tie) => ({
  leaf: oneof(integer(), boolean(), constantFrom(null, '', 'Siân', '👩🏽‍⚕️', '\u202e')),
  value: oneof(
    { maxDepth: 3 },
    tie('leaf'),
    array(tie('value'), { maxLength: 3 }),
    dictionary(name, tie('value'), { maxKeys: 3 }) as Arbitrary<JsonValue>,
  ),
}));
const claims = dictionary(
  name.filter((text) => !isRefusedEverywhere(text)),
  value,
  { minKeys: 1, maxKeys: 5 },
) as Arbitrary<JsonObject>;

interface Hidden {
  /** as the issuer signs it */
  signed: JsonValue;
  /** as who sees this selection should read it */
  seen: JsonValue;
}

/** An issuer and a holder of its own, who hide and show each member and element as the coin falls. */
function hide(plain: JsonValue, coin: () => boolean, shown: string[], isShown = true): Hidden {
  const take = (seen: boolean, ...parts: JsonValue[]) => {
    const disclosure = disclosureOf(newSalt(), ...parts);
    if (seen) shown.push(disclosure);
    return digestOf(disclosure);
  };
  if (Array.isArray(plain)) {
    const result: { signed: JsonValue[]; seen: JsonValue[] } = { signed: [], seen: [] };
    for (const element of plain) {
      const [isHidden, isSeen] = [coin(), coin()];
      const seen = isShown && (!isHidden || isSeen);
      const inner = hide(element, coin, shown, seen);
      result.signed.push(isHidden ? { '...': take(seen, inner.signed) } : inner.signed);
      if (seen) result.seen.push(inner.seen);
    }
    return result;
  }
  if (!isJsonObject(plain)) return { signed: plain, seen: plain };
  const result: { signed: JsonObject; seen: JsonObject } = { signed: {}, seen: {} };
  const digests: string[] = [];
  for (const [key, member] of Object.entries(plain)) {
    const [isHidden, isSeen] = [coin(), coin()];
    const seen = isShown && (!isHidden || isSeen);
    const inner = hide(member, coin, shown, seen);
    if (isHidden) digests.push(take(seen, key, inner.signed));
    else result.signed[key] = inner.signed;
    if (seen) result.seen[key] = inner.seen;
  }
  return {
    ...result,
    signed: digests.length > 0 ? { ...result.signed, _sd: digests } : result.signed,
  };
}

const coins = array(boolean(), { minLength: 8, maxLength: 40 });

function tossing(falls: readonly boolean[]): () => boolean {
  let at = 0;
  return () => falls[at++ % falls.length] ?? false;
}

t.test('whatever is hidden and shown, at whatever depth, what is shown is read', async (t) => {
  let most = 0;
  const reads = asyncProperty(claims, coins, async (plain, falls) => {
    const shown: string[] = [];
    const { signed, seen } = hide(plain, tossing(falls), shown);
    most = Math.max(most, shown.length);
    const [payload, expected] = [sdClaims(signed as JsonObject), sdClaims(seen as JsonObject)];
    const text = await rawSdJwt(payload, shown);
    const backwards = await rawSdJwt(payload, shown.toReversed());
    return (
      (await judgeSdJwt(text)).length === 0 &&
      isDeepStrictEqual(parseSdJwt(text).payload, expected) &&
      isDeepStrictEqual(parseSdJwt(backwards).payload, expected)
    );
  });
  await t.resolves(assert(reads, { numRuns: RUNS }));
  t.ok(most > 3, 'some had disclosures');
});

t.test('a disclosure more, twice, or without the one around it is refused', async (t) => {
  const refuses = asyncProperty(claims, coins, async (plain, falls) => {
    const shown: string[] = [];
    const { signed } = hide(plain, tossing(falls), shown);
    const payload = sdClaims(signed as JsonObject);
    const broken = [
      [...shown, disclosureOf(newSalt(), 'more', 1)],
      [...shown, disclosureOf(newSalt(), 1)],
      ...shown.map((one) => [...shown, one]),
      ...shown.filter((one) => holdsAnother(one, shown)).map((one) => without(shown, one)),
    ];
    const codes = await Promise.all(
      broken.map(async (disclosures) => judgeSdJwt(await rawSdJwt(payload, disclosures))),
    );
    return codes.flat().length === broken.length && codes.flat().every((code) => code === REFUSED);
  });
  await t.resolves(assert(refuses, { numRuns: RUNS }));
});

function holdsAnother(disclosure: string, shown: readonly string[]): boolean {
  const json = Buffer.from(disclosure, 'base64url').toString();
  return shown.some((other) => json.includes(digestOf(other)));
}

function without(shown: readonly string[], disclosure: string): string[] {
  return shown.filter((other) => other !== disclosure);
}
