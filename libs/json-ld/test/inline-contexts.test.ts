import t from 'tap';
import { createCanonicalize, canonicalize as inProduction } from '#json-ld/canonicalize';
import { canonicalizeJson as jsonInProduction } from '#json-ld/canonicalize-json';
import { createCanonicalizeJson } from '#json-ld/canonicalize-json';
import type { JsonValue } from '#vc/data-model';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const TERM = { OfThisDocument: 'https://terms.example/#OfThisDocument' };
const canonicalize = createCanonicalize({ inlineContexts: true });

const documentOf = (context: JsonValue, type: JsonValue = 'OfThisDocument') => ({
  '@context': [V2, context],
  type: ['VerifiableCredential', type],
  credentialSubject: { id: 'did:example:1' },
});

t.test('a context that stands in the document is read only where that is asked for', async (t) => {
  const canonical = await canonicalize(documentOf(TERM));
  t.match(canonical, '<https://terms.example/#OfThisDocument>');
  await t.rejects(inProduction(documentOf(TERM)), { code: 'CONTEXT_NOT_ALLOWED' });
  await t.rejects(createCanonicalize()(documentOf(TERM)), { code: 'CONTEXT_NOT_ALLOWED' });
});

t.test('of JSON that is signed as it is the same holds', async (t) => {
  const json = createCanonicalizeJson({ inlineContexts: true });
  t.match(await json(documentOf(TERM)), 'OfThisDocument');
  await t.rejects(jsonInProduction(documentOf(TERM)), { code: 'CONTEXT_NOT_ALLOWED' });
});

t.test('what such a context imports or scopes is a pinned one all the same', async (t) => {
  t.ok(await canonicalize(documentOf({ ...TERM, '@version': 1.1 })), 'the unbroken one');
  const foreign = 'https://unknown.example/1';
  for (const context of [
    { ...TERM, '@import': foreign },
    { OfThisDocument: { '@id': 'https://terms.example/#1', '@context': foreign } },
    { OfThisDocument: { '@id': 'https://terms.example/#1', '@context': [TERM, foreign] } },
  ]) {
    await t.rejects(canonicalize(documentOf(context)), { code: 'CONTEXT_NOT_ALLOWED' });
  }
});

t.test('such a context changes no protected term and maps no type to what is no URL', async (t) => {
  t.ok(await canonicalize(documentOf(TERM)), 'the unbroken one');
  const changed = { VerifiableCredential: 'https://terms.example/#Other' };
  const broken = { Odd: 'https ://no-url#Odd' };
  const code = 'PROOF_TRANSFORMATION_ERROR';
  await t.rejects(canonicalize(documentOf({ ...TERM, ...changed })), { code });
  await t.rejects(canonicalize(documentOf({ ...TERM, ...broken })), { code });
  await t.rejects(canonicalize(documentOf({ '@vocab': null })), { code: 'UNKNOWN_TERM' });
});
