import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { canonicalize } from '#json-ld/canonicalize';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '#vc/data-model';
import {
  catalogue,
  CONTEXT_URL,
  credentialTypes,
  schemaUrl,
  typeIri,
  VOCAB,
} from '../catalogue.ts';
import { buildContext } from '../context.ts';
import { credentialFor } from './helper.ts';
import { editionOf } from './made-up.ts';

const folder = new URL('../../../contexts/', import.meta.url);
const bytes = readFileSync(new URL('staffpassport-v1.jsonld', folder), 'utf8');
const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const XSD = 'http://www.w3.org/2001/XMLSchema#';

/** Every value that a signature must cover, as N-Quads write literals. */
function literals(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(literals);
  if (isJsonObject(value)) return Object.values(value).flatMap(literals);
  const text = JSON.stringify(String(value)).replaceAll('\\t', '\t');
  return [text];
}

function termsOf(context: JsonObject, path = ''): [string, string, unknown][] {
  return Object.entries(context)
    .filter(([name]) => !name.startsWith('@'))
    .flatMap(([name, definition]) => {
      if (!isJsonObject(definition))
        return [[path, name, definition]] as [string, string, unknown][];
      const { '@context': scoped, ...own } = definition;
      const inner = isJsonObject(scoped) ? termsOf(scoped, `${path}/${name}`) : [];
      return [[path, name, own], ...inner] as [string, string, unknown][];
    });
}

const everyEdition = catalogue
  .editions()
  .map(({ type, version }) => catalogue.findCredentialType(type, version))
  .filter((entry) => entry !== undefined);

function withoutScope(definition: unknown): unknown {
  if (!isJsonObject(definition)) return definition;
  const { '@context': _scoped, ...own } = definition;
  return own;
}

t.test(
  'the committed context is what the catalogue gives, and the manifest pins its bytes',
  async (t) => {
    t.equal(bytes, `${JSON.stringify(buildContext(everyEdition), null, 2)}\n`);
    const manifest = JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Record<
      string,
      { file: string; sha256: string }
    >;
    t.equal(manifest[CONTEXT_URL]?.file, 'staffpassport-v1.jsonld');
    t.equal(manifest[CONTEXT_URL]?.sha256, createHash('sha256').update(bytes).digest('hex'));
  },
);

for (const entry of credentialTypes()) {
  for (const [model, base] of [
    ['2.0', CREDENTIALS_V2_CONTEXT],
    ['1.1', CREDENTIALS_V1_CONTEXT],
  ] as const) {
    t.test(`every claim of a ${entry.type} is signed under VCDM ${model}`, async (t) => {
      const credential = credentialFor(entry, base);
      const nquads = await canonicalize(credential);
      const lines = nquads.split('\n');
      t.match(nquads, `<${typeIri(entry.type)}>`);
      for (const literal of literals(entry.example)) {
        t.ok(
          lines.some((line) => line.includes(` ${literal}`)),
          `${literal} has a quad`,
        );
      }
      const vocabularyQuads = lines.filter((line) =>
        / (\S+) "/.exec(line)?.[1]?.match(/staffpassport|schema\.org/),
      );
      const claims = literals(entry.example).length;
      const block = literals(credential['trustFramework'] as JsonObject).length;
      t.equal(vocabularyQuads.length, claims + block, 'one quad for each claim, and none more');
      t.match(nquads, `<${VOCAB}supersedes> <urn:uuid:1c1f6a52-2222-4b1e-9c55-0d7b6a1e2f90> .`);
      const schema = `<${schemaUrl(entry.type, entry.version)}>`;
      t.match(nquads, `<https://www.w3.org/2018/credentials#credentialSchema> ${schema} .`);
      t.match(nquads, `${schema} <${RDF_TYPE}> <https://www.w3.org/2018/credentials#JsonSchema> .`);
    });
  }

  t.test(`a term that a ${entry.type} does not have is refused, not dropped`, async (t) => {
    const credential = credentialFor(entry, CREDENTIALS_V2_CONTEXT);
    await t.resolves(canonicalize(credential));
    const subject = { ...(credential['credentialSubject'] as JsonObject), shoeSize: '7' };
    await t.rejects(canonicalize({ ...credential, credentialSubject: subject }), {
      code: 'UNKNOWN_TERM',
    });
  });
}

t.test('a claim of one type is an unknown term in another', async (t) => {
  const [dbs, resuscitation] = ['DbsCheckCredential', 'ResuscitationCredential'].map((type) =>
    credentialTypes().find((one) => one.type === type),
  );
  if (dbs === undefined || resuscitation === undefined) throw new Error('types are missing');
  const mixed = { ...dbs, example: { ...dbs.example, competencyName: 'Resuscitation' } };
  await t.rejects(canonicalize(credentialFor(mixed, CREDENTIALS_V2_CONTEXT)), {
    code: 'UNKNOWN_TERM',
  });
});

