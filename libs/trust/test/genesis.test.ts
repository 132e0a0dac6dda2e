import { sign } from 'node:crypto';
import t, { type Test } from 'tap';
import { didKey, didKeyMethod } from '#did/keys';
import type { JsonObject } from '#vc/data-model';
import type { Cell } from '../cell.ts';
import { signGenesis, verifyGenesis } from '../genesis.ts';
import { anchorKey, anchorThumbprint, cell, newKey, resigned, tampered } from './helper.ts';

const otherKey = newKey();
const otherCell: Cell = {
  did: 'did:web:passport.eastvale.example',
  odsCode: 'QZE',
  name: 'Eastvale Integrated Care System',
  registryKeys: [
    {
      publicKeyMultibase: otherKey.publicKeyMultibase,
      validFrom: '2026-02-01T00:00:00Z',
      validUntil: '2027-02-01T00:00:00Z',
    },
  ],
  admittedAt: '2026-02-01T00:00:00Z',
  withdrawnAt: '2026-10-01T00:00:00Z',
};
const genesis = { version: 3, issuedAt: '2026-11-01T09:00:00Z', cells: [cell(), otherCell] };
const signed = await signGenesis(genesis, anchorKey.privateKey);
const byAnchor = (input: Buffer) => sign(null, input, anchorKey.privateKey);
const refused = { code: 'REGISTRY_STATEMENT_INVALID' };

async function refuses(t: Test, text: string, what = 'the broken one is not'): Promise<void> {
  await t.resolves(verifyGenesis(signed, anchorThumbprint), 'the unbroken file is taken');
  await t.rejects(verifyGenesis(text, anchorThumbprint), refused, what);
}

t.test('a genesis file comes back as the anchor signed it', async (t) => {
  const anchor = didKey(anchorKey.publicKeyMultibase);
  t.same(await verifyGenesis(signed, anchorThumbprint), { anchor, ...genesis });
  t.same(
    await verifyGenesis(`${signed}\n`, anchorThumbprint),
    { anchor, ...genesis },
    'a file may end in a line feed',
  );
});

t.test('a tampered genesis file is refused', async (t) => {
  await refuses(t, tampered(signed, { version: 4 }));
});

t.test('a genesis file of another key is refused, also when it names that key', async (t) => {
  await refuses(t, await signGenesis(genesis, otherKey.privateKey));
});

t.test(
  'a genesis file that names the anchor but is signed by another key is refused',
  async (t) => {
    await refuses(
      t,
      resigned(signed, { signWith: (input) => sign(null, input, otherKey.privateKey) }),
    );
  },
);

t.test('a genesis file of the anchor in the name of another is refused', async (t) => {
  const claims = { iss: didKey(otherKey.publicKeyMultibase) };
  await refuses(t, resigned(signed, { claims, signWith: byAnchor }));
});

t.test('a genesis file that carries its own key is refused', async (t) => {
  const { x = '' } = otherKey.privateKey.export({ format: 'jwk' });
  const header: JsonObject = {
    jwk: { kty: 'OKP', crv: 'Ed25519', x },
    kid: didKeyMethod(otherKey.publicKeyMultibase),
  };
  await refuses(
    t,
    resigned(signed, { header, signWith: (input) => sign(null, input, otherKey.privateKey) }),
  );
});

t.test('a statement of another kind by the anchor is not a genesis file', async (t) => {
  await refuses(t, resigned(signed, { header: { typ: 'JWT' }, signWith: byAnchor }));
});

t.test('a genesis file with a claim that nobody knows is refused', async (t) => {
  await refuses(t, resigned(signed, { claims: { only: 'tests' }, signWith: byAnchor }));
});

t.test('what is not a compact JWS is refused', async (t) => {
  const { payload, signature } = { payload: 'e30', signature: 'AA' };
  for (const text of [
    '',
    'x',
    '{}',
    `${signed}.AA`,
    `.${payload}.${signature}`,
    'a'.repeat(2 ** 21),
  ]) {
    await refuses(t, text, text.slice(0, 20));
  }
});

const [key] = cell().registryKeys;
const shapes: Record<string, JsonObject> = {
  'a version of 0': { version: 0 },
  'a version that is not whole': { version: 1.5 },
  'a version as text': { version: '3' },
  'a date that cannot be read': { issuedAt: 'yesterday' },
  'cells that are no list': { cells: {} },
  'a cell twice': cells(cell(), { ...otherCell, did: cell().did }),
  'an ODS code twice': cells(cell(), { ...otherCell, odsCode: 'QZN' }),
  'a key twice': cells(cell(), { ...otherCell, registryKeys: cell().registryKeys }),
  'a trust instead of a cell': cells(cell({ did: `${cell().did}:trusts:ZZA01` })),
  'a cell of did:key': cells(cell({ did: didKey(otherKey.publicKeyMultibase) })),
  'a cell without keys': cells(cell({ registryKeys: [] })),
  'a cell without a name': cells(cell({ name: '' })),
  'an ODS code that is none': cells(cell({ odsCode: 'qzn' })),
  'a key that is none': cells(
    cell({ registryKeys: [{ ...key, publicKeyMultibase: 'z6Mk' } as never] }),
  ),
  'a key that ends before it begins': cells(
    cell({ registryKeys: [{ ...key, validUntil: '2025-01-01T00:00:00Z' } as never] }),
  ),
  'a key without its end': cells(
    cell({
      registryKeys: [
        { publicKeyMultibase: key?.publicKeyMultibase, validFrom: key?.validFrom } as never,
      ],
    }),
  ),
  'a cell withdrawn before it was admitted': cells(cell({ withdrawnAt: '2025-01-01T00:00:00Z' })),
  'a cell with a member that nobody knows': cells({ ...cell(), region: 'north' } as Cell),
  'a cell that is null': { cells: [null] },
};

function cells(...list: Cell[]): JsonObject {
  return { cells: JSON.parse(JSON.stringify(list)) };
}

t.test('a genesis file of a wrong shape is refused, and not signed either', async (t) => {
  for (const [what, claims] of Object.entries(shapes)) {
    await refuses(t, resigned(signed, { claims, signWith: byAnchor }), what);
    await t.rejects(
      signGenesis({ ...genesis, ...claims }, anchorKey.privateKey),
      refused,
      `signing ${what}`,
    );
  }
});

t.test('a genesis file that names a claim twice is refused', async (t) => {
  const text = JSON.stringify({ iss: didKey(anchorKey.publicKeyMultibase), ...genesis });
  await t.resolves(
    verifyGenesis(resigned(signed, { claims: text, signWith: byAnchor }), anchorThumbprint),
    'the same text without a duplicate is taken',
  );
  const twice = text.replace('{', '{"version":9,');
  await refuses(t, resigned(signed, { claims: twice, signWith: byAnchor }));
});
