import t from 'tap';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  isJsonObject,
  type JsonObject,
} from '#vc/data-model';
import { checkRules, RULES } from '#vc/vcdm-rules';
import { type Changes, DOCUMENTS, type RuleCase, TOP_LEVEL_CASES } from './rule-cases.ts';
import { MORE_CASES } from './rule-cases-more.ts';

const CASES = [...TOP_LEVEL_CASES, ...MORE_CASES];

function documentOf({ to }: RuleCase, changes: Changes = {}): JsonObject {
  // takes away what a case set to undefined
  return JSON.parse(JSON.stringify({ ...DOCUMENTS[to], ...changes })) as JsonObject;
}

for (const one of CASES) {
  const kind = one.to === 'presentation' ? 'presentation' : 'credential';
  t.test(one.name, async (t) => {
    t.equal(checkRules(documentOf(one), { kind }), undefined, 'the unbroken document');
    for (const changes of one.good) {
      const found = checkRules(documentOf(one, changes), { kind });
      t.equal(found, undefined, `good: ${JSON.stringify(changes)}`);
    }
    const rule = RULES.find(({ id }) => id === one.rule);
    for (const changes of one.broken) {
      const document = documentOf(one, changes);
      const what = `broken: ${JSON.stringify(changes)}`;
      t.match(rule?.check(document), { code: 'MALFORMED_VALUE_ERROR', pointer: /^\// }, what);
      t.match(checkRules(document, { kind }), { code: 'MALFORMED_VALUE_ERROR' }, what);
    }
  });
}

/** The same with the contexts of the two versions in each other's places. */
function inOldContext(document: JsonObject): JsonObject {
  const text = JSON.stringify(document, (_key, value: unknown) => {
    if (value === CREDENTIALS_V2_CONTEXT) return CREDENTIALS_V1_CONTEXT;
    return value === CREDENTIALS_V1_CONTEXT ? CREDENTIALS_V2_CONTEXT : value;
  });
  return JSON.parse(text) as JsonObject;
}

// What 1.1 demands as well is tried on documents of 1.1; what is good in both is tried above.
for (const one of CASES) {
  const rule = RULES.find(({ id }) => id === one.rule);
  if (one.to === 'credential-v1' || !rule?.versions.includes('1.1')) continue;
  const kind = one.to;
  t.test(`of VCDM 1.1: ${one.name}`, async (t) => {
    const old = kind === 'credential' ? DOCUMENTS['credential-v1'] : DOCUMENTS.presentation;
    const whole = { ...old, '@context': [CREDENTIALS_V2_CONTEXT] };
    t.equal(checkRules(inOldContext(whole), { kind }), undefined, 'the unbroken document');
    for (const changes of one.broken) {
      const document = JSON.parse(JSON.stringify({ ...whole, ...changes })) as JsonObject;
      const found = checkRules(inOldContext(document), { kind });
      t.match(found, { code: 'MALFORMED_VALUE_ERROR' }, JSON.stringify(changes));
    }
  });
}

t.test('every rule is what refuses something that no other does', async (t) => {
  for (const { id } of RULES) {
    const without = new Set([id]);
    const isNeeded = CASES.filter(({ rule }) => rule === id).some((one) =>
      one.broken.some((changes) => {
        const kind = one.to === 'presentation' ? 'presentation' : 'credential';
        return checkRules(documentOf(one, changes), { kind, without }) === undefined;
      }),
    );
    t.ok(isNeeded, `${id}: with it off, something broken of its cases passes`);
  }
});

t.test('every rule has its cases, and its id once', async (t) => {
  const ids = RULES.map(({ id }) => id);
  t.equal(new Set(ids).size, ids.length);
  t.same(CASES.map(({ rule }) => rule).toSorted(), ids.toSorted());
});

t.test('a finding points to the place', async (t) => {
  const credential = { ...DOCUMENTS.credential, evidence: [{ type: 'Seen' }, { id: 'urn:x:1' }] };
  t.equal(checkRules(credential, { kind: 'credential' })?.pointer, '/evidence/1/type');
  const issuer = { id: 'did:example:1', name: [{ '@value': 'A' }, 7] };
  const named = { ...DOCUMENTS.credential, issuer };
  t.ok(isJsonObject(named));
  t.equal(checkRules(named, { kind: 'credential' })?.pointer, '/issuer/name/1');
});

t.test('what only VCDM 2.0 demands is not asked of a credential of VCDM 1.1', async (t) => {
  const old = { ...DOCUMENTS['credential-v1'], validFrom: 'any text' };
  t.equal(checkRules(old, { kind: 'credential' }), undefined);
  const current = { ...DOCUMENTS.credential, validFrom: 'any text' };
  t.equal(checkRules(current, { kind: 'credential' })?.pointer, '/validFrom');
});
