import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { open, serve } from './helper.ts';

t.test('a redirect is an answer and is not followed', async (t) => {
  const secret = await serve(t, (_request, response) => response.end('secret'));
  const { url } = await serve(t, (_request, response) =>
    response.writeHead(302, { location: secret.url }).end(),
  );
  const answer = await open(t, { internal: [url] }).get(url);
  t.equal(answer.status, 302);
  t.strictSame(secret.asked, []);
});

t.test('an answer of the allowed size is read, and a byte more is refused', async (t) => {
  const { url } = await serve(t, (request, response) =>
    response.end('x'.repeat(Number(request.url?.slice(1)))),
  );
  const client = open(t, { internal: [url], maxBytes: 1_000 });
  t.equal((await client.get(`${url}/1000`)).body.length, 1_000);
  await t.rejects(client.get(`${url}/1001`), { code: 'SERVICE_UNAVAILABLE' });
  t.equal((await client.get(`${url}/1001`, { maxBytes: 2_000 })).body.length, 1_001);
});

t.test('an answer without an end is cut off at the allowed size', async (t) => {
  let sent = 0;
  const closed = Promise.withResolvers<void>();
  const { url } = await serve(t, (_request, response) => {
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
    };
    response.on('drain', write).on('close', closed.resolve);
    write();
  });
  const client = open(t, { internal: [url], maxBytes: 100_000 });
  await t.rejects(client.get(url), { code: 'SERVICE_UNAVAILABLE' });
  await closed.promise;
  t.ok(sent < 20_000_000, `the server wrote ${sent} bytes before it was cut off`);
});

t.test('a compressed answer is not unpacked', async (t) => {
  const { url } = await serve(t, (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from([0x1f, 0x8b, 8, 0])),
  );
  const { body } = await open(t, { internal: [url] }).get(url);
  t.strictSame([...body], [0x1f, 0x8b, 8, 0]);
});

t.test('the deadline holds for the whole exchange', async (t) => {
  const { url } = await serve(t, async (request, response) => {
    if (request.url === '/silent') return;
    response.write('{');
    while (!response.destroyed) {
      await sleep(20);
      response.write(' ');
    }
  });
  const client = open(t, { internal: [url] });
  for (const path of ['/silent', '/dripping']) {
    const started = Date.now();
    await t.rejects(client.get(`${url}${path}`, { timeoutMs: 200 }), {
      code: 'SERVICE_UNAVAILABLE',
    });
    const took = Date.now() - started;
    t.ok(took >= 190 && took < 1_500, `${path} took ${took} ms`);
  }
});

t.test(
  'a server that is not there, or breaks off, is SERVICE_UNAVAILABLE, and its address is not told',
  async (t) => {
    const { url } = await serve(t, (_request, response) => response.destroy());
    const client = open(t, {
      originMap: { 'https://a.example': url, 'https://b.example': 'http://127.0.0.1:1' },
      internal: ['http://127.0.0.1:1'],
    });
    for (const address of [
      'https://a.example/secret',
      'https://b.example/secret',
      'http://127.0.0.1:1/secret',
    ]) {
      const error = await client.get(address).catch((caught: Error) => caught);
      t.match(error, { code: 'SERVICE_UNAVAILABLE' });
      t.notMatch((error as Error).message, /127\.0\.0\.1|secret/);
    }
  },
);

t.test('a body and its type are sent as they are given', async (t) => {
  const { url } = await serve(t, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.end(`${request.method} ${request.headers['content-type']} ${body}`);
  });
  const answer = await open(t, { internal: [url] }).send('POST', url, {
    body: 'a=1',
    contentType: 'application/x-www-form-urlencoded',
  });
  t.equal(answer.body.toString(), 'POST application/x-www-form-urlencoded a=1');
});
