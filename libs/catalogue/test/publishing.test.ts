import t from 'tap';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { checkEdition } from '../check-edition.ts';
import { buildContext } from '../context.ts';
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
const plan = (before: Versioned[], after: Versioned, rewrite = false, release = '0.9.0') =>
  planEditions({
    sources: [after],
    published: editionsOf(before),
    context: buildContext(before.map(({ edition }) => edition)),
    rewrite,
    release,
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
const TEXT = { type: 'string', maxLength: 9 };
const HAT = { ...WORDS, type: 'string', maxLength: 50 };

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

t.test('a version that comes late is compared with the newer one that is there', async (t) => {
  const latest = source({ version: '1.2.0' });
  const late = source({ version: '1.1.0', ...property('hat', HAT) });
  t.same(plan([source({})], late).refusals, []);
  t.match(plan([source({}), latest], late).refusals, [
    /1\.2\.0 breaks 1\.1\.0: \/schema\/properties\/hat is gone/,
  ]);
});

t.test('from release 1.0 on no word lets an approved edition change', async (t) => {
  const after = source({ title: 'Clothes' });
  t.same(plan([source({})], after, true, '0.9.0').refusals, []);
  t.match(plan([source({})], after, true, '1.0.0').refusals, [
    /--rewrite/,
    /1\.0\.0 is approved and never changes/,
  ]);
});

t.test('an edition that somebody changed by hand stops publishing', async (t) => {
  const published = editionsOf([source({})]);
  const { context } = plan([source({})], source({ version: '1.1.0' }));
  const next = { sources: [source({ version: '1.1.0' })], context, rewrite: false, release: '0.9' };
  t.same(planEditions({ ...next, published }).refusals, []);
  const read: typeof published.read = (type, version) =>
    published.read(type, version).replace('"Shoe size"', '"Hat size"');
  t.match(planEditions({ ...next, published: { ...published, read } }).refusals, [
    /1\.0\.0 is not the one that was published/,
  ]);
});

t.test('a term of the context is never lost and never gets another meaning', async (t) => {
  const sources = [source({})];
  const published = editionsOf(sources);
  const before = buildContext([editionOf(property('hat', HAT))]);
  const next = { sources, published, release: '0.9.0' };
  t.same(plan(sources, source({})).refusals, []);
  t.match(planEditions({ ...next, context: before, rewrite: false }).refusals, [
    /\/UniformCredential\/hat/,
  ]);
  const altered = JSON.parse(
    JSON.stringify(buildContext([editionOf()])).replace('vocab#shoeSize', 'vocab#size'),
  ) as JsonObject;
  t.match(planEditions({ ...next, context: altered, rewrite: false }).refusals, [
    /\/UniformCredential\/shoeSize/,
  ]);
  t.same(planEditions({ ...next, context: altered, rewrite: true }).refusals, []);
});

t.test('two meanings of one term in two majors stop publishing', async (t) => {
  const partial = property('issuedOn', { ...HAT, pattern: '^[0-9]{4}$' });
  t.same(plan([], source({ version: '2.0.0', ...partial })).refusals.length, 1, 'the example');
  const { refusals } = plan([source({})], source({ version: '2.0.0', ...partial }));
  t.match(refusals.at(-1), /issuedOn of UniformCredential has two meanings/);
});

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
    'a text about an offence is always disclosed',
    /kind is criminal-offence: the holder must be able to withhold it/,
    { sensitivity: { kind: 'criminal-offence' } },
  ],
  [
    'a list may be empty, which JSON-LD does not sign',
    /hat may be an empty list/,
    property('hat', { ...WORDS, type: 'array', maxItems: 9, items: { type: 'boolean' } }),
  ],
  [
    'a list may hold a text twice, which JSON-LD signs once',
    /hat may hold one value twice/,
    property('hat', { ...WORDS, type: 'array', minItems: 1, maxItems: 9, items: TEXT }),
  ],
  [
    'a list holds lists, which JSON-LD makes one',
    /hat is a list of lists/,
    property('hat', {
      ...WORDS,
      type: 'array',
      minItems: 1,
      maxItems: 9,
      items: { type: 'array', minItems: 1, maxItems: 9, uniqueItems: true, items: TEXT },
    }),
  ],
  [
    'a number has fractions, which JSON-LD rounds',
    /hat must have one type/,
    property('hat', { ...WORDS, type: 'number', minimum: 0, maximum: 9 }),
  ],
  [
    'a pattern is open at its end',
    /hat\/pattern does not hold for the whole text/,
    property('hat', { ...WORDS, type: 'string', pattern: '^[0-9]{2}' }),
  ],
  [
    'only one alternative of a pattern begins at the beginning',
    /hat\/pattern does not hold for the whole text/,
    property('hat', { ...WORDS, type: 'string', pattern: '^[0-9]{7}|(L|D)[0-9]{6}$' }),
  ],
  [
    'a pattern lets a text grow without end',
    /hat is text without an end/,
    property('hat', { ...WORDS, type: 'string', pattern: '^[0-9]+$' }),
  ],
  [
    'a member of an object is named as JSON-LD names its own',
    /type cannot be the name of a claim/,
    property('hat', {
      ...WORDS,
      type: 'object',
      additionalProperties: false,
      properties: { type: { ...WORDS, ...TEXT } },
    }),
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

t.test('a yes or no about an offence may be always disclosed: it is what decides', async (t) => {
  const sensitivity = { washable: 'criminal-offence' } as const;
  const faults = (alwaysDisclosed: string[]) =>
    checkEdition(editionOf({ sensitivity, alwaysDisclosed }), 'approved');
  t.same(faults(['kind', 'washable']), []);
});

for (const pattern of ['^([0-9]{7}|L[0-9]{6})$', '^[a-c|]\\|[0-9]{1,2}$']) {
  t.test(`${pattern} holds for a whole text and ends`, async (t) => {
    const edition = editionOf(property('hat', { ...WORDS, type: 'string', pattern }));
    t.same(checkEdition(edition, 'approved'), []);
  });
}