t.test('full dates and booleans have datatypes, partial dates are plain text', async (t) => {
  const entry = credentialTypes().find(({ type }) => type === 'HepatitisBCredential');
  const dbs = credentialTypes().find(({ type }) => type === 'DbsCheckCredential');
  if (entry === undefined || dbs === undefined) throw new Error('types are missing');
  const health = await canonicalize(credentialFor(entry, CREDENTIALS_V2_CONTEXT));
  t.match(health, `<${VOCAB}date> "2018-10" .`);
  t.match(health, `<${VOCAB}evidenceSatisfied> "true"^^<${XSD}boolean> .`);
  const check = await canonicalize(credentialFor(dbs, CREDENTIALS_V2_CONTEXT));
  t.match(check, `<${VOCAB}disclosureIssueDate> "2025-06-03"^^<${XSD}date> .`);
  t.match(check, `<${VOCAB}certificateNumber> "001234567890" .`);
});

t.test('a term means the same wherever it stands', async (t) => {
  const context = (JSON.parse(bytes) as { '@context': JsonObject })['@context'];
  const meanings = new Map<string, string>();
  for (const [path, name, definition] of termsOf(context)) {
    // A line of an address and the like are terms of their own block only.
    const scope = path.split('/').slice(2).join('/');
    const key = `${scope} ${name}`;
    t.equal(
      meanings.get(key) ?? JSON.stringify(definition),
      JSON.stringify(definition),
      `${path}/${name}`,
    );
    meanings.set(key, JSON.stringify(definition));
  }
});

t.test('no term of a W3C context has another meaning in ours', async (t) => {
  const ours = termsOf((JSON.parse(bytes) as { '@context': JsonObject })['@context']);
  for (const file of [
    'credentials-v1',
    'credentials-v2',
    'ed25519-signature-2020-v1',
    'data-integrity-v2',
  ]) {
    const url = new URL(`third-party/${file}.jsonld`, folder);
    const theirs = (JSON.parse(readFileSync(url, 'utf8')) as { '@context': JsonObject })[
      '@context'
    ];
    const global = new Map(Object.entries(theirs));
    const onCredentials = termsOf(theirs).filter(([path]) => path.startsWith('/Verifiable'));
    for (const [, name, definition] of onCredentials) global.set(name, definition as JsonValue);
    const clashes = ours.filter(
      ([, name, definition]) =>
        global.has(name) && !isDeepStrictEqual(withoutScope(global.get(name)), definition),
    );
    t.same(clashes, [], file);
  }
});

t.test('a type that JSON-LD would process after VerifiableCredential is refused', async (t) => {
  const [entry] = credentialTypes();
  if (entry === undefined) throw new Error('the catalogue is empty');
  t.doesNotThrow(() => buildContext([entry]));
  t.throws(() => buildContext([{ ...entry, type: 'WorkCredential' }]), { message: /sort before/ });
});

for (const base of [CREDENTIALS_V2_CONTEXT, CREDENTIALS_V1_CONTEXT]) {
  for (const suites of [
    [ED25519_2020_CONTEXT],
    [DATA_INTEGRITY_V2_CONTEXT],
    [ED25519_2020_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
  ]) {
    t.test(`under ${base} the context goes together with ${suites.join(' and ')}`, async (t) => {
      for (const entry of credentialTypes()) {
        const credential = credentialFor(entry, base);
        const contexts = [...(credential['@context'] as string[]), ...suites];
        t.equal(
          await canonicalize({ ...credential, '@context': contexts }),
          await canonicalize(credential),
          entry.type,
        );
      }
    });
  }
}

t.test('JsonSchema means what it means in VCDM 2.0', async (t) => {
  const url = new URL('third-party/credentials-v2.jsonld', folder);
  const theirs = (JSON.parse(readFileSync(url, 'utf8')) as { '@context': JsonObject })['@context'];
  const ours = (JSON.parse(bytes) as { '@context': JsonObject })['@context'];
  t.ok(theirs['JsonSchema']);
  t.same(ours['JsonSchema'], theirs['JsonSchema']);
});

t.test('a type has the terms of all its editions, and none has two meanings', async (t) => {
  const [older, newer, clashing] = [{}, {}, { format: 'date' }].map((change) => {
    const edition = editionOf();
    const properties = edition.schema['properties'] as Record<string, JsonObject>;
    properties['note'] = { ...properties['note'], ...change };
    return edition;
  });
  if (older === undefined || newer === undefined || clashing === undefined) throw new Error();
  const properties = newer.schema['properties'] as JsonObject;
  delete properties['washable'];
  properties['hat'] = { type: 'string' };
  const context = buildContext([older, newer])['@context'] as Record<string, JsonObject>;
  const terms = context[older.type]?.['@context'] as JsonObject;
  t.ok(terms['washable'] !== undefined && terms['hat'] !== undefined);
  newer.version = '1.1.0';
  const later = editionOf({ type: 'UsherCredential' });
  t.equal(
    JSON.stringify(buildContext([later, newer, older])),
    JSON.stringify(buildContext([older, newer, later])),
    'in whatever order they come',
  );
  t.throws(() => buildContext([older, clashing]), { message: /note of .* two meanings/ });
});
