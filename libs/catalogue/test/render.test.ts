import t from 'tap';
import { renderCard, type Rendering, renderText } from '#catalogue/render';
import { elementsOf, parseXml, shownBy, withoutSpaces } from './render-helper.ts';

const ENTRY = {
  title: 'Visit',
  group: 'Employment checks',
  schema: {
    properties: {
      place: { title: 'Place', type: 'string' },
      day: { title: 'Day', type: 'string', format: 'date' },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      known: { title: 'Known since', type: 'string', if: {}, then: { format: 'date' } },
      seenAt: { title: 'Seen at', type: 'string', format: 'date-time' },
      agreed: { title: 'Agreed', type: 'boolean' },
      how: { title: 'How', type: 'string', enum: ['FaceToFace', 'CSTF', 'By post'] },
      contact: {
        title: 'Contact',
        type: 'object',
        properties: { name: { title: 'Name', type: 'string' } },
      },
      names: { title: 'Names', type: 'array', items: { type: 'string' } },
      events: {
        title: 'Event',
        type: 'array',
        items: { type: 'object', properties: { kind: { title: 'Kind', type: 'string' } } },
      },
    },
  },
  rendering: { summary: 'A visit to {place}.' },
} satisfies Rendering['entry'];

const render = (claims: Rendering['claims'], more: Partial<Rendering> = {}) =>
  renderText({ entry: ENTRY, claims, ...more });
const card = (claims: Rendering['claims'], more: Partial<Rendering> = {}) =>
  renderCard({ entry: ENTRY, claims, ...more });

const height = (place: string) => Number(parseXml(card({ place })).attributes['height']);

t.test(
  'a text has title, sentence, issuer, facts in the order of the schema, and validity',
  async (t) => {
    const text = render(
      { events: [{ kind: 'First' }, { kind: 'Second' }], agreed: false, place: 'Ward 1' },
      { issuerName: 'Ashmere Trust', validFrom: '2025-06-03T09:30:00Z' },
    );
    t.equal(
      text,
      [
        'Visit',
        'A visit to Ward 1.',
        '',
        'Issued by Ashmere Trust',
        '',
        'Place: Ward 1',
        'Agreed: No',
        'Event (1 of 2):',
        '  Kind: First',
        'Event (2 of 2):',
        '  Kind: Second',
        '',
        'Valid from 3 June 2025, 10:30',
      ].join('\n'),
    );
  },
);

t.test('dates are said as people say them, as far as they are known', async (t) => {
  for (const [claim, value, said] of [
    ['day', '2025-06-03', 'Day: 3 June 2025'],
    ['known', '2025-06', 'Known since: June 2025'],
    ['known', '2025', 'Known since: 2025'],
    ['known', '2025-06-30', 'Known since: 30 June 2025'],
    ['seenAt', '2025-01-03T23:30:00Z', 'Seen at: 3 January 2025, 23:30'],
    ['seenAt', '2025-06-03T23:30:00Z', 'Seen at: 4 June 2025, 00:30'],
    // no schema says that these are dates
    ['place', '2025-06-03', 'Place: 2025-06-03'],
    ['day', '2025-13-03', 'Day: 2025-13-03'],
  ] as const) {
    t.match(render({ [claim]: value }), said);
  }
});

t.test(
  'codes of a list are said in plain words, in the sentence too; other text is kept',
  async (t) => {
    const entry = { ...ENTRY, rendering: { summary: 'A visit, {how}.' } };
    const said = renderText({ entry, claims: { how: 'FaceToFace', place: 'FaceToFace' } });
    t.match(said, 'A visit, Face to face.');
    t.match(said, 'How: Face to face');
    t.match(said, 'Place: FaceToFace', 'no list says that this is a code');
    t.match(shownBy(card({ how: 'FaceToFace' })), 'Facetoface');
    // acronyms, what is plain already, and what the list does not have
    for (const how of ['CSTF', 'By post', 'ByPigeonPost']) t.match(render({ how }), `How: ${how}`);
  },
);

t.test('the day alone is said of what begins or ends with a day of London', async (t) => {
  const said = render(
    {},
    { validFrom: '2025-05-31T23:00:00Z', validUntil: '2025-12-31T23:59:59Z' },
  );
  t.match(said, 'Valid from 1 June 2025\nValid until 31 December 2025');
  t.match(render({}, { validUntil: '2025-06-01T00:00:00+01:00' }), 'until 1 June 2025, 00:00');
});

