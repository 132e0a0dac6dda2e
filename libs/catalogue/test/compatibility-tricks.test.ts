import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { type BreakingKind, breakingChanges } from '../compatibility.ts';
import type { EditionFile } from '../entry.ts';
import { at, type Edit, edited, editionOf, ifThen } from './made-up.ts';

/** The made-up edition with some edits, as the older one of a pair. */
function older(...edits: Edit[]): EditionFile {
  return { ...edited(...edits), version: '1.0.0' };
}

const RULES = editionOf().schema['allOf'] as JsonObject[];
const ROBES = at('properties/kind/enum', ['Tunic', 'Scrubs', 'Robe']);
const ROBE = ifThen({ properties: { kind: { const: 'Robe' } } }, { required: ['note'] });
const oneOf = (...values: string[]): JsonObject => ({
  anyOf: values.map((value) => ({ properties: { note: { const: value } } })),
});
const SIZE: JsonObject = {
  title: 'Size',
  description: 'A size',
  type: 'integer',
  maximum: 9,
  minimum: -9,
};
const { minimum: _minimum, ...BOTTOMLESS } = SIZE;

const broken: [
  sentence: string,
  kind: BreakingKind,
  pointer: string,
  before: Edit[],
  harmless: Edit[],
  breaking: Edit[],
][] = [
  [
    'a rule about a new value says something of all the others',
    'rule-changed',
    '/schema/allOf/1',
    [],
    [ROBES, at('allOf', [...RULES, ROBE])],
    [ROBES, at('allOf', [...RULES, { ...ROBE, else: { required: ['shoeSize'] } }])],
  ],
  [
    'a rule about a new value has one beside it that always counts',
    'rule-changed',
    '/schema/allOf/1',
    [],
    [ROBES, at('allOf', [...RULES, ROBE])],
    [ROBES, at('allOf', [...RULES, { ...ROBE, required: ['shoeSize'] }])],
  ],
  [
    'two rules become one that either meets',
    'rule-changed',
    '/schema/allOf/1',
    [at('allOf', [oneOf('a'), oneOf('b')])],
    [at('allOf', [oneOf('a', 'c'), oneOf('b', 'd')])],
    [at('allOf', [oneOf('a', 'b')])],
  ],
  [
    'what a claim called as an annotation depends on changes',
    'rule-changed',
    '/schema/allOf/0',
    [at('allOf', [{ dependentRequired: { title: ['note'] } }])],
    [at('allOf', [{ description: 'x', dependentRequired: { title: ['note'] } }])],
    [at('allOf', [{ dependentRequired: { title: ['shoeSize'] } }])],
  ],
  [
    'a number without a smallest one gains it',
    'bound-tightened',
    '/schema/properties/size/minimum',
    [at('properties/size', BOTTOMLESS)],
    [at('properties/size', { ...BOTTOMLESS, maximum: 10 })],
    [at('properties/size', { ...BOTTOMLESS, minimum: 0 })],
  ],
  [
    'a smallest number is taken away',
    'bound-removed',
    '/schema/properties/size/minimum',
    [at('properties/size', SIZE)],
    [at('properties/size', { ...SIZE, minimum: -10 })],
    [at('properties/size', BOTTOMLESS)],
  ],
  [
    'what nobody checked is said to be authoritative',
    'provenance-changed',
    '/trustFramework/pedigree',
    [(edition) => (edition.trustFramework.pedigree = 'Self-declared')],
    [
      (edition) => (edition.trustFramework.pedigree = 'Self-declared'),
      (edition) => (edition.trustFramework.assurancePolicy = 'Measured twice'),
    ],
    [],
  ],
  [
    'claims are verified in another way',
    'provenance-changed',
    '/trustFramework/verificationMethod',
    [],
    [],
    [(edition) => (edition.trustFramework.verificationMethod = 'Not verified')],
  ],
];
for (const [sentence, kind, pointer, before, harmless, breaking] of broken) {
  t.test(`it breaks a major version when ${sentence}`, async (t) => {
    t.same(breakingChanges(older(...before), edited(...harmless)), []);
    const found = breakingChanges(older(...before), edited(...breaking));
    t.ok(
      found.some((change) => change.kind === kind && change.pointer === pointer),
      JSON.stringify(found),
    );
  });
}

const needs = (description: string, name: string): Edit[] => [
  at('if', { required: ['note'] }),
  at('then', { description, required: [name] }),
];

t.test('words inside a condition beside the fields may change', async (t) => {
  const was = older(...needs('Notes need a size', 'shoeSize'));
  t.same(breakingChanges(was, edited(...needs('A note needs a size', 'shoeSize'))), []);
  t.match(breakingChanges(was, edited(...needs('Notes need a size', 'washable'))), [
    { kind: 'rule-changed', pointer: '/schema/then' },
  ]);
});
