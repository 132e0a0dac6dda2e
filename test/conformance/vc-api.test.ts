import { readFileSync } from 'node:fs';
import t from 'tap';
import { request } from 'undici';
import { issuingApi } from './clauses/issuing-api.ts';
import { verifyingApi } from './clauses/verifying-api.ts';
import { startConformance } from './helper.ts';
import { createParty } from './party.ts';

t.setTimeout(300_000);
const suite = await startConformance(t);
const party = createParty();

for (const scheme of ['http', 'https'] as const) {
  const tried = { client: suite[scheme], issuer: suite.issuer, party };
  await t.test(`over ${scheme}: VCALM 1.0, issuing`, (t) => issuingApi(t, tried));
  await t.test(`over ${scheme}: VCALM 1.0, verifying`, (t) => verifyingApi(t, tried));
}

interface Endpoint {
  id: string;
  endpoint: string;
  tags: string[];
}
type Manifest = Record<'issuers' | 'verifiers' | 'vpVerifiers', Endpoint[]> & { name: string };

t.test('the manifest names endpoints that answer, by the tags of the suites', async (t) => {
  for (const file of [suite.file.implementationFile, suite.file.httpsImplementationFile]) {
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    t.equal(manifest.name, 'Staff Passport');
    for (const tag of ['vc2.0', 'eddsa-rdfc-2022']) {
      for (const kind of ['issuers', 'verifiers', 'vpVerifiers'] as const) {
        const endpoint = manifest[kind].find(({ tags }) => tags.includes(tag));
        t.equal(endpoint?.id, suite.issuer);
        const client = suite[endpoint?.endpoint.startsWith('https:') ? 'https' : 'http'];
        const answer = await client.post('', endpoint?.endpoint ?? '', {});
        t.equal(answer.status, 400, 'an empty body is refused, so that the route is there');
      }
    }
  }
});

t.test('who does not trust the authority of the certificate is not answered', async (t) => {
  const url = suite.file.https.verifyCredential;
  await t.rejects(request(url, { method: 'POST', body: '{}' }), { code: /CERT|SIGNATURE|ISSUER/ });
});
