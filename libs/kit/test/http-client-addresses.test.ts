import { createHook } from 'node:async_hooks';
import type { LookupFunction } from 'node:net';
import t from 'tap';
import { isPrivate } from '../http-client.ts';
import { open, serve } from './helper.ts';

/** TCP connections that this process begins, whatever library begins them. */
const connections = { begun: 0 };
createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') connections.begun++;
  },
}).enable();

/** A name server of the test's own: each question gets the next answer, the last one for ever. */
function resolving(...answers: string[][]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    lookup: (hostname, _options, callback) => {
      const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(hostname);
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  };
}

const resolvingNothing: LookupFunction = (_hostname, _options, callback) =>
  callback(new Error('ENOTFOUND'), '', 4);

t.test(
  'an address that is not a plain public https one is refused before anything is resolved',
  async (t) => {
    const sinkhole = await serve(t, (_request, response) => response.end('inside'));
    const { port } = new URL(sinkhole.url);
    const names = resolving(['127.0.0.1']);
    const client = open(t, { lookup: names.lookup });
    const before = connections.begun;
    for (const address of [
      sinkhole.url,
      `https://127.0.0.1:${port}/`,
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0177.0.0.1/',
      'https://127.1/',
      'https://0/',
      'https://[::1]/',
      'https://[::]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:7f00:1]/',
      'https://[fe80::1]/',
      'https://[fc00::1]/',
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/',
      'https://8.8.8.8/',
      'https://localhost/',
      'https://localhost./',
      'https://LOCALHOST/',
      'https://registry/',
      'https://a.example./',
      'https://a.example:5432/',
      'https://a.example:80/',
      'https://user:secret@a.example/',
      'https://user@a.example/',
      'https://аpple.example/',
      'https://xn--pple-43d.example/',
      'https://127。0。0。1/',
      'http://a.example/',
      'file:///etc/passwd',
      'ftp://a.example/',
      'data:text/plain,x',
      'javascript:1',
      'a.example',
      '//a.example/',
      '',
    ]) {
      await t.rejects(client.get(address), { code: 'SERVICE_UNAVAILABLE' }, address);
    }
    t.strictSame(names.asked, [], 'no name was looked up');
    t.equal(connections.begun, before, 'no connection was begun');
    t.strictSame(sinkhole.asked, []);
  },
);

t.test(
  'a public name that has a private address is refused before a connection is begun',
  async (t) => {
    for (const addresses of [
      ['127.0.0.1'],
      ['169.254.169.254'],
      ['10.1.2.3'],
      ['::1'],
      ['::ffff:127.0.0.1'],
      ['fd00::1'],
      ['93.184.215.14', '127.0.0.1'],
      ['2606:2800:21f::1', '::1'],
      [],
    ]) {
      const names = resolving(addresses);
      const client = open(t, { lookup: names.lookup });
      const before = connections.begun;
      await t.rejects(
        client.get('https://a.example/'),
        { code: 'SERVICE_UNAVAILABLE' },
        addresses.join() || 'none',
      );
      t.strictSame(names.asked, ['a.example'], 'the check is made on what is resolved');
      t.equal(connections.begun, before, 'no connection was begun');
    }
  },
);

t.test(
  'a name that changes its address is checked at each connection, on the address connected to',
  async (t) => {
    // the first answer is the one a guard that looks beforehand would see; nothing but this lookup resolves names
    const names = resolving(['127.0.0.1'], ['::1'], ['192.168.0.1']);
    const client = open(t, { lookup: names.lookup });
    const before = connections.begun;
    for (let attempt = 0; attempt < 3; attempt++) {
      await t.rejects(client.get('https://a.example/'), { code: 'SERVICE_UNAVAILABLE' });
    }
    t.equal(names.asked.length, 3, 'one look-up a connection: there is none in between');
    t.equal(connections.begun, before);
  },
);

t.test('a name that does not resolve is SERVICE_UNAVAILABLE', async (t) => {
  await t.rejects(open(t, { lookup: resolvingNothing }).get('https://a.example/'), {
    code: 'SERVICE_UNAVAILABLE',
  });
});

