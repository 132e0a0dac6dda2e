import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { catalogue } from '../catalogue.ts';
import { checkEdition } from '../check-edition.ts';
import { breakingChanges } from '../compatibility.ts';
import { createCatalogue } from '../create-catalogue.ts';
import { editionDigest, editionsOf, openEditions } from '../edition-store.ts';
import type { EditionFile, EditionStatus } from '../entry.ts';
import { compareVersions, majorOf } from '../names.ts';
import { planEditions } from '../plan-editions.ts';
import { loadSources } from '../source.ts';
import { credentialFor } from './helper.ts';
import { editionOf } from './made-up.ts';

const contexts = new URL('../../../contexts/', import.meta.url);
const folder = new URL('editions/', contexts);
const published = openEditions(folder);
const sources = loadSources(new URL('catalogue/', contexts));

t.test('what is published is what the sources give, and nothing of it breaks', async (t) => {
  const file = new URL('staffpassport-v1.jsonld', contexts);
  const context = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
  const plan = planEditions({ sources, published, context, rewrite: false, release: '1.0.0' });
  t.same(plan.refusals, []);
  t.same(plan.changed, []);
  t.same(plan.index, published.index);
  t.same(plan.context, context);
});

for (const { type, version, status } of catalogue.editions()) {
  t.test(`${type} ${version} is fit to be published, in the bytes of the index`, async (t) => {
    const text = published.read(type, version);
    t.equal(editionDigest(text), published.index[type]?.[version]?.sha256);
    const edition = JSON.parse(text) as EditionFile;
    t.same([edition.type, edition.version], [type, version]);
    t.same(checkEdition(edition, status), []);
  });
}

t.test('no edition breaks the one before it in its major version', async (t) => {
  for (const [type, versions] of Object.entries(published.index)) {
    const once = Object.keys(versions)
      .filter((version) => versions[version]?.status !== 'draft')
      .toSorted(compareVersions);
    t.ok(once.length > 0, `${type} has an edition`);
    for (const [index, version] of once.entries()) {
      const older = once[index - 1];
      if (older === undefined || majorOf(older) !== majorOf(version)) continue;
      const [was, is] = [older, version].map(
        (one) => JSON.parse(published.read(type, one)) as EditionFile,
      );
      if (was !== undefined && is !== undefined) t.same(breakingChanges(was, is), [], version);
    }
  }
});

t.test('the folder has the editions of the index and no other file', async (t) => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) =>
      `${parentPath}/${name}`.slice(folder.pathname.length).replace(/^\/+/, ''),
    );
  const indexed = catalogue.editions().map(({ type, version }) => `${type}/${version}.json`);
  t.same(files.toSorted(), ['index.json', ...indexed].toSorted());
});

const made = (versions: Record<string, EditionStatus>) =>
  createCatalogue(
    editionsOf(
      Object.entries(versions).map(([version, status]) => ({
        edition: editionOf({ version }),
        status,
      })),
    ),
  );
const TYPE = editionOf().type;

t.test('a type is issued in its newest approved version unless another is named', async (t) => {
  const several = made({
    '1.0.0': 'approved',
    '1.9.0': 'approved',
    '1.10.0': 'approved',
    '2.0.0': 'draft',
  });
  t.equal(several.editionToIssue(TYPE).version, '1.10.0');
  t.equal(several.editionToIssue(TYPE, '1.9.0').version, '1.9.0');
  t.equal(several.findCredentialType(TYPE)?.version, '1.10.0');
  t.equal(several.findCredentialType(TYPE, '2.0.0')?.status, 'draft');
  t.same(
    several.credentialTypes().map(({ version }) => version),
    ['1.10.0'],
  );
  t.same(
    several.editions().map(({ version }) => version),
    ['2.0.0', '1.10.0', '1.9.0', '1.0.0'],
  );
});

