import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { type BreakingKind, breakingChanges } from '../compatibility.ts';
import type { EditionFile } from '../entry.ts';
import { at, type Edit, edited, editionOf, ifThen } from './made-up.ts';

const FIELD = { title: 'Hat', description: 'A hat', type: 'string', maxLength: 50 };
const ROBE = ifThen(
  { properties: { kind: { const: 'Robe' } } },
  { properties: { note: { maxLength: 20 } } },
);
const SCRUBS = editionOf().schema['allOf'] as JsonObject[];

const refused: [sentence: string, kind: BreakingKind, pointer: string, ...edits: Edit[]][] = [
  [
    'a field is removed',
    'field-removed',
    '/schema/properties/note',
    at('properties/note', undefined),
  ],
  [
    'an optional field is made required',
    'made-required',
    '/schema/required',
    at('required', ['kind', 'issuedOn', 'note']),
  ],
  [
    'a required field is made optional',
    'made-optional',
    '/schema/required',
    at('required', ['kind']),
  ],
  [
    'a new field is required',
    'required-field-added',
    '/schema/required',
    at('properties/hat', FIELD),
    at('required', ['kind', 'issuedOn', 'hat']),
  ],
  [
    'a type is changed',
    'type-changed',
    '/schema/properties/note/type',
    at('properties/note/type', 'number'),
  ],
  [
    'a value of a list is removed',
    'value-removed',
    '/schema/properties/kind/enum',
    at('properties/kind/enum', ['Tunic']),
  ],
  [
    'a free text becomes a list',
    'value-removed',
    '/schema/properties/note/enum',
    at('properties/note/enum', ['Two sets']),
  ],
  [
    'a pattern is changed',
    'format-changed',
    '/schema/properties/shoeSize/pattern',
    at('properties/shoeSize/pattern', '^[0-9]{2}$'),
  ],
  [
    'a pattern is taken away',
    'format-changed',
    '/schema/properties/shoeSize/pattern',
    at('properties/shoeSize/pattern', undefined),
  ],
  [
    'a date becomes a partial date, which is another datatype',
    'meaning-changed',
    '/schema/properties/issuedOn',
    at('properties/issuedOn/format', undefined),
    at('properties/issuedOn/pattern', '^[0-9]{4}(-[0-9]{2})?$'),
  ],
  [
    'a longest length is lowered',
    'bound-tightened',
    '/schema/properties/note/maxLength',
    at('properties/note/maxLength', 99),
  ],
  [
    'a longest length is taken away',
    'bound-removed',
    '/schema/properties/note/maxLength',
    at('properties/note/maxLength', undefined),
  ],
  [
    'a shortest length is raised',
    'bound-tightened',
    '/schema/properties/note/minLength',
    at('properties/note/minLength', 2),
  ],
  [
    'what was never empty can be',
    'bound-removed',
    '/schema/properties/note/minLength',
    at('properties/note/minLength', 0),
  ],
  [
    'a list takes fewer items',
    'bound-tightened',
    '/schema/properties/items/maxItems',
    at('properties/items/maxItems', 9),
  ],
  [
    'a member of an item is removed',
    'member-removed',
    '/schema/properties/items/items/properties/colour',
    at('properties/items/items/properties/colour', undefined),
  ],
  [
    'a member of an item is made required',
    'made-required',
    '/schema/properties/items/items/required',
    at('properties/items/items/required', ['piece', 'colour']),
  ],
  [
    'items are opened',
    'opened',
    '/schema/properties/items/items/additionalProperties',
    at('properties/items/items/additionalProperties', true),
  ],
  [
    'the claims are opened',
    'opened',
    '/schema/additionalProperties',
    at('additionalProperties', undefined),
  ],
  [
    'a fixed value is changed',
    'const-changed',
    '/schema/properties/washable/const',
    at('properties/washable/const', false),
  ],
  [
    'a field that could be withheld is always disclosed',
    'disclosure-changed',
    '/alwaysDisclosed',
    (edition) => edition.alwaysDisclosed.push('shoeSize'),
  ],
  [
    'a field that was always disclosed can be withheld',
    'disclosure-changed',
    '/alwaysDisclosed',
    (edition) => edition.alwaysDisclosed.pop(),
  ],
  [
    'a sensitivity is taken away',
    'sensitivity-changed',
    '/sensitivity/shoeSize',
    (edition) => delete edition.sensitivity['shoeSize'],
  ],
  [
    'a sensitivity becomes another',
    'sensitivity-changed',
    '/sensitivity/shoeSize',
    (edition) => (edition.sensitivity['shoeSize'] = 'employment'),
  ],
  [
    'a further role may issue',
    'issuer-role-added',
    '/mayIssue',
    (edition) => edition.mayIssue.push('host'),
  ],
  [
    'a role may no longer issue',
    'issuer-role-removed',
    '/mayIssue',
    (edition) => (edition.mayIssue = ['host']),
  ],
  [
    'the type is renamed',
    'type-renamed',
    '/type',
    (edition) => (edition.type = 'ClothesCredential'),
  ],
  [
    'a rule between fields is tightened',
    'rule-changed',
    '/schema/allOf/0',
    at('allOf/0/then/required', ['shoeSize', 'note']),
  ],
  [
    'a rule is added about claims that were good',
    'rule-changed',
    '/schema/allOf/1',
    at('allOf', [
      ...SCRUBS,
      ifThen({ properties: { kind: { const: 'Tunic' } } }, { required: ['note'] }),
    ]),
  ],
  ['a rule is taken away', 'rule-changed', '/schema/allOf/0', at('allOf', undefined)],
  [
    'a condition stands beside the fields',
    'rule-changed',
    '/schema/if',
    at('if', { required: ['note'] }),
  ],
  [
    'a keyword is used that the checker does not know',
    'rule-changed',
    '/schema/properties/note/contentEncoding',
    at('properties/note/contentEncoding', 'base64'),
  ],
];
for (const [sentence, kind, pointer, ...edits] of refused) {
  t.test(`it breaks a major version when ${sentence}`, async (t) => {
    t.same(breakingChanges(editionOf(), edited()), []);
    const found = breakingChanges(editionOf(), edited(...edits));
    t.ok(
      found.some((change) => change.kind === kind && change.pointer === pointer),
      JSON.stringify(found),
    );
  });
}

