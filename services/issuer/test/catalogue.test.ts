import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { CatalogueEntrySchema, CatalogueSchema } from '#api/catalogue';
import { MintCredentialSchema } from '#api/issuer';
import { catalogue, checkClaims, credentialTypes } from '#catalogue/catalogue';
import { createCatalogue } from '#catalogue/create-catalogue';
import { editionsOf } from '#catalogue/edition-store';
import type { EditionStatus } from '#catalogue/entry';
import { renderText } from '#catalogue/render';
import { createServer } from '#kit/server';
import type { JsonObject } from '#vc/data-model';
import { recordToClaims } from '../src/domain/workforce-record.ts';
import { getCatalogueEntry } from '../src/routes/get-catalogue-entry.ts';
import { getCataloguePage } from '../src/routes/get-catalogue-page.ts';
import { listCatalogue } from '../src/routes/list-catalogue.ts';
import { build } from './helper.ts';

interface Item {
  type: string;
  version: string;
  status: string;
  url: string;
}
interface Property {
  name: string;
  required: boolean;
  requiredAtTimes: boolean;
  codes: { code: string; label: string }[];
}
interface Field extends Property {
  alwaysDisclosed: boolean;
  inside: Property[];
}
interface Entry extends Item {
  fields: Field[];
  rules: string[];
  example: { claims: JsonObject; request: JsonObject; record: JsonObject | null };
  rendering: { text: string; svg: string };
}

const ajv = new Ajv2020({ strict: false });
const isList = ajv.compile(CatalogueSchema);
const isEntry = ajv.compile(CatalogueEntrySchema);
const isMintRequest = ajv.compile(MintCredentialSchema);

/** Two made-up editions of Fire Safety beside the published one. */
async function serve(versions: [version: string, status: EditionStatus][]) {
  const published = catalogue.findCredentialType('FireSafetyCredential');
  if (published === undefined) throw new Error('there is no fire safety');
  const { status: _status, fields: _fields, ...edition } = published;
  const deps = {
    catalogue: createCatalogue(
      editionsOf(
        versions.map(([version, status]) => ({ edition: { ...edition, version }, status })),
      ),
    ),
  };
  const app = await createServer({ name: 'test', description: 'test', logger: false });
  listCatalogue(app, deps);
  getCatalogueEntry(app, deps);
  getCataloguePage(app, deps);
  return app;
}

t.test('anybody may read what must be sent for every type', async (t) => {
  const { app } = await build(t);
  const answer = await app.inject('/v1/catalogue');
  t.equal(answer.statusCode, 200);
  t.ok(isList(answer.json()), JSON.stringify(isList.errors));
  const { items } = answer.json<{ items: Item[] }>();
  t.same(
    items.map(({ type }) => type).toSorted(),
    credentialTypes().map(({ type }) => type),
  );
  t.equal(answer.headers['access-control-allow-origin'], '*');
  for (const { type, url } of items) {
    const entry = (await app.inject(url)).json<Entry>();
    t.ok(isEntry(entry), `${type} ${JSON.stringify(isEntry.errors)}`);
    t.equal(entry.type, type);
    t.ok(isMintRequest(entry.example.request), 'the example can be sent as it is');
    t.same(entry.example.request['claims'], entry.example.claims);
    t.same(checkClaims(type, entry.example.claims), []);
    if (entry.example.record !== null) t.equal(recordToClaims(entry.example.record).type, type);
    t.match(entry.rendering.svg, /^<svg .*<\/svg>$/s);
  }
});

t.test('the words of the example are those that the library says', async (t) => {
  const app = await serve([['1.0.0', 'approved']]);
  const { rendering } = (
    await app.inject('/v1/catalogue/FireSafetyCredential/1.0.0')
  ).json<Entry>();
  const entry = catalogue.findCredentialType('FireSafetyCredential');
  if (entry === undefined) throw new Error('there is no fire safety');
  const words = renderText({
    entry,
    claims: entry.example,
    issuerName: 'Ashmere Teaching Hospitals Trust',
    validFrom: '2026-08-31T23:00:00Z',
  });
  t.equal(rendering.text, words);
});

