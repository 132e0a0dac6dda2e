import { isDeepStrictEqual } from 'node:util';
import { assert, asyncProperty, integer, nat, tuple } from 'fast-check';
import t from 'tap';
import { credentialTypes } from '#catalogue/catalogue';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs, issueText } from '../forms.ts';
import { accredit } from '../trust.ts';
import { createWorld, type World } from '../world.ts';

const CORPUS = 50;
const SEED = 20_261_123;
const BITS = 8;
// Of JSON-LD, which costs more, every second byte: even ones of one form, odd ones of the next.
const STEP = 2;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Fifty credentials of as many places and of every type of the catalogue, one after the other. */
async function corpusOf(world: World, form: (typeof CREDENTIAL_FORMS)[number]) {
  const types = credentialTypes().map(({ type }) => type);
  world.trust.record.accreditations = types.map(accredit);
  const corpus: Buffer[] = [];
  for (let index = 0; index < CORPUS; index += 1) {
    const type = types[index % types.length] ?? '';
    const credential = await issueAs(world, form, { type, index });
    corpus.push(Buffer.from(typeof credential === 'string' ? credential : textOf(credential)));
  }
  return corpus;
}

function textOf(credential: JsonObject): string {
  return JSON.stringify(credential);
}

/** As it reaches the verifier; undefined: the body that it would be in is refused unread. */
function readAs(bytes: Buffer, isText: boolean): Submitted | undefined {
  if (isText) return bytes.toString();
  try {
    return parseStrictJson(bytes) as JsonObject;
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

// more than tap's 30 s on a loaded machine
t.setTimeout(180_000);

t.test('V1: one flipped bit anywhere in a credential of any form never verifies', async (t) => {
  for (const [turn, form] of CREDENTIAL_FORMS.entries()) {
    const isText = form === 'jwt_vc_json' || form === 'dc+sd-jwt';
    const world = createWorld();
    const corpus = await corpusOf(world, form);
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
  const bytes = Buffer.from(part, 'base64url');
  const padded = ['=', '==', ' ', '\n'].map((tail) => part + tail);
  const trailing = BASE64URL.split('')
    .map((last) => part.slice(0, -1) + last)
    .filter((other) => other !== part && Buffer.from(other, 'base64url').equals(bytes));
  const standard = part.replaceAll('-', '+').replaceAll('_', '/');
  return [...padded, ...trailing, ...(standard === part ? [] : [standard])].map(
    (other) => whole.slice(0, at + 1 - part.length) + other + whole.slice(at + 1),
  );
}
