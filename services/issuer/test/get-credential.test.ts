import { randomUUID } from 'node:crypto';
import t from 'tap';
import { OTHER } from './fakes.ts';
import { buildReady, mintBody, send } from './helper.ts';

t.test(
  'a credential is answered as the bytes that were issued, by either spelling of its id',
  async (test) => {
    const issuer = await buildReady(test);
    const issued = await send(issuer, { url: '/v1/credentials', body: mintBody() });
    issuer.time.now += 60_000;
    const url = String(issued.headers.location);
    for (const address of [url, url.replace('/credentials/', '/credentials/urn:uuid:')]) {
      const answer = await send(issuer, { method: 'GET', url: address });
      test.equal(answer.statusCode, 200);
      test.equal(answer.body, issued.body);
      test.match(answer.headers['content-type'], 'application/json');
    }
  },
);

t.test(
  "another trust's credential, an unknown one and a malformed id are not found",
  async (test) => {
    const issuer = await buildReady(test);
    const issued = await send(issuer, { url: '/v1/credentials', body: mintBody() });
    const url = String(issued.headers.location);
    test.equal((await send(issuer, { method: 'GET', url })).statusCode, 200);
    for (const [address, odsCode] of [
      [url, OTHER],
      [`/credentials/${randomUUID()}`, 'ZZA01'],
      [url.toUpperCase().replace('/CREDENTIALS', '/credentials'), 'ZZA01'],
      ["/credentials/'; drop table credentials", 'ZZA01'],
    ] as const) {
      const answer = await send(issuer, { method: 'GET', url: encodeURI(address), odsCode });
      test.equal(answer.statusCode, 404, address);
      test.equal(answer.json().code, 'NOT_FOUND');
    }
  },
);

t.test('reading needs its scope', async (test) => {
  const issuer = await buildReady(test);
  const url = `/credentials/${randomUUID()}`;
  const scopes = ['credentials:issue'];
  test.equal((await send(issuer, { method: 'GET', url, scopes })).statusCode, 403);
  test.equal((await issuer.app.inject({ method: 'GET', url })).statusCode, 401);
});
