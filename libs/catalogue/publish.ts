// Run after a change to the catalogue: `node libs/catalogue/publish.ts` (make catalogue) writes the editions, their
// index and the context from `contexts/catalogue`, and pins the context. An approved edition never changes. Until
// release 1.0 nobody holds a credential of one, and `--rewrite` lets it be corrected.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { JsonObject } from '#vc/data-model';
import { editionDigest, editionText, openEditions } from './edition-store.ts';
import { CONTEXT_URL } from './names.ts';
import { planEditions } from './plan-editions.ts';
import { loadSources } from './source.ts';

const CONTEXT_FILE = 'staffpassport-v1.jsonld';
const contexts = new URL('../../contexts/', import.meta.url);
const editions = new URL('editions/', contexts);
const manifestFile = new URL('manifest.json', contexts);

const contextFile = new URL(CONTEXT_FILE, contexts);
const { version: release } = readJson(new URL('../../package.json', import.meta.url)) as {
  version: string;
};

const plan = planEditions({
  sources: loadSources(new URL('catalogue/', contexts)),
  published: openEditions(editions),
  context: readJson(contextFile),
  rewrite: process.argv.includes('--rewrite'),
  release,
});
if (plan.refusals.length > 0) {
  for (const refusal of plan.refusals) console.error(refusal);
  process.exit(1);
}

for (const edition of plan.changed) {
  mkdirSync(new URL(`${edition.type}/`, editions), { recursive: true });
  writeFileSync(new URL(`${edition.type}/${edition.version}.json`, editions), editionText(edition));
  console.log(`wrote ${edition.type} ${edition.version}`);
}
writeFileSync(new URL('index.json', editions), toText(plan.index));

const context = toText(plan.context);
const manifest = readJson(manifestFile);
manifest[CONTEXT_URL] = {
  file: CONTEXT_FILE,
  sha256: editionDigest(context),
  source: 'contexts/editions, by node libs/catalogue/publish.ts',
  licence: 'Apache-2.0',
};
writeFileSync(contextFile, context);
writeFileSync(manifestFile, toText(manifest));

function readJson(file: URL): JsonObject {
  return JSON.parse(readFileSync(file, 'utf8')) as JsonObject;
}

function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
