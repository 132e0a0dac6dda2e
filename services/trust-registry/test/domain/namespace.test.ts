import t from 'tap';
import { createNamespace } from '../../src/domain/namespace.ts';

const namespace = createNamespace({
  publicOrigin: 'https://passport.northmoor.example',
  cellOdsCode: 'QZN',
});

t.test(
  'a trust has a DID below the cell, and the cell organisation the DID of the cell',
  async (t) => {
    t.equal(namespace.didOf('ZZA01'), 'did:web:passport.northmoor.example:trusts:ZZA01');
    t.equal(namespace.didOf('QZN'), 'did:web:passport.northmoor.example');
  },
);

t.test('a DID leads to its ODS code only in the one spelling', async (t) => {
  t.equal(namespace.odsCodeOf('did:web:passport.northmoor.example:trusts:ZZA01'), 'ZZA01');
  t.equal(namespace.odsCodeOf('did:web:passport.northmoor.example'), 'QZN');
  for (const other of [
    'did:web:passport.northmoor.example:trusts:zza01',
    'did:web:passport.northmoor.example:trusts:QZN',
    'did:web:passport.northmoor.example:trusts:ZZA01:x',
    'did:web:passport.northmoor.example:trusts',
    'did:web:elsewhere.example:trusts:ZZA01',
    'did:web:example',
    'ZZA01',
    '',
  ]) {
    t.equal(namespace.odsCodeOf(other), undefined, other);
  }
});

t.test('an origin that cannot be a did:web host is refused at the start', async (t) => {
  t.throws(() => createNamespace({ publicOrigin: 'http://127.0.0.1:4003', cellOdsCode: 'QZN' }), {
    code: 'INVALID_DID',
  });
});
