import t from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { checkEdition } from '../check-edition.ts';
import { editionsOf } from '../edition-store.ts';
import type { EditionFile, EditionStatus } from '../entry.ts';
import { planEditions } from '../plan-editions.ts';
import { editionOf } from './made-up.ts';

interface Versioned {
  edition: EditionFile;
  status: EditionStatus;
}
const source = (change: Partial<EditionFile>, status: EditionStatus = 'approved'): Versioned => ({
  edition: editionOf(change),
  status,
});
const plan = (before: Versioned[], after: Versioned, rewrite = false) =>
  planEditions({ sources: [after], published: editionsOf(before), rewrite });

t.test('publishing twice changes nothing', async (t) => {
  const { changed, refusals, index } = plan([source({})], source({}));
  t.same([changed, refusals], [[], []]);
  t.same(index, editionsOf([source({})]).index);
});

t.test('a new minor version is published beside the older one', async (t) => {
  const { changed, refusals, index } = plan([source({})], source({ version: '1.1.0' }));
  t.same(refusals, []);
  t.same(
    changed.map(({ version }) => version),
    ['1.1.0'],
  );
  t.same(Object.keys(index['UniformCredential'] ?? {}), ['1.0.0', '1.1.0']);
});

t.test('an approved edition never changes, but before release by a word of its own', async (t) => {
  const after = source({ title: 'Clothes' });
  t.same(plan([source({}, 'draft')], after).refusals, []);
  t.match(plan([source({})], after).refusals, [/1\.0\.0 is approved and never changes/]);
  t.match(plan([source({}, 'deprecated')], source({ title: 'Clothes' }, 'deprecated')).refusals, [
    /is deprecated and never changes/,
  ]);
  t.same(plan([source({})], after, true).refusals, []);
});

t.test('an approved edition can be deprecated and is no draft again', async (t) => {
  const deprecated = plan([source({})], source({}, 'deprecated'));
  t.same(deprecated.refusals, []);
  t.equal(deprecated.index['UniformCredential']?.['1.0.0']?.status, 'deprecated');
  t.match(plan([source({})], source({}, 'draft')).refusals, [/no draft again/]);
});

t.test('a breaking change needs a new major version', async (t) => {
  const mayIssue: EditionFile['mayIssue'] = ['employer', 'host'];
  t.same(plan([source({})], source({ version: '2.0.0', mayIssue })).refusals, []);
  t.match(plan([source({})], source({ version: '1.1.0', mayIssue })).refusals, [
    /1\.1\.0 breaks 1\.0\.0: \/mayIssue host may issue/,
  ]);
  t.same(
    plan([source({}, 'draft')], source({ version: '1.1.0', mayIssue })).refusals,
    [],
    'nobody has used a draft',
  );
});

const property = (name: string, definition: JsonValue): Partial<EditionFile> => {
  const { schema } = editionOf();
  return {
    schema: {
      ...schema,
      properties: { ...(schema['properties'] as JsonObject), [name]: definition },
    },
  };
};
const WORDS = { title: 'Hat', description: 'A hat' };
const unfit: [sentence: string, fault: RegExp, change: Partial<EditionFile>][] = [
  ['nobody may issue', /\/mayIssue .* at least 1/, { mayIssue: [] }],
  ['an unknown role may issue', /\/mayIssue/, { mayIssue: ['wizard' as 'host'] }],
  ['a sensitivity is unknown', /\/sensitivity/, { sensitivity: { note: 'secret' as 'pay' } }],
  ['a sensitivity is of no field', /sensitivity names hat/, { sensitivity: { hat: 'pay' } }],
  ['what is no field is disclosed', /alwaysDisclosed names hat/, { alwaysDisclosed: ['hat'] }],
  [
    'pay is always disclosed',
    /kind is pay: the holder must be able to withhold it/,
    { sensitivity: { kind: 'pay' } },
  ],
  [
    'the summary speaks of what can be missing',
    /rendering.summary names note/,
    { rendering: { summary: 'Of {note}.' } },
  ],
  ['a version is no semver', /\/version/, { version: '1.0' }],
  ['the type sorts too late', /sort before/, { type: 'WorkwearCredential' }],
  [
    'a claim is named as JWTs name theirs',
    /vct cannot be/,
    property('vct', { ...WORDS, type: 'string', maxLength: 9 }),
  ],
  [
    'a field has no label',
    /hat has no title/,
    property('hat', { description: 'A hat', type: 'boolean' }),
  ],
  ['a text has no end', /text without an end/, property('hat', { ...WORDS, type: 'string' })],
  [
    'a list has no end',
    /list without an end/,
    property('hat', { ...WORDS, type: 'array', items: { type: 'boolean' } }),
  ],
  ['an object is open', /is open/, property('hat', { ...WORDS, type: 'object', properties: {} })],
  ['a field has any type', /must have one type/, property('hat', WORDS)],
  [
    'a keyword is used that nothing can compare',
    /uses contentEncoding/,
    property('hat', { ...WORDS, type: 'string', maxLength: 9, contentEncoding: 'base64' }),
  ],
  ['the example does not pass', /\/example\/kind/, { example: { issuedOn: '2026-01-05' } }],
];
for (const [sentence, fault, change] of unfit) {
  t.test(`an edition is unfit to be published when ${sentence}`, async (t) => {
    t.same(checkEdition(editionOf(), 'approved'), []);
    const faults = checkEdition(editionOf(change), 'approved');
    t.ok(
      faults.some((one) => fault.test(one)),
      faults.join('; '),
    );
    t.ok(plan([], source(change)).refusals.length > 0, 'and it is not published');
  });
}

t.test('an edition with a status that there is not is unfit to be published', async (t) => {
  t.same(checkEdition(editionOf(), 'draft'), []);
  t.match(checkEdition(editionOf(), 'final'), [/status/]);
});
