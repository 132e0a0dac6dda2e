import t from 'tap';
import { credentialTypes } from '#catalogue/catalogue';
import { codesOf, describeCode, renderCard, renderText } from '#catalogue/render';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { elementsOf, parseXml, shownBy, withoutSpaces } from './render-helper.ts';

const ISSUED = {
  issuerName: 'Ashmere Teaching Hospitals Trust',
  validFrom: '2025-06-03T00:00:00+01:00',
  validUntil: '2028-06-02T22:59:59Z',
};
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );

const PLAIN: Record<string, string> = {
  BritishOrIrishCitizen: 'British or Irish citizen',
  ClinicalTest: 'Clinical test',
  ACHIEVED: 'Achieved',
  DigitalIdentityProvider: 'Digital identity provider',
  EmployeePortalLogin: 'Employee portal login',
  FaceToFace: 'Face to face',
  IdentityCredential: 'Identity credential',
  SettledOrIndefinite: 'Settled or indefinite',
  TimeLimitedPermission: 'Time limited permission',
};

/** Every list of codes of a schema, however deep. */
function listsOf(schema: JsonValue): string[][] {
  if (Array.isArray(schema)) return schema.flatMap(listsOf);
  if (!isJsonObject(schema)) return [];
  return [codesOf(schema), ...Object.values(schema).flatMap(listsOf)];
}

t.test('every code of every list is said in plain words, and no two in the same', async (t) => {
  const lists = credentialTypes().flatMap(({ schema }) => listsOf(schema));
  for (const codes of lists) {
    const said = codes.map(describeCode);
    t.equal(new Set(said).size, new Set(codes).size);
    t.same(
      said,
      codes.map((code) => PLAIN[code] ?? code),
    );
    t.same(
      said.filter((one) => /[a-z][A-Z]/.test(one)),
      [],
    );
  }
  t.strictSame(
    Object.keys(PLAIN).filter((code) => !lists.flat().includes(code)),
    [],
  );
});

/** What a reader must find of a leaf; written apart from the code, so that both would have to be wrong. */
function expected(leaf: JsonValue, { enum: codes, format, then }: JsonObject): string {
  if (typeof leaf === 'boolean') return leaf ? 'Yes' : 'No';
  const text = typeof leaf === 'string' ? leaf : JSON.stringify(leaf);
  if (Array.isArray(codes)) return PLAIN[text] ?? text;
  const date = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text);
  // a terms version `2026-01` is none
  if (date?.[2] === undefined || (format === undefined && then === undefined)) return text;
  const month = `${MONTHS[Number(date[2]) - 1]} ${date[1]}`;
  return date[3] === undefined ? month : `${Number(date[3])} ${month}`;
}

/** The labels and values of what an example has, however deep. */
function partsOf(schema: JsonObject, value: JsonValue): { labels: string[]; values: string[] } {
  if (!isJsonObject(value) && !Array.isArray(value)) {
    return { labels: [], values: [expected(value, schema)] };
  }
  const properties = schema['properties'] as Record<string, JsonObject>;
  const labels = isJsonObject(value)
    ? Object.keys(value).map((name) => properties[name]?.['title'] as string)
    : [];
  const inside = Object.entries(value).map(([name, member]) =>
    partsOf((Array.isArray(value) ? schema['items'] : properties[name]) as JsonObject, member),
  );
  return {
    labels: [...labels, ...inside.flatMap((one) => one.labels)],
    values: inside.flatMap((one) => one.values),
  };
}

for (const entry of credentialTypes()) {
  const rendering = { entry, claims: entry.example, ...ISSUED };
  const { labels, values } = partsOf(entry.schema, entry.example);

  t.test(`the text of ${entry.type} says all of its example`, async (t) => {
    const text = renderText(rendering);
    t.ok(values.length >= Object.keys(entry.example).length);
    for (const part of [...labels, ...values.flatMap((value) => value.split('\n'))]) {
      t.ok(text.includes(part), part);
    }
    t.match(text, `Issued by ${ISSUED.issuerName}`);
    t.match(text, 'Valid from 3 June 2025\nValid until 2 June 2028');
    t.notMatch(text, /undefined|\[object|\{|\}/);
  });

  t.test(`the card of ${entry.type} shows all of its example, and stands alone`, async (t) => {
    const svg = renderCard(rendering);
    const shown = shownBy(svg);
    for (const part of [entry.title, ISSUED.issuerName, ...labels, ...values]) {
      t.ok(shown.includes(withoutSpaces(part)), part);
    }
    const root = parseXml(svg);
    const elements = elementsOf(root);
    t.equal(root.attributes['role'], 'img');
    t.same(
      root.children.slice(0, 2).map(({ name, text }) => [name, text]),
      [
        ['title', entry.title],
        ['desc', renderText(rendering)],
      ],
    );
    const known = new Set(['svg', 'title', 'desc', 'g', 'rect', 'path', 'circle', 'text']);
    t.same(
      elements.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    );
    const attributes = new Set(elements.flatMap((one) => Object.keys(one.attributes)));
    const active = [...attributes].filter((name) => /^(on|style|id$|href|src|xlink)/i.test(name));
    t.same(active, []);
  });
}