t.test('every special address is private, and public ones are not', async (t) => {
  const special = `0.0.0.0 10.255.255.255 100.64.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.8 192.168.1.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255
    :: ::1 ::ffff:8.8.8.8 ::7f00:1 64:ff9b::7f00:1 fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 2001::1 2001:db8::1
    2002:7f00:1:: 100::1
    localhost 0177.0.0.1 2130706433`;
  for (const address of ['', ...special.split(/\s+/)]) {
    t.equal(isPrivate(address), true, address);
  }
  for (const address of [
    '8.8.8.8',
    '93.184.215.14',
    '172.32.0.1',
    '2606:2800:21f::1',
    '2a00:1450::1',
  ]) {
    t.equal(isPrivate(address), false, address);
  }
});

t.test('a mapped prefix leads inside, the longest first', async (t) => {
  const [short, long] = [
    await serve(t, (_request, response) => response.end('short')),
    await serve(t, (_request, response) => response.end('long')),
  ];
  const client = open(t, {
    originMap: {
      'https://a.example': short.url,
      'https://a.example/trusts': `${long.url}/inner`,
    },
  });
  const text = async (url: string) => (await client.get(url)).body.toString();
  t.equal(await text('https://a.example/trusts/ZZA01/did.json?a=1#key'), 'long');
  t.equal(await text('https://a.example/trusts'), 'long');
  t.equal(await text('HTTPS://A.example:443/trusts?x'), 'long');
  t.strictSame(long.asked, ['/inner/ZZA01/did.json?a=1', '/inner', '/inner?x']);
  t.equal(await text('https://a.example/trustsX'), 'short');
  t.equal(await text('https://a.example/trusts/../admin'), 'short');
  t.equal(await text('https://a.example'), 'short');
  t.strictSame(short.asked, ['/trustsX', '/admin', '/']);
});

t.test('an address that only begins like a mapped prefix stays outside', async (t) => {
  const inside = await serve(t, (_request, response) => response.end('inside'));
  const names = resolving(['127.0.0.1']);
  const client = open(t, {
    originMap: { 'https://a.example/trusts': inside.url, 'https://b.example': inside.url },
    internal: [`${inside.url}/base`],
    lookup: names.lookup,
  });
  t.equal(
    (await client.get('https://a.example/trusts/x')).status,
    200,
    'the mapped one is fetched',
  );
  t.equal((await client.get(`${inside.url}/base/x`)).status, 200, 'and so is the internal one');
  const before = connections.begun;
  for (const address of [
    'https://a.example/trustsX',
    'https://a.example/',
    'https://a.example/x/../trust',
    'https://a.example.evil/trusts/',
    'https://b.example.evil/',
    'https://b.example@evil.example/',
    'https://b.example:8443/',
    'http://b.example/',
    `${inside.url}/baseX`,
    `${inside.url}/base/../x`,
    `${inside.url.replace('127.0.0.1', 'localhost')}/base`,
  ]) {
    await t.rejects(client.get(address), { code: 'SERVICE_UNAVAILABLE' }, address);
  }
  t.ok(before > 0, 'the counter counts');
  t.equal(connections.begun, before);
  t.equal(inside.asked.length, 2);
});

t.test(
  'a slash at the end of a prefix or a target does not move the request to another host',
  async (t) => {
    const inside = await serve(t, (_request, response) => response.end('inside'));
    const spellings = [
      ['https://a.example/', inside.url],
      ['https://a.example', `${inside.url}/`],
      ['https://a.example/', `${inside.url}/`],
      ['HTTPS://A.EXAMPLE:443', inside.url],
    ] as const;
    for (const [prefix, target] of spellings) {
      const client = open(t, { originMap: { [prefix]: target } });
      t.equal((await client.get('https://a.example/1')).status, 200, `${prefix} -> ${target}`);
    }
    t.strictSame(inside.asked, ['/1', '/1', '/1', '/1']);
  },
);