t.test('what is not there is not said, and what is empty is said to be', async (t) => {
  const text = render({ place: '', names: [] });
  t.equal(text, 'Visit\n\nPlace: none\nNames: none');
});

t.test('a claim that the schema does not know is shown all the same', async (t) => {
  const claims = { place: 'Ward 1', extra: { deep: 'kept' } };
  t.match(render(claims), 'Place: Ward 1\nextra:\n  deep: kept');
  t.match(shownBy(card(claims)), 'kept');
});

t.test('the sentence is left out when a claim that it names was withheld', async (t) => {
  t.match(render({ place: 'Ward 1' }), 'A visit to Ward 1.');
  t.notMatch(render({ agreed: true }), 'A visit');
});

t.test('a claim with braces is not read as a sentence again', async (t) => {
  t.match(render({ place: '{day} $& $1', day: '2025-06-03' }), 'A visit to {day} $& $1.');
});

t.test(
  'further lines of a claim stand indented and cannot pass for facts of their own',
  async (t) => {
    const text = render({ contact: { name: 'Rowan\nAgreed: Yes' }, place: 'Ward 1\nAgreed: Yes' });
    t.match(text, 'Place: Ward 1\n    Agreed: Yes');
    t.match(text, '  Name: Rowan\n      Agreed: Yes');
    t.notMatch(text, /^Agreed/m);
    t.notMatch(render({}, { issuerName: 'Trust\nAgreed: Yes' }), /^Agreed/m);
  },
);

t.test('hostile text is shown and starts nothing', async (t) => {
  for (const hostile of [
    '<script>alert(1)</script>',
    '</text></svg><script>alert(1)</script>',
    `" onload="alert(1)' x='`,
    ']]><!--&amp;&bogus;&#0;',
    '<![CDATA[ x ]]>',
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
  ]) {
    const svg = card({ place: hostile }, { issuerName: hostile });
    const names = elementsOf(parseXml(svg)).map(({ name }) => name);
    t.same(
      names.filter((name) => name === 'script'),
      [],
    );
    t.equal(shownBy(svg).split(withoutSpaces(hostile)).length, 4, 'sentence, fact and issuer');
    t.match(render({ place: hostile }), hostile);
  }
});

t.test('characters that hide or turn what stands beside them are named', async (t) => {
  for (const [character, name] of [
    ['\u202e', '[U+202E]'],
    ['\u2066', '[U+2066]'],
    ['\u0000', '[U+0000]'],
    ['\u001b', '[U+001B]'],
    ['\ufffe', '[U+FFFE]'],
    ['\ud800', '[U+D800]'],
    ['\r', '[U+000D]'],
    ['\u00ad', '[U+00AD]'],
    ['\u200b', '[U+200B]'],
    ['\u2060', '[U+2060]'],
    ['\ufeff', '[U+FEFF]'],
    ['\u3164', '[U+3164]'],
    ['\u{e0041}', '[U+E0041]'],
  ] as const) {
    const claims = { place: `a${character}b` };
    t.match(render(claims), `Place: a${name}b`);
    t.match(shownBy(card(claims)), `a${name}b`);
  }
  // an emoji is two code units and no stray half; joiners and marks of direction change only their neighbours
  for (const kept of ['😀 \u200f', '👩\u200d⚕\ufe0f', 'می\u200cخواهم']) {
    t.match(render({ place: kept }), `Place: ${kept}`);
  }
});

t.test('long text is broken into lines, and a word longer than a line too', async (t) => {
  for (const long of ['word '.repeat(200), 'x'.repeat(1_000), 'W'.repeat(300), '漢'.repeat(300)]) {
    const svg = card({ place: long.trim() });
    t.ok(shownBy(svg).includes(withoutSpaces(long)));
    const lines = elementsOf(parseXml(svg)).filter(({ name }) => name === 'text');
    t.ok(lines.every(({ text }) => text.length <= 90));
  }
});

t.test('a date is not torn apart at the end of a line', async (t) => {
  for (let length = 1; length < 60; length += 1) {
    const svg = card({
      place: `${'a'.repeat(length)} on 1 September 2025, level 2, and more of it`,
    });
    const lines = elementsOf(parseXml(svg)).map(({ name, text }) => (name === 'text' ? text : ''));
    t.equal(
      lines.filter((line) => line.includes('1 September 2025')).length,
      2,
      'sentence and fact',
    );
    t.equal(lines.filter((line) => line.includes('level 2,')).length, 2);
  }
});

t.test('a card is as high as its facts need', async (t) => {
  t.ok(height('line\n'.repeat(20)) > height('line') + 19 * 15);
});
