import { readFileSync } from 'node:fs';
import t from 'tap';
import { CREDENTIAL_LIMITS, canonicalizeNQuads } from '../canonicalize.ts';

interface VectorEntry {
  id: string;
  type: 'rdfc:RDFC10EvalTest' | 'rdfc:RDFC10MapTest' | 'rdfc:RDFC10NegativeEvalTest';
  name: string;
  hashAlgorithm?: 'SHA384';
  action: string;
  result: string;
}

const folder = new URL('../../../test/vectors/rdf-canon/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const { entries } = JSON.parse(read('manifest.jsonld')) as { entries: VectorEntry[] };

// Three vectors are poison that is computable with patience: more of it than a credential is ever granted.
const limits = { ...CREDENTIAL_LIMITS, steps: 1_000_000 };

function canonicalizeVector({ action, hashAlgorithm }: VectorEntry) {
  return canonicalizeNQuads(read(action), {
    limits,
    hashAlgorithm: hashAlgorithm === 'SHA384' ? 'sha384' : 'sha256',
  });
}

t.equal(entries.length, 86, 'the whole suite is there');

for (const entry of entries.filter(({ type }) => type === 'rdfc:RDFC10EvalTest')) {
  t.test(`RDFC-1.0 ${entry.id} ${entry.name}: the canonical form is the W3C's`, async (t) => {
    const { canonical } = await canonicalizeVector(entry);
    t.equal(canonical, read(entry.result));
  });
}

for (const entry of entries.filter(({ type }) => type === 'rdfc:RDFC10MapTest')) {
  t.test(`RDFC-1.0 ${entry.id} ${entry.name}: the issued identifiers are the W3C's`, async (t) => {
    const { blankNodeMap } = await canonicalizeVector(entry);
    t.same(Object.fromEntries(blankNodeMap), JSON.parse(read(entry.result)));
  });
}

for (const entry of entries.filter(({ type }) => type === 'rdfc:RDFC10NegativeEvalTest')) {
  t.test(`RDFC-1.0 ${entry.id} ${entry.name}: it is refused`, async (t) => {
    await t.rejects(canonicalizeNQuads(read(entry.action)), { code: 'TOO_COMPLEX' });
    await t.rejects(canonicalizeVector(entry), { code: 'TOO_COMPLEX' });
  });
}