t.test('the list has the newest version that can be issued, and all only on request', async (t) => {
  const app = await serve([
    ['1.0.0', 'deprecated'],
    ['1.1.0', 'approved'],
    ['1.10.0', 'approved'],
    ['2.0.0', 'draft'],
  ]);
  const listed = async (url: string) =>
    (await app.inject(url)).json<{ items: Item[] }>().items.map((one) => [one.version, one.status]);
  t.same(await listed('/v1/catalogue'), [['1.10.0', 'approved']]);
  t.same(await listed('/v1/catalogue?all=true'), [
    ['2.0.0', 'draft'],
    ['1.10.0', 'approved'],
    ['1.1.0', 'approved'],
    ['1.0.0', 'deprecated'],
  ]);
  const entry = await app.inject('/v1/catalogue/FireSafetyCredential/2.0.0');
  t.equal(entry.json<Entry>().status, 'draft');
  t.match((await app.inject('/docs/catalogue/FireSafetyCredential')).body, '1.10.0, approved');
});

t.test(
  'the example of a version that is not the newest names it, so that it is what is issued',
  async (t) => {
    const app = await serve([
      ['1.0.0', 'approved'],
      ['1.1.0', 'approved'],
      ['2.0.0', 'draft'],
    ]);
    for (const [version, named] of [
      ['1.1.0', undefined],
      ['1.0.0', '1.0.0'],
      ['2.0.0', '2.0.0'],
    ] as const) {
      const { example } = (
        await app.inject(`/v1/catalogue/FireSafetyCredential/${version}`)
      ).json<Entry>();
      t.equal(example.request['version'], named);
      t.ok(isMintRequest(example.request));
    }
  },
);

const fieldOf = ({ fields }: Entry, name: string) => fields.find((one) => one.name === name);

t.test('codes, what is inside of a field and what holds between fields are said', async (t) => {
  const { app } = await build(t);
  const entryOf = async (type: string) =>
    (await app.inject(`/v1/catalogue/${type}/1.0.0`)).json<Entry>();
  const work = await entryOf('RightToWorkCredential');
  t.same(fieldOf(work, 'rightToWorkBasis')?.codes, [
    { code: 'BritishOrIrishCitizen', label: 'British or Irish citizen' },
    { code: 'SettledOrIndefinite', label: 'Settled or indefinite' },
    { code: 'TimeLimitedPermission', label: 'Time limited permission' },
  ]);
  t.match(fieldOf(work, 'permissionEndDate'), { required: false, requiredAtTimes: true });
  t.match(fieldOf(work, 'workRestrictions'), { required: false, requiredAtTimes: false });
  t.match(fieldOf(work, 'birthDate'), { required: true, requiredAtTimes: false, codes: [] });
  const events = fieldOf(await entryOf('HepatitisBCredential'), 'events');
  t.same(
    events?.inside.map((one) => [one.name, one.required, one.requiredAtTimes]),
    [
      ['recordType', true, false],
      ['code', true, false],
      ['description', true, false],
      ['date', false, true],
      ['result', false, true],
      ['interpretation', false, true],
    ],
  );
  t.match(events?.inside[0]?.codes, [{}, { code: 'ClinicalTest', label: 'Clinical test' }]);
  const { rules } = await entryOf('ResuscitationCredential');
  t.match(rules.join(), 'level 2 "Resuscitation Newborn Basic Life Support"');
  t.match((await entryOf('ProfessionalRegistrationCredential')).rules.join(), 'a GMC number is');
});

