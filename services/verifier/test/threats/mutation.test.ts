import { isDeepStrictEqual } from 'node:util';
import { assert, asyncProperty, constantFrom, integer, nat, tuple } from 'fast-check';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueText } from '../forms.ts';
import { createWorld } from '../world.ts';
import { bytesOf, CORPUS, corpusOf, readAs, RUNS, SEED } from './corpus.ts';
import { isSignedAsWell } from './equivalences.ts';
import { TEXT } from './helper.ts';
import { spellingsOf } from './spellings.ts';

const BITS = 8;
// Of JSON-LD, which costs more, every second byte: even ones of one form, odd ones of the next.
const STEP = 2;

// more than tap's 30 s on a loaded machine
t.setTimeout(600_000);

t.test('V1: one flipped bit anywhere in a credential of any form never verifies', async (t) => {
  t.comment(`SEED=${SEED}`);
  for (const [turn, form] of CREDENTIAL_FORMS.entries()) {
    const isText = TEXT.includes(form);
    const world = createWorld();
    const corpus = (await corpusOf(world, form)).map(bytesOf);
    for (const [at, bytes] of corpus.entries()) {
      const { overall, checks } = await verifyCredential(readAs(bytes, isText) ?? '', world.ports);
      if (overall !== 'pass') t.fail(`${form} ${at} ${JSON.stringify(checks)}`);
    }

    const longest = Math.max(...corpus.map(({ length }) => length));
    const step = isText ? 1 : STEP;
    let examined = 0;
    let next = turn % step;
    const flip = tuple(nat(CORPUS - 1), integer({ min: 0, max: BITS - 1 }));
    await assert(
      asyncProperty(flip, async ([which, bit]) => {
        const whole = corpus[which] ?? Buffer.alloc(0);
        const at = next % whole.length;
        next += step;
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
        const read = readAs(flipped, isText);
        // In another spelling of the same document nothing was changed.
        if (read === undefined || isDeepStrictEqual(read, readAs(whole, isText))) return true;
        examined += 1;
        return (await verifyCredential(read, world.ports)).overall !== 'pass';
      }),
      { seed: SEED, numRuns: Math.ceil(longest / step), endOnFailure: true },
    );
    t.ok(examined > longest / step / 3, `${form}: ${examined} changed documents were refused`);
  }
});

type Edit = (bytes: Buffer, places: [number, number, number]) => Buffer;

/** What becomes of a stretch of bytes from one place to a second, and of what stands at a third. */
const EDITS: Readonly<Record<string, Edit>> = {
  'is left out': (bytes, [from, to]) => joined(bytes.subarray(0, from), bytes.subarray(to)),
  'is there twice': (bytes, [from, to]) => joined(bytes.subarray(0, to), bytes.subarray(from)),
  'stands elsewhere as well': (bytes, [from, to, at]) =>
    joined(bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)),
  'is the other way round': (bytes, [from, to]) =>
    joined(bytes.subarray(0, from), bytes.subarray(from, to).toReversed(), bytes.subarray(to)),
  'is cut off': (bytes, [from]) => bytes.subarray(0, from),
};

t.test('V1: bytes left out, put in, doubled or moved never verify, in any form', async (t) => {
  t.comment(`SEED=${SEED} RUNS=${RUNS}`);
  for (const form of CREDENTIAL_FORMS) {
    const isText = TEXT.includes(form);
    const world = createWorld();
    const corpus = (await corpusOf(world, form)).map(bytesOf);
    const [first = Buffer.alloc(0)] = corpus;
    const good = await verifyCredential(readAs(first, isText) ?? '', world.ports);
    t.equal(good.overall, 'pass');
    let examined = 0;
    const edit = tuple(constantFrom(...Object.keys(EDITS)), nat(), integer({ min: 1, max: 64 }));
    await assert(
      asyncProperty(nat(CORPUS - 1), edit, nat(), async (which, [how, start, length], third) => {
        const bytes = corpus[which] ?? first;
        const from = start % bytes.length;
        const edited = EDITS[how]?.(bytes, [from, from + length, third % bytes.length]) ?? bytes;
        const [read, whole] = [readAs(edited, isText), readAs(bytes, isText) ?? ''];
        if (read === undefined || isDeepStrictEqual(read, whole)) return true;
        if (isSignedAsWell(read, whole, form)) return true;
        examined += 1;
        return (await verifyCredential(read, world.ports)).overall !== 'pass';
      }),
      { seed: SEED, numRuns: RUNS },
    );
    t.ok(examined > RUNS / 100, `${form}: ${examined} changed documents were refused`);
  }
});

function joined(...parts: Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}
t.test('V1: bytes of a signed text have one spelling in base64url', async (t) => {
  for (const form of ['jwt_vc_json', 'dc+sd-jwt'] as const) {
    const world = createWorld();
    const whole = await issueText(world, form);
    t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
    const ends = [...whole.matchAll(/[.~]/g)].map(({ index }) => index - 1);
    if (form === 'jwt_vc_json') ends.push(whole.length - 1);
    let spellings = 0;
    for (const at of ends) {
      for (const other of otherSpellings(whole, at)) {
        spellings += 1;
        const { overall } = await verifyCredential(other, world.ports);
        if (overall !== 'fail') t.fail(`${form}: another spelling at ${at} is ${overall}`);
      }
    }
    t.ok(spellings > 20, `${form}: ${spellings} other spellings were refused`);
  }
});

/** Texts whose part that ends there decodes leniently to the same bytes. */
function otherSpellings(whole: string, at: number): string[] {
  const part = /[\w-]+$/.exec(whole.slice(0, at + 1))?.[0] ?? '';
  return spellingsOf(part).map(
    (other) => whole.slice(0, at + 1 - part.length) + other + whole.slice(at + 1),
  );
}