for (const status of ['draft', 'deprecated'] as const) {
  t.test(`a ${status} version is not issued, and the refusal says which one to use`, async (t) => {
    const several = made({ '1.0.0': 'approved', '1.1.0': status });
    t.equal(several.editionToIssue(TYPE, '1.0.0').version, '1.0.0');
    t.throws(() => several.editionToIssue(TYPE, '1.1.0'), {
      code: 'CATALOGUE_VERSION_NOT_ISSUABLE',
      message: `${TYPE} 1.1.0 is ${status}: use 1.0.0`,
      errors: [{ pointer: '/version' }],
    });
  });

  t.test(`a type that has only a ${status} version cannot be issued`, async (t) => {
    t.equal(made({ '1.0.0': 'approved' }).editionToIssue(TYPE).version, '1.0.0');
    const only = made({ '1.0.0': status });
    t.throws(() => only.editionToIssue(TYPE), { code: 'CATALOGUE_VERSION_NOT_ISSUABLE' });
    t.same(only.credentialTypes(), []);
  });
}

t.test('a version or a type that there is not is unknown', async (t) => {
  const one = made({ '1.0.0': 'approved' });
  t.equal(one.editionToIssue(TYPE, '1.0.0').version, '1.0.0');
  t.throws(() => one.editionToIssue(TYPE, '3.0.0'), {
    code: 'UNKNOWN_CREDENTIAL_TYPE',
    errors: [{ pointer: '/version' }],
  });
  for (const name of ['NoCredential', '__proto__', 'toString']) {
    t.throws(() => one.editionToIssue(name), { code: 'UNKNOWN_CREDENTIAL_TYPE' }, name);
  }
  const example = editionOf().example;
  t.same(one.checkClaims(TYPE, example, '1.0.0'), []);
  t.match(one.checkClaims(TYPE, example, '3.0.0'), [
    { code: 'UNKNOWN_CREDENTIAL_TYPE', pointer: '/version' },
  ]);
});

t.test('a credential of every version that ever was approved still verifies', async (t) => {
  const several = made({ '1.0.0': 'deprecated', '1.1.0': 'approved', '1.2.0': 'draft' });
  const credential = (version: string) => {
    const entry = several.findCredentialType(TYPE, version);
    if (entry === undefined) throw new Error('the version is missing');
    return credentialFor(entry);
  };
  t.same(several.checkCredentialSchema(credential('1.0.0')), []);
  t.same(several.checkCredentialSchema(credential('1.1.0')), []);
  t.ok(several.credentialSchemaDocument(TYPE, '1.0.0'));
  t.match(several.checkCredentialSchema(credential('1.2.0')), [{ code: 'SCHEMA_MISMATCH' }]);
  t.equal(several.credentialSchemaDocument(TYPE, '1.2.0'), undefined);
});

t.test('an edition is one object that nobody can change', async (t) => {
  const one = made({ '1.0.0': 'approved' });
  const edition = one.editionToIssue(TYPE);
  t.equal(one.editionToIssue(TYPE), edition);
  t.throws(() => edition.entry.alwaysDisclosed.push('x'), TypeError);
  t.throws(() => Object.assign(edition.entry.schema, { required: [] }), TypeError);
  t.throws(() => Object.assign(edition.entry, { status: 'draft' }), TypeError);
});

t.test('an edition whose bytes are not those of the index is not used', async (t) => {
  const store = editionsOf([{ edition: editionOf(), status: 'approved' }]);
  t.equal(createCatalogue(store).editionToIssue(TYPE).version, '1.0.0');
  const altered = createCatalogue({
    ...store,
    read: (type, version) => store.read(type, version).replace('"Shoe size"', '"Hat size"'),
  });
  t.throws(() => altered.editionToIssue(TYPE), { message: /not the one that was published/ });
});

t.test('no edition is read before it is asked for, and then once', async (t) => {
  const reads: string[] = [];
  const { index, read } = editionsOf([
    { edition: editionOf(), status: 'approved' },
    { edition: editionOf({ version: '1.1.0' }), status: 'approved' },
  ]);
  const counted = createCatalogue({
    index,
    read: (type, version) => {
      reads.push(version);
      return read(type, version);
    },
  });
  t.equal(counted.editions().length, 2);
  t.same(reads, []);
  counted.editionToIssue(TYPE);
  counted.findCredentialType(TYPE);
  t.same(reads, ['1.1.0']);
});