const passed: [sentence: string, ...edits: Edit[]][] = [
  ['an optional field is added', at('properties/hat', FIELD)],
  [
    'an optional field is added that is always disclosed',
    at('properties/hat', FIELD),
    (edition) => edition.alwaysDisclosed.push('hat'),
  ],
  ['an optional member is added to items', at('properties/items/items/properties/hat', FIELD)],
  [
    'a label and a description change',
    at('properties/note/title', 'Remark'),
    at('description', 'x'),
  ],
  ['a list gains a value', at('properties/kind/enum', ['Tunic', 'Scrubs', 'Robe'])],
  [
    'a list gains a value with a rule of its own',
    at('properties/kind/enum', ['Tunic', 'Scrubs', 'Robe']),
    at('allOf', [...SCRUBS, ROBE]),
  ],
  ['a longest length is raised', at('properties/note/maxLength', 200)],
  ['a field is marked sensitive', (edition) => (edition.sensitivity['note'] = 'health')],
  [
    'words and example change',
    (edition) => {
      edition.title = 'Clothes';
      edition.rendering = { summary: 'Of {kind}.' };
      edition.example = { kind: 'Tunic', issuedOn: '2026-01-06' };
    },
  ],
];
for (const [sentence, ...edits] of passed) {
  t.test(`nothing breaks when ${sentence}`, async (t) => {
    t.same(breakingChanges(editionOf(), edited(...edits)), []);
  });
}

const level = (subjectLevel: string): JsonObject => ({
  properties: { note: { const: subjectLevel } },
});

const withLevels = (...levels: string[]): EditionFile =>
  edited(at('allOf', [{ description: levels.join(), anyOf: levels.map(level) }]));

t.test('a further level of a core skill breaks nothing, a lost one does', async (t) => {
  t.same(breakingChanges(withLevels('1', '2'), withLevels('1', '2', '3')), []);
  t.match(breakingChanges(withLevels('1', '2'), withLevels('1')), [
    { kind: 'rule-changed', pointer: '/schema/allOf/0' },
  ]);
});
