import t from 'tap';
import { refuseWhereTrustsAreRegistered } from '#kit/conformance';
import { createHttpClient } from '#kit/http-client';
import { createAnyListFetcher } from '../src/any-list-fetcher.ts';
import { verifyAnyCredential } from '../src/domain/conformance/verify-credential.ts';
import {
  conformanceAt,
  conformanceOf,
  createRegistryWith,
  issue,
  serveLocally,
} from './conformance.ts';
import { build } from './helper.ts';
import { checkOf } from './world.ts';

const aTurn = () => new Promise((done) => setImmediate(done));

t.test(
  'lists are fetched of the world and of ORIGIN_MAP, never of a service of ours',
  async (t) => {
    const { asked, url } = await serveLocally(t, (request, response) => {
      if (request.url === '/redirect') response.writeHead(302, { location: '/list' });
      else response.setHeader('content-type', 'application/vc');
      response.end('{"items": []}');
    });
    const { fetchList } = await conformanceAt(t, url, { 'https://lists.example': url });
    t.same(await fetchList('https://lists.example/list'), { items: [] }, 'what is mapped');
    const before = asked.length;
    for (const address of [
      `${url}/list`,
      'https://lists.example/redirect',
      'https://127.0.0.1/list',
      'https://localhost/list',
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
    ]) {
      await t.rejects(fetchList(address), { code: 'STATUS_RETRIEVAL_ERROR' }, address);
    }
    t.same(asked.slice(before), ['/redirect'], 'no other address was asked');
  },
);

t.test('one list is fetched once for all who ask at once, and few lists at once', async (t) => {
  const waiting: (() => void)[] = [];
  const { asked, url } = await serveLocally(t, (_request, response) => {
    response.setHeader('content-type', 'application/vc');
    waiting.push(() => void response.end('{}'));
  });
  const http = createHttpClient({ originMap: { 'https://lists.example': url } });
  t.teardown(() => http.close());
  const fetchList = createAnyListFetcher(http);
  const fetchEach = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) =>
      fetchList(`https://lists.example/${from + at}`),
    );
  const same = Array.from({ length: 100 }, () => fetchList('https://lists.example/0'));
  const settled = Promise.allSettled([...same, ...fetchEach(1, 40)]);
  while (asked.length < 32) await aTurn();
  for (const answer of waiting) answer();
  const outcomes = (await settled).map(({ status }) => status);
  t.equal(outcomes.filter((one) => one === 'fulfilled').length, 100 + 31);
  t.equal(asked.length, 32);

  const later = fetchList('https://lists.example/40');
  while (asked.length < 33) await aTurn();
  waiting.at(-1)?.();
  t.same(await later, {}, 'afterwards there is room again');
});

t.test('of a credential with more than eight status entries none is looked up', async (t) => {
  const ports = await conformanceOf(t);
  const statusOf = async (length: number) => {
    const credentialStatus = Array.from({ length }, (_, at) => ({
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: String(at),
      statusListCredential: 'https://lists.invalid/1',
    }));
    return checkOf(await verifyAnyCredential(await issue({ credentialStatus }), ports), 'status');
  };
  t.same(await statusOf(8), { outcome: 'unknown', code: 'STATUS_RETRIEVAL_ERROR' });
  t.same(await statusOf(9), { outcome: 'fail', code: 'TOO_COMPLEX' });
});

t.test('the profile does not start where trusts are registered, or nobody can tell', async (t) => {
  await t.resolves(conformanceOf(t, 0));
  await t.rejects(conformanceOf(t, 1), { message: /this registry has trusts/ });
  const silent = await createRegistryWith(t, () => 0, 503);
  await t.rejects(conformanceAt(t, silent), { message: /does not say/ });
});

t.test('once a trust is registered, or nobody tells, the profile answers nobody', async (t) => {
  let trusts: number | 'broken' = 0;
  const asked = { times: 0 };
  let now = 0;
  const trustRegistryUrl = await createRegistryWith(t, () => {
    asked.times += 1;
    return trusts;
  });
  const http = createHttpClient({ originMap: {}, internal: [trustRegistryUrl] });
  t.teardown(() => http.close());
  const watch = await refuseWhereTrustsAreRegistered({
    http,
    trustRegistryUrl,
    clock: () => now,
    everyMs: 5,
    untoldMs: 1_000,
  });
  t.teardown(watch.close);
  const conformance = { ...(await conformanceOf(t)), trusts: watch };
  const { app, bearerOf } = await build(t, { conformance });
  const payload = { verifiableCredential: await issue() };
  const verify = async (headers = {}) => {
    const request = { method: 'POST', url: '/credentials/verify', payload, headers } as const;
    return (await app.inject(request)).statusCode;
  };
  const becomes = async (expected: number) => {
    while ((await verify()) !== expected) await aTurn();
    t.equal(await verify(bearerOf('ZZB02')), expected, `${expected}, with a token too`);
  };
  await becomes(200);

  trusts = 'broken';
  now = 5_000;
  await becomes(503);
  trusts = 0;
  await becomes(200);

  trusts = 1;
  await becomes(503);
  trusts = 0;
  const enough = asked.times + 3;
  while (asked.times < enough) await aTurn();
  t.equal(await verify(), 503, 'for good');
});
