import { type Arbitrary, assert, asyncProperty, constantFrom, nat, tuple } from 'fast-check';
import t from 'tap';
import { bind, judgeJwt, judgeSdJwt, signedJwt, signedSdJwt } from './jwt-helper.ts';

// what stands in these texts, and a few characters that lenient readers skip
const CHARACTERS =
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=+/ \n\0é'.split('');
const RUNS = 400;

const judgeBound = (text: string) => judgeSdJwt(text, { bound: true });

/** One character replaced, taken out or put in. */
function mutationsOf(text: string): Arbitrary<string> {
  const place = nat(text.length - 1);
  const character = constantFrom(...CHARACTERS);
  const kind = constantFrom('replace', 'remove', 'insert');
  return tuple(place, character, kind)
    .map(([at, put, how]) => {
      const end = how === 'insert' ? at : at + 1;
      return `${text.slice(0, at)}${how === 'remove' ? '' : put}${text.slice(end)}`;
    })
    .filter((mutated) => mutated !== text);
}

async function isNeverVerified(text: string, judge: (text: string) => Promise<string[]>) {
  await assert(
    asyncProperty(mutationsOf(text), async (mutated) => (await judge(mutated)).length > 0),
    { numRuns: RUNS },
  );
}

t.test('no change of one character leaves a JWT verified', async (t) => {
  const text = await signedJwt();
  t.same(await judgeJwt(text), []);
  await t.resolves(isNeverVerified(text, judgeJwt));
});

t.test('no change of one character leaves a bound SD-JWT verified', async (t) => {
  const sdJwt = await signedSdJwt();
  const text = `${sdJwt}${await bind(sdJwt)}`;
  t.same(await judgeBound(text), []);
  await t.resolves(isNeverVerified(text, judgeBound));
});

t.test('every last character of a part has one spelling', async (t) => {
  const sdJwt = await signedSdJwt();
  const text = `${sdJwt}${await bind(sdJwt)}`;
  t.same(await judgeBound(text), []);
  const ends = `${text}~`
    .split('')
    .flatMap((character, at) => ('.~'.includes(character) ? [at - 1] : []));
  t.equal(ends.length, 9);
  for (const at of ends) {
    for (const put of CHARACTERS.filter((character) => character !== text[at])) {
      const codes = await judgeBound(`${text.slice(0, at)}${put}${text.slice(at + 1)}`);
      if (codes.length === 0) t.fail(`${put} at ${at} is another spelling of the same`);
    }
  }
});