t.test('the page says codes in plain words, and as they are sent', async (t) => {
  const { app } = await build(t);
  const { body } = await app.inject('/docs/catalogue/RightToWorkCredential');
  t.match(body, 'Time limited permission (<code>TimeLimitedPermission</code>)');
  const [, picture = ''] = /<div class="looks">(.*?)<\/div>\n<\/section>|$/s.exec(body) ?? [];
  t.match(picture, 'Time limited permission');
  t.notMatch(picture, 'TimeLimitedPermission');
  t.match(body, '&quot;rightToWorkBasis&quot;: &quot;TimeLimitedPermission&quot;');
  t.match(body, 'In some cases');
  const health = (await app.inject('/docs/catalogue/HepatitisBCredential')).body;
  t.match(health, 'Events: Kind of event <code>events / recordType</code>');
});

t.test('a type or version that there is not is not found', async (t) => {
  const app = await serve([['1.0.0', 'approved']]);
  t.equal((await app.inject('/v1/catalogue/FireSafetyCredential/1.0.0')).statusCode, 200);
  for (const url of [
    '/v1/catalogue/FireSafetyCredential/9.0.0',
    '/v1/catalogue/NoSuchCredential/1.0.0',
    '/docs/catalogue/NoSuchCredential',
    '/docs/catalogue/constructor',
  ]) {
    const answer = await app.inject(url);
    t.match(answer.json(), { status: 404, code: 'NOT_FOUND' }, url);
  }
  t.equal((await app.inject('/v1/catalogue?al=true')).statusCode, 400);
});

t.test('a caller that has it already is told so', async (t) => {
  const app = await serve([['1.0.0', 'approved']]);
  for (const url of [
    '/v1/catalogue',
    '/v1/catalogue/FireSafetyCredential/1.0.0',
    '/docs/catalogue',
    '/docs/catalogue/FireSafetyCredential',
  ]) {
    const { headers } = await app.inject(url);
    t.match(headers['cache-control'], /^public, max-age=\d+$/);
    const again = await app.inject({ url, headers: { 'if-none-match': String(headers.etag) } });
    t.equal(again.statusCode, 304, url);
  }
});

t.test('the pages run nothing and load nothing from elsewhere', async (t) => {
  const app = await serve([['1.0.0', 'approved']]);
  for (const url of ['/docs/catalogue', '/docs/catalogue/FireSafetyCredential']) {
    const { headers, body } = await app.inject(url);
    t.equal(headers['content-type'], 'text/html; charset=utf-8');
    t.match(headers['content-security-policy'], "default-src 'none'; style-src 'self'");
    t.notMatch(headers['content-security-policy'], 'unsafe');
    t.notMatch(body, /<script|<style|\son\w+=|style="|(?:src|href)="(?:\w+:|\/\/)/);
  }
});

t.test('what a page shows is escaped', async (t) => {
  const entry = catalogue.findCredentialType('FireSafetyCredential');
  if (entry === undefined) throw new Error('there is no fire safety');
  const hostile = '</pre><script>alert("x")</script>&amp;';
  const app = await createServer({ name: 'test', description: 'test', logger: false });
  const changed = {
    ...entry,
    title: hostile,
    group: hostile,
    issuedBy: hostile,
    provenance: hostile,
    schema: {
      ...entry.schema,
      allOf: [{ description: hostile }],
      properties: {
        [hostile]: { title: hostile, description: hostile, type: 'string', enum: [hostile] },
        inner: { type: 'object', properties: { [hostile]: { title: hostile, const: hostile } } },
      },
    },
    example: { ...entry.example, awardingOrganisation: hostile },
  };
  getCataloguePage(app, {
    catalogue: {
      editions: () => [{ type: entry.type, version: entry.version, status: 'approved' }],
      findCredentialType: () => changed,
    },
  });
  for (const url of ['/docs/catalogue', '/docs/catalogue/FireSafetyCredential']) {
    const { body } = await app.inject(url);
    t.notMatch(body, '<script');
    t.match(body, '&lt;/pre&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;');
  }
});
