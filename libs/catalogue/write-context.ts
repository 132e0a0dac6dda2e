// Run after a change to the catalogue: `node libs/catalogue/write-context.ts` writes the context and pins its bytes.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { credentialTypes } from './catalogue.ts';
import { buildContext } from './context.ts';
import { CONTEXT_URL } from './names.ts';

const FILE = 'staffpassport-v1.jsonld';
const folder = new URL('../../contexts/', import.meta.url);
const manifestFile = new URL('manifest.json', folder);

const bytes = `${JSON.stringify(buildContext(credentialTypes()), null, 2)}\n`;
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, unknown>;
manifest[CONTEXT_URL] = {
  file: FILE,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  source: 'contexts/catalogue, by node libs/catalogue/write-context.ts',
  licence: 'Apache-2.0',
};
writeFileSync(new URL(FILE, folder), bytes);
writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
