import { readFileSync } from 'node:fs';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { credentialTypes } from '../catalogue.ts';
import { changed } from './helper.ts';
import { entryOf, memberNames, propertiesOf, termsOf } from './traps-helper.ts';

const file = new URL('../../../contexts/staffpassport-v1.jsonld', import.meta.url);
const context = JSON.parse(readFileSync(file, 'utf8')) as JsonObject;

const middleNames: [type: string, name: string][] = [
  ['StaffIdentityCredential', 'middleNames'],
  ['RightToWorkCredential', 'middleNames'],
  ['DbsSupportingInformationCredential', 'middleNames'],
  ['DbsCheckCredential', 'applicantMiddleNames'],
  ['NewStarterInformationCredential', 'middleNames'],
];
for (const [type, name] of middleNames) {
  t.test(`the middle names of a ${type} may be there, empty or left out`, async (t) => {
    t.same(changed(type, { [name]: 'Ellery Jo' }), []);
    t.same(changed(type, { [name]: '' }), []);
    t.same(changed(type, { [name]: undefined }), []);
    for (const absent of [null, [], 0]) {
      t.match(changed(type, { [name]: absent }), [
        { code: 'CLAIMS_INVALID', pointer: `/credentialSubject/${name}`, detail: /must be text/ },
      ]);
    }
  });
}

t.test('every type with middle names is tried', async (t) => {
  const found = credentialTypes().flatMap(({ type, schema }) =>
    propertiesOf(schema)
      .filter(([path]) => /middle/i.test(path))
      .map(([path]) => `${type} ${path}`),
  );
  t.same(found.toSorted(), middleNames.map((one) => one.join(' ')).toSorted());
});

t.test('an identity credential has no document number, in schema and context', async (t) => {
  const numbers = /number|licence|passport|insurance|document(?!ExpiryDate)/i;
  const { schema, example, fields } = entryOf('StaffIdentityCredential');
  t.ok(
    propertiesOf(entryOf('DbsSupportingInformationCredential').schema).some(([path]) =>
      numbers.test(path),
    ),
    'the walk finds them where they are',
  );
  const names = [
    ...propertiesOf(schema).map(([path]) => path),
    ...memberNames(termsOf(context, 'StaffIdentityCredential')),
    ...memberNames(example),
    ...Object.keys(fields),
  ];
  t.ok(names.length > 40);
  t.same(
    names.filter((name) => numbers.test(name)),
    [],
  );
  for (const name of ['passportNumber', 'drivingLicenceNumber', 'nationalInsuranceNumber']) {
    t.match(changed('StaffIdentityCredential', { [name]: 'QQ123456C' }), [
      { code: 'UNKNOWN_TERM', pointer: `/credentialSubject/${name}` },
    ]);
  }
});

t.test('no type has an image, nor room for one', async (t) => {
  const images = /image|photo(?!card)|picture|portrait|jpe?g|png|base64|contentEncoding|mediaType/i;
  t.match('biometricPageImage', images);
  for (const { type, schema } of credentialTypes()) {
    t.same(
      [...memberNames(schema), ...memberNames(termsOf(context, type))].filter((name) =>
        images.test(name),
      ),
      [],
      type,
    );
    for (const [path, property] of propertiesOf(schema)) {
      const items = property['items'] as JsonObject | undefined;
      for (const text of [property, items ?? {}].filter((one) => one['type'] === 'string')) {
        const isBounded = ['pattern', 'format', 'enum', 'const'].some((keyword) => text[keyword]);
        t.ok(isBounded || Number(text['maxLength']) <= 1000, `${type} ${path} has an end`);
      }
    }
    for (const name of ['photograph', 'biometricPageImage']) {
      t.match(changed(type, { [name]: '/9j/4AAQSkZJRg==' }), [
        { code: 'UNKNOWN_TERM', pointer: `/credentialSubject/${name}` },
      ]);
    }
  }
});
