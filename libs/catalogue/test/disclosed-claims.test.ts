import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { checkDisclosedClaims, schemaUrl, typeOfVct, vctUrl } from '../catalogue.ts';
import { createCatalogue } from '../create-catalogue.ts';
import { editionsOf } from '../edition-store.ts';
import { editionOf } from './made-up.ts';

const edition = editionOf();
const made = createCatalogue(editionsOf([{ edition, status: 'approved' }]));
const schemaId = schemaUrl(edition.type, '1.0.0');
const vct = vctUrl(edition.type, '1.0.0');

const shown = (...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(edition.example).filter(([name]) => names.includes(name)));
const check = (claims: JsonObject, hidden: number) =>
  made.checkDisclosedClaims({ schemaId, claims, hidden, vct });

t.test('with nothing hidden the whole schema counts', async (t) => {
  t.same(check(edition.example, 0), []);
  t.match(check(shown('kind', 'shoeSize'), 0), [{ code: 'SCHEMA_MISMATCH', pointer: '/issuedOn' }]);
  const { shoeSize: _shoeSize, ...without } = edition.example;
  t.match(check(without, 0), [{ code: 'SCHEMA_MISMATCH', pointer: '/shoeSize' }]);
});

t.test('what may be hidden may be missing', async (t) => {
  t.same(check(shown('kind'), 5), []);
  t.same(check(shown('kind', 'note'), 4), []);
});

t.test('what is always disclosed and required must be there', async (t) => {
  t.same(check(shown('kind', 'note'), 4), []);
  t.match(check(shown('note'), 4), [{ code: 'SCHEMA_MISMATCH', pointer: '/kind' }]);
});

t.test('each disclosed claim is judged by itself', async (t) => {
  t.same(check({ ...shown('kind'), issuedOn: '2026-02-28' }, 4), []);
  t.match(check({ ...shown('kind'), issuedOn: '2026-02-30' }, 4), [
    { code: 'SCHEMA_MISMATCH', pointer: '/issuedOn' },
  ]);
  t.match(check({ ...shown('kind'), items: [{ size: '7' }] }, 4), [
    { code: 'SCHEMA_MISMATCH' },
    { code: 'SCHEMA_MISMATCH' },
  ]);
});

t.test('a claim of another type is refused, hidden ones or not', async (t) => {
  t.same(check(edition.example, 1), []);
  for (const hidden of [0, 1]) {
    t.match(check({ ...edition.example, hatSize: '7' }, hidden), [
      { code: 'SCHEMA_MISMATCH', pointer: '/hatSize' },
    ]);
  }
});

t.test('the vct must be that of the schema', async (t) => {
  t.same(check(edition.example, 0), []);
  for (const other of [vctUrl(edition.type, '2.0.0'), vctUrl('FireSafetyCredential', '1.0.0')]) {
    const presented = { schemaId, claims: edition.example, hidden: 0, vct: other };
    t.match(made.checkDisclosedClaims(presented), [{ code: 'SCHEMA_MISMATCH', pointer: '/vct' }]);
  }
});

t.test('a schema that the catalogue does not have is a mismatch', async (t) => {
  for (const id of [undefined, 7, 'https://x.example/s', schemaUrl(edition.type, '1.1.0')]) {
    t.match(made.checkDisclosedClaims({ schemaId: id, claims: edition.example, hidden: 0 }), [
      { code: 'SCHEMA_MISMATCH', pointer: '/credentialSchema' },
    ]);
  }
  t.match(checkDisclosedClaims({ schemaId, claims: edition.example, hidden: 0 }), [
    { code: 'SCHEMA_MISMATCH' },
  ]);
});

t.test('a vct names a type and its major version', async (t) => {
  t.equal(
    vctUrl('FireSafetyCredential', '2.10.3'),
    'https://staffpassport.example/vct/FireSafetyCredential/2',
  );
  t.equal(typeOfVct(vctUrl('FireSafetyCredential', '1.0.0')), 'FireSafetyCredential');
  for (const other of ['', 'FireSafetyCredential', `${vct}/`, `${vct}.0`, `x${vct}`, `${vct}\n`]) {
    t.equal(typeOfVct(other), undefined, JSON.stringify(other));
  }
});
