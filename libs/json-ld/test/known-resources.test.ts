import t from 'tap';
import { createResourceCheck, readKnownResources } from '#json-ld/known-resources';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const check = createResourceCheck(readKnownResources());
const { digestSRI: sri = [], digestMultibase: multibase = [] } = readKnownResources()[V2] ?? {};

t.test('each spelling of a digest of a known resource is its own', (t) => {
  for (const digestSRI of sri)
    t.equal(check({ relatedResource: { id: V2, digestSRI } }), undefined);
  for (const digestMultibase of multibase) {
    t.equal(check({ relatedResource: [{ id: V2, digestMultibase }] }), undefined);
  }
  t.equal(sri.length + multibase.length, 12);
  t.end();
});

t.test('a digest of something else is found, with its place', (t) => {
  const good = { id: V2, digestSRI: sri[0] ?? '' };
  t.equal(check({ relatedResource: [good] }), undefined, 'the unbroken one');
  const wrong = { id: V2, digestSRI: good.digestSRI.replace('WZV', 'WZW') };
  t.match(check({ relatedResource: [good, wrong] }), {
    code: 'MALFORMED_VALUE_ERROR',
    pointer: '/relatedResource/1',
  });
  t.end();
});

t.test('of other resources, and of digests by other algorithms, nothing is said', (t) => {
  const digestSRI = `sha512-${'A'.repeat(86)}==`;
  t.equal(check({ relatedResource: { id: V2, digestSRI } }), undefined);
  t.equal(
    check({ relatedResource: { id: 'https://x.example/', digestSRI: 'sha256-A' } }),
    undefined,
  );
  t.equal(check({}), undefined);
  t.equal(check({ relatedResource: ['text', { id: '__proto__', digestSRI }] }), undefined);
  t.end();
});
