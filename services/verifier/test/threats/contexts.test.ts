import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { CONTEXT_URL } from '#catalogue/catalogue';
import { createDocumentLoader } from '#json-ld/document-loader';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createWorld } from '../world.ts';
import { connections } from './connections.ts';
import { failuresOf, JSON_LD, refuses, refusesJsonLd } from './helper.ts';

const CODE = 'CONTEXT_NOT_ALLOWED';
const EVIL = 'https://evil.example/v1';
const REDEFINED: JsonObject = { subjectLevel: 'https://evil.example/level' };

const contextsOf = ({ '@context': contexts }: JsonObject) => contexts as JsonValue[];

/** Each with what of it comes to the verifier's eyes. */
const CONTEXTS: readonly [string, (own: JsonValue[]) => JsonValue][] = [
  ['a context that is not known at the end', (own) => [...own, EVIL]],
  ['one in the middle', ([first = '', ...own]) => [first, EVIL, ...own]],
  ['one on the loopback', (own) => [...own, 'http://127.0.0.1/v1']],
  ['one from a file', (own) => [...own, 'file:///etc/passwd']],
  [
    'a known one in another spelling',
    (own) => own.map((url) => (url === CONTEXT_URL ? `${CONTEXT_URL}#` : url)),
  ],
  ['an inline context', (own) => [...own, { evil: 'https://evil.example/' }]],
  ['@vocab', (own) => [...own, { '@vocab': 'https://evil.example/' }]],
  ['@base', (own) => [...own, { '@base': 'https://evil.example/' }]],
  ['@import', (own) => [...own, { '@import': CREDENTIALS_V2_CONTEXT }]],
  ['null, which clears the others', (own) => [...own, null]],
  ['ours twice', (own) => [...own, CONTEXT_URL]],
  ['those of both versions', (own) => [...own, CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT]],
  ['another order', ([first = '', ...own]) => [first, ...own.toReversed(), EVIL].slice(0, -1)],
];

t.test('V6: contexts are the known ones in their order, and nothing is fetched', async (t) => {
  const before = connections.begun;
  for (const [what, change] of CONTEXTS) {
    const forms = what === 'another order' ? JSON_LD.filter(hasSeveral) : JSON_LD;
    await refusesJsonLd(
      t,
      what,
      (copy) => void Object.assign(copy, { '@context': change(contextsOf(copy)) }),
      { code: CODE, forms },
    );
  }
  for (const first of [EVIL, CONTEXT_URL, { '@vocab': 'https://evil.example/' }, null]) {
    await refusesJsonLd(
      t,
      `${JSON.stringify(first)} first`,
      (copy) => void Object.assign(copy, { '@context': [first, ...contextsOf(copy)] }),
      { code: 'MALFORMED_VALUE_ERROR' },
    );
  }
  await refuses(
    t,
    'a context that its issuer signed into a JWT',
    (world, _, form) =>
      issueAs(world, form, { change: { '@context': [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, EVIL] } }),
    { code: CODE, forms: ['jwt_vc_json'] },
  );
  await refuses(
    t,
    'a vct that no catalogue has, in an SD-JWT',
    (world, _, form) => issueAs(world, form, { change: { vct: `${EVIL}/vct` } }),
    { code: CODE, forms: ['dc+sd-jwt'] },
  );
  t.equal(connections.begun, before, 'no connection was begun');
});

/** Whether a form has more than one context after the first. */
function hasSeveral(form: (typeof JSON_LD)[number]): boolean {
  return form !== 'vcdm2-eddsa-rdfc-2022';
}

t.test('V6: what is known is pinned by its digest, and no other URL is loaded', async (t) => {
  const folder = new URL('../../../../contexts/', import.meta.url);
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as JsonObject;
  const pinned = pinsIn(manifest);
  t.ok(pinned.length >= 4);
  for (const { file, sha256 } of pinned) {
    const digest = createHash('sha256')
      .update(readFileSync(new URL(file, folder)))
      .digest('hex');
    t.equal(digest, sha256, file);
  }
  const load = createDocumentLoader();
  t.ok((await load(CREDENTIALS_V2_CONTEXT)).document);
  const before = connections.begun;
  for (const url of [EVIL, `${CREDENTIALS_V2_CONTEXT}?`, CREDENTIALS_V2_CONTEXT.toUpperCase()]) {
    await t.rejects(load(url), { code: CODE }, url);
  }
  t.equal(connections.begun, before);
});

interface Pin {
  file: string;
  sha256: string;
}

function pinsIn(value: JsonValue): Pin[] {
  if (Array.isArray(value)) return value.flatMap(pinsIn);
  if (!isJsonObject(value)) return [];
  const { file, sha256 } = value;
  const isPin = typeof file === 'string' && typeof sha256 === 'string';
  return isPin ? [{ file, sha256 }] : Object.values(value).flatMap(pinsIn);
}

t.test('V7: no term of a signed credential gets another meaning', async (t) => {
  await refusesJsonLd(
    t,
    'a redefinition after the signed contexts',
    (copy) => void Object.assign(copy, { '@context': [...contextsOf(copy), REDEFINED] }),
    { code: CODE },
  );
  for (const member of ['credentialSubject', 'trustFramework', 'credentialSchema', 'proof']) {
    for (const context of [REDEFINED, EVIL, CREDENTIALS_V2_CONTEXT]) {
      await refusesJsonLd(
        t,
        `${JSON.stringify(context)} in ${member}`,
        (copy) => {
          const value = copy[member];
          const [first] = Array.isArray(value) ? value : [value];
          Object.assign(first as JsonObject, { '@context': context });
        },
        { code: CODE },
      );
    }
  }
  for (const [alias, value] of [
    ['@type', 'FireSafetyCredential'],
    ['@id', 'did:example:somebody'],
    ['@reverse', { issuer: 'did:example:somebody' }],
    ['@graph', [{ id: 'urn:x:1' }]],
    ['@nest', { subjectLevel: '9' }],
    ['@included', [{ id: 'urn:x:1' }]],
  ] as const) {
    await refusesJsonLd(
      t,
      alias,
      (copy) => void Object.assign(copy['credentialSubject'] as JsonObject, { [alias]: value }),
      { code: 'UNKNOWN_TERM' },
    );
  }
  const world = createWorld();
  const whole = await issueAs(world, 'vcdm2-proof-set');
  t.same(failuresOf((await verifyCredential(whole, world.ports)).checks), []);
});
