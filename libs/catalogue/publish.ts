// Run after a change to the catalogue: `node libs/catalogue/publish.ts` (make catalogue) writes the editions, their
// index and the context from `contexts/catalogue`, and pins the context. An approved edition never changes. Until
// release 1.0 nobody holds a credential of one, and `--rewrite` lets it be corrected.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildContext } from './context.ts';
import { editionDigest, editionText, openEditions } from './edition-store.ts';
import type { EditionFile } from './entry.ts';
import { CONTEXT_URL } from './names.ts';
import { planEditions } from './plan-editions.ts';
import { loadSources } from './source.ts';

const CONTEXT_FILE = 'staffpassport-v1.jsonld';
const contexts = new URL('../../contexts/', import.meta.url);
const editions = new URL('editions/', contexts);
const manifestFile = new URL('manifest.json', contexts);

const { index, changed, refusals } = planEditions({
  sources: loadSources(new URL('catalogue/', contexts)),
  published: openEditions(editions),
  rewrite: process.argv.includes('--rewrite'),
});
if (refusals.length > 0) {
  for (const refusal of refusals) console.error(refusal);
  process.exit(1);
}

for (const edition of changed) {
  mkdirSync(new URL(`${edition.type}/`, editions), { recursive: true });
  writeFileSync(new URL(`${edition.type}/${edition.version}.json`, editions), editionText(edition));
  console.log(`wrote ${edition.type} ${edition.version}`);
}
writeFileSync(new URL('index.json', editions), toText(index));

const { read } = openEditions(editions);
const all = Object.entries(index).flatMap(([type, versions]) =>
  Object.keys(versions).map((version) => JSON.parse(read(type, version)) as EditionFile),
);
const context = toText(buildContext(all));
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
manifest[CONTEXT_URL] = {
  file: CONTEXT_FILE,
  sha256: editionDigest(context),
  source: 'contexts/editions, by node libs/catalogue/publish.ts',
  licence: 'Apache-2.0',
};
writeFileSync(new URL(CONTEXT_FILE, contexts), context);
writeFileSync(manifestFile, toText(manifest));

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
