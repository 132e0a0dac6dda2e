import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import jsonld, { type ExpandOptions } from 'jsonld';
import t from 'tap';
import { credentialTypes } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { shareActiveContexts } from '../active-contexts.ts';
import { createDocumentLoader, knownContextUrls } from '../document-loader.ts';

const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const OURS = 'https://staffpassport.example/contexts/v1';
const ED25519 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
const STATUS = 'https://www.w3.org/ns/credentials/status/v1';

await shareActiveContexts();
const untouched = freshJsonld();

// jsonld.js keeps its initial context in its module: a second copy of the modules is jsonld.js as it comes.
function freshJsonld(): typeof jsonld {
  const require = createRequire(import.meta.url);
  for (const file of Object.keys(require.cache)) {
    if (file.includes('/node_modules/jsonld/')) delete require.cache[file];
  }
  return require('jsonld') as typeof jsonld;
}

const loadDocument = createDocumentLoader();
const processing: ExpandOptions = {
  base: null,
  safe: true,
  rdfDirection: 'i18n-datatype',
  // jsonld.js writes into contexts: each gets its own.
  documentLoader: async (url) => structuredClone(await loadDocument(url)),
};

async function outcomeOf(
  processor: typeof jsonld,
  document: JsonObject,
  safe = true,
): Promise<string> {
  try {
    const canonizeOptions = { maxDeepIterations: 1_000 };
    return await processor.canonize(document, { ...processing, safe, canonizeOptions });
  } catch (error) {
    const { name, message, details } = error as Error & { details?: { event?: object } };
    return JSON.stringify({ name, message, event: details?.event });
  }
}

function inForms(type: string, claims: JsonObject): JsonObject[] {
  const common = {
    id: 'urn:uuid:2f1d0f3e-6b6a-4f5b-9f0a-0a8f6d2b7c11',
    type: ['VerifiableCredential', type],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    credentialSubject: { id: 'did:example:holder', ...claims },
    credentialSchema: {
      id: `https://staffpassport.example/schemas/${type}/1.0.0`,
      type: 'JsonSchema',
    },
    trustFramework: { origin: 'Trust', provider: 'Ashmere Teaching Hospitals Trust' },
  };
  const entry = { id: 'urn:x:list#1', type: 'BitstringStatusListEntry', statusListIndex: '1' };
  const proof = { type: 'Ed25519Signature2020', created: '2026-11-22T16:00:00Z' };
  const newer = { ...common, validFrom: '2026-11-22T16:00:00Z', credentialStatus: [entry] };
  const older = { ...common, issuanceDate: '2026-11-22T16:00:00Z', credentialStatus: entry };
  return [
    { '@context': [V2, OURS, ED25519], ...newer, proof },
    { '@context': [V2, OURS], ...newer },
    { '@context': [V1, OURS, STATUS, ED25519], ...older, proof },
    { '@context': [V1, OURS, STATUS, INTEGRITY], ...older },
  ];
}

const types = credentialTypes();
const credentials = types.flatMap(({ type, example }) => inForms(type, example));

t.test(
  'every type in every form is canonicalized to the same bytes as by jsonld.js itself',
  async (t) => {
    t.ok(types.length >= 32);
    for (const credential of credentials) {
      const ours = await outcomeOf(jsonld, credential);
      t.match(ours, /credentialSubject> /, JSON.stringify(credential['type']));
      t.equal(ours, await outcomeOf(untouched, credential));
    }
  },
);

t.test('so are presentations of them', async (t) => {
  for (const [context, form] of [
    [V2, 0],
    [V1, 2],
  ] as const) {
    const verifiableCredential = credentials.filter((_, index) => index % 4 === form).slice(0, 8);
    const presentation = {
      '@context': [context, ED25519],
      type: ['VerifiablePresentation'],
      holder: 'did:example:holder',
      verifiableCredential,
    } as JsonObject;
    const ours = await outcomeOf(jsonld, presentation);
    t.match(ours, /verifiableCredential> /);
    t.equal(ours, await outcomeOf(untouched, presentation));
  }
});

// Terms of several contexts, types with contexts of their own, and contexts anywhere: what is in force changes a lot.
const anyContext = fc.constantFrom(...knownContextUrls());
const anyType = fc.constantFrom(
  'VerifiableCredential',
  'VerifiablePresentation',
  'BitstringStatusListEntry',
  'JsonSchema',
  'Ed25519Signature2020',
  'DataIntegrityProof',
  'Multikey',
  'urn:t',
  ...types.map(({ type }) => type),
);
const anyTerm = fc.constantFrom(
  'credentialSubject',
  'verifiableCredential',
  'evidence',
  'proof',
  'credentialStatus',
  'verificationMethod',
  'holder',
  'name',
  'statusPurpose',
  'trustFramework',
  'urn:p',
);
const { node } = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc
    .tuple(
      fc.option(fc.array(anyContext, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 3 }),
      fc.array(anyType, { maxLength: 3 }),
      fc.dictionary(
        anyTerm,
        fc.oneof({ maxDepth: 4 }, fc.constantFrom('urn:x', 'text'), tie('node')),
        { maxKeys: 3 },
      ),
    )
    .map(([context, type, members]) => ({
      ...(context && { '@context': context }),
      ...(type.length > 0 && { type }),
      ...members,
    })),
}));

t.test('documents of mixed contexts and types come out the same, or fail the same', async (t) => {
  let canonicalized = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyContext, { minLength: 1, maxLength: 3 }),
      node,
      fc.boolean(),
      async (context, inner, safe) => {
        const document = {
          ...inner,
          '@context': [V2, ...context],
          id: 'urn:document',
        } as JsonObject;
        const ours = await outcomeOf(jsonld, document, safe);
        canonicalized += ours.startsWith('<') || ours.startsWith('_') ? 1 : 0;
        return ours === (await outcomeOf(untouched, document, safe));
      },
    ),
    { numRuns: 1_500, seed: 20_261_123 },
  );
  t.ok(canonicalized > 100, `${canonicalized} were canonicalized`);
});

t.test('what is compared with is jsonld.js as it comes', async (t) => {
  const { clone } = await jsonld.processContext({}, null, {});
  const { clone: theirs } = await untouched.processContext({}, null, {});
  t.not(clone.name, theirs.name);
  t.equal(theirs.name, '_cloneActiveContext');
});

t.test(
  'the way back from a typed node leads to one context, however often it is gone',
  async (t) => {
    const around = (await jsonld.processContext({}, null, {})).clone();
    const typed = around.clone();
    typed.previousContext = around;
    t.equal(typed.revertToPreviousContext(), typed.clone().revertToPreviousContext());
    t.not(typed.revertToPreviousContext(), around);
  },
);
