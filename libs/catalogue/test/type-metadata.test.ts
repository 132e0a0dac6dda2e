import { TypeMetadataFormatSchema } from '@sd-jwt/sd-jwt-vc';
import t from 'tap';
import { credentialTypes, typeMetadata, vctUrl } from '../catalogue.ts';
import { createCatalogue } from '../create-catalogue.ts';
import { editionsOf } from '../edition-store.ts';
import { editionOf } from './made-up.ts';

for (const entry of credentialTypes()) {
  t.test(`the type metadata of ${entry.type} is as wallets read it`, async (t) => {
    const vct = vctUrl(entry.type, entry.version);
    const metadata = typeMetadata(vct);
    t.equal(metadata?.vct, vct);
    t.equal(TypeMetadataFormatSchema.safeParse(metadata).error, undefined);
    t.same(
      metadata?.claims.map(({ path }) => path),
      Object.keys(entry.fields).map((name) => [name]),
    );
    const open = metadata?.claims.filter(({ sd }) => sd === 'never').map(({ path }) => path[0]);
    t.same(open?.toSorted(), entry.alwaysDisclosed.toSorted());
  });
}

t.test('a claim has its label in British English, and whether it is always there', async (t) => {
  const made = createCatalogue(editionsOf([{ edition: editionOf(), status: 'approved' }]));
  const vct = vctUrl('UniformCredential', '1.0.0');
  const [kind, , shoeSize] = made.typeMetadata(vct)?.claims ?? [];
  t.match(kind, {
    path: ['kind'],
    display: [{ locale: 'en-GB', label: 'Kind', description: 'Of which kind' }],
    mandatory: true,
    sd: 'never',
  });
  t.match(shoeSize, { path: ['shoeSize'], mandatory: false, sd: 'always' });
});

const edition = (version: string, title: string) => editionOf({ version, title });

t.test('a major version has the metadata of its newest edition that was approved', async (t) => {
  const made = createCatalogue(
    editionsOf([
      { edition: edition('1.0.0', 'Old'), status: 'approved' },
      { edition: edition('1.1.0', 'Newer'), status: 'deprecated' },
      { edition: edition('1.2.0', 'Draft'), status: 'draft' },
      { edition: edition('2.0.0', 'Second'), status: 'approved' },
    ]),
  );
  t.equal(made.typeMetadata(vctUrl('UniformCredential', '1.0.0'))?.name, 'Newer');
  t.equal(made.typeMetadata(vctUrl('UniformCredential', '2.0.0'))?.name, 'Second');
  t.equal(made.typeMetadata(vctUrl('UniformCredential', '3.0.0')), undefined);
  t.equal(made.typeMetadata('https://x.example/vct'), undefined);
});
