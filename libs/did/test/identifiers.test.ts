import t from 'tap';
import { cellDid, didWebUrl, isDid, parseDidUrl, trustDid } from '../identifiers.ts';

const ORIGIN = 'https://passport.northmoor.example';

t.test('DIDs of a trust and of the cell follow from the origin', (t) => {
  t.equal(trustDid(ORIGIN, 'ZZA01'), 'did:web:passport.northmoor.example:trusts:ZZA01');
  t.equal(cellDid(ORIGIN), 'did:web:passport.northmoor.example');
  t.equal(cellDid(`${ORIGIN}:8443`), 'did:web:passport.northmoor.example%3A8443');
  t.end();
});

t.test('an origin that is not https, has a path or no host name gives no DID', (t) => {
  for (const origin of [
    'http://passport.northmoor.example',
    `${ORIGIN}/`,
    `${ORIGIN}/a`,
    'https://127.0.0.1',
    'https://localhost',
    'nonsense',
  ]) {
    t.throws(() => cellDid(origin), { code: 'INVALID_DID' }, origin);
  }
  t.throws(() => trustDid(ORIGIN, 'zza01'), { code: 'INVALID_DID' });
  t.throws(() => trustDid(ORIGIN, 'ZZA01:x'), { code: 'INVALID_DID' });
  t.end();
});

t.test('a did:web names its document', (t) => {
  t.equal(didWebUrl('did:web:passport.northmoor.example').href, `${ORIGIN}/.well-known/did.json`);
  t.equal(didWebUrl(trustDid(ORIGIN, 'ZZA01')).href, `${ORIGIN}/trusts/ZZA01/did.json`);
  t.equal(
    didWebUrl('did:web:passport.northmoor.example%3A8443:a').href,
    `${ORIGIN}:8443/a/did.json`,
  );
  t.end();
});

t.test('a did:web that is not plainly a host name is refused', (t) => {
  const refused = [
    'did:web:127.0.0.1',
    'did:web:0177.0.0.1',
    'did:web:0x7f.1',
    'did:web:2130706433',
    'did:web:[%3A%3A1]',
    'did:web:localhost',
    'did:web:localhost%3A5432',
    'did:web:a.localhost',
    'did:web:passport.northmoor.example.',
    'did:web:passport.northmoor.example%3A0',
    'did:web:passport.northmoor.example%3A65536',
    'did:web:passport.northmoor.example%3A443%3A1',
    'did:web:passport.northmoor.example%3a443',
    'did:web:passport.northmoor.example%2Fa',
    'did:web:user%40passport.northmoor.example',
    'did:web:PASSPORT.northmoor.example',
    'did:web:xn--psport-3xa.example',
    'did:web:pässport.example',
    'did:web:passpоrt.northmoor.example',
    'did:web:a.example:..:b',
    'did:web:a.example:%2e%2e',
    'did:web:a.example:',
    'did:web:a.example:b/c',
    'did:web:a.example:b?c',
    'did:web:',
    'did:key:z6Mk',
  ];
  for (const did of refused) {
    t.throws(() => didWebUrl(did), { code: 'INVALID_DID' }, did);
  }
  t.end();
});

t.test('a DID URL has a fragment and nothing else', (t) => {
  t.same(parseDidUrl('did:web:a.example#key-1'), { did: 'did:web:a.example', fragment: 'key-1' });
  for (const didUrl of [
    'did:web:a.example',
    'did:web:a.example#',
    'did:web:a.example#a#b',
    'did:web:a.example/p#a',
    'did:web:a.example?q=1#a',
    'https://a.example#a',
    `did:web:${'a'.repeat(600)}#a`,
  ]) {
    t.throws(() => parseDidUrl(didUrl), { code: 'INVALID_DID_URL' }, didUrl.slice(0, 40));
  }
  t.notOk(isDid(undefined));
  t.end();
});
