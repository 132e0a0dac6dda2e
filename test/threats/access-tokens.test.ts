import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { CompactEncrypt } from 'jose';
import t, { type Test } from 'tap';
import { encode, openForge } from './forged-tokens.ts';
import { nameOf, type Route, walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, dataDir, routes } = await walkStack(t);
const guarded = routes.filter(({ scope }) => scope !== undefined);
const scopes = [...new Set(guarded.map(({ scope }) => scope ?? ''))];
const forge = await openForge(stack, dataDir, scopes);
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const now = Math.floor(Date.now() / 1000);

function hs256(secret: string | Buffer): (signed: string) => Buffer {
  return (signed) => createHmac('sha256', secret).update(signed).digest();
}

/** A good signature, under another key's name. */
function underKid(value: string): Promise<string> {
  return forge.sign({ header: { kid: value } });
}

interface Seen {
  status: number;
  text: string;
  challenge: string | null;
}

/** A body that nothing is done with: who is let in is told that it is no JSON. */
async function call({ method, port, path }: Route, token: string | undefined): Promise<Seen> {
  const hasBody = method === 'POST' || method === 'PUT';
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: '{' }),
    signal: AbortSignal.timeout(20_000),
  });
  const challenge = response.headers.get('www-authenticate');
  return { status: response.status, text: await response.text(), challenge };
}

/** Every guarded route lets the good token in, and answers each of these as it answers none. */
async function refuseAll(t: Test, broken: Record<string, string>) {
  const good = await forge.sign();
  for (const route of guarded) {
    const name = nameOf(route);
    const { status } = await call(route, good);
    t.ok(![401, 403, 429].includes(status) && status < 500, `${name} lets a good token in`);
    const none = await call(route, undefined);
    t.match(none, { status: 401, challenge: 'Bearer', text: '"UNAUTHORIZED"' }, name);
    const answers = new Map<string, Seen>();
    for (const [what, token] of Object.entries(broken)) answers.set(what, await call(route, token));
    const different = [...answers].filter(([, answer]) => !isDeepStrictEqual(answer, none));
    t.same(different, [], `${name} answers each as it answers none`);
  }
  t.ok(guarded.length > 40, `${guarded.length} routes`);
}

t.test(
  'C15: a missing, expired, early or foreign access token is the same 401 at every route',
  async (t) => {
    const claims = (changes: Record<string, unknown>) => forge.sign({ claims: changes });
    await refuseAll(t, {
      expired: await claims({ exp: now - 60 }),
      'without an end': await claims({ exp: undefined }),
      'not yet valid': await claims({ nbf: now + 120 }),
      'issued in the future': await claims({ iat: now + 120 }),
      'for another audience': await claims({ aud: 'https://other.example' }),
      'for the audience spelt otherwise': await claims({ aud: `${stack.publicOrigin}/` }),
      'of another issuer': await claims({ iss: 'https://other.example' }),
      'of another type': await forge.sign({ header: { typ: 'JWT' } }),
      'of no type': await forge.sign({ header: { typ: undefined } }),
      'signed by another key': await forge.sign({}, stranger.privateKey),
      'of no form': 'a.b.c',
    });
  },
);

t.test(
  'C16: alg none, keys taken for secrets, odd signatures and critical headers are 401 at every route',
  async (t) => {
    const pem = forge.publicKey.export({ format: 'pem', type: 'spki' });
    const der = forge.publicKey.export({ format: 'der', type: 'spki' });
    const es256 = (signed: string, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363') =>
      sign('sha256', Buffer.from(signed), { key: forge.privateKey, dsaEncoding });
    t.equal(
      (await call(guarded[0] as Route, forge.assemble({}, es256))).status,
      400,
      'what is assembled here by hand is good when nothing is broken',
    );
    await refuseAll(t, {
      none: forge.assemble({ alg: 'none' }, () => ''),
      None: forge.assemble({ alg: 'None' }, () => ''),
      'none with a good signature': forge.assemble({ alg: 'none' }, es256),
      'the public key as a secret (PEM)': forge.assemble({ alg: 'HS256' }, hs256(pem)),
      'the public key as a secret (DER)': forge.assemble({ alg: 'HS256' }, hs256(der)),
      'an algorithm that the key is not of': forge.assemble({ alg: 'ES384' }, es256),
      'another algorithm that the key is not of': forge.assemble({ alg: 'RS256' }, es256),
      'a list of algorithms': forge.assemble({ alg: ['ES256', 'none'] }, es256),
      'a signature in DER form': forge.assemble({}, (signed) => es256(signed, 'der')),
      'r and s of zero': forge.assemble({}, () => Buffer.alloc(64)),
      'no signature': forge.assemble({}, () => ''),
      'an unknown critical header': forge.assemble({ crit: ['urgent'], urgent: true }, es256),
      'b64 false': forge.assemble({ crit: ['b64'], b64: false }, es256),
    });
  },
);

t.test(
  'C17: a header that brings a key, or an address of one, chooses none and is fetched by nobody',
  async (t) => {
    const asked: string[] = [];
    const sinkhole = createServer((request, response) => {
      asked.push(request.url ?? '');
      const jwk = { ...stranger.publicKey.export({ format: 'jwk' }), kid: 'mine', alg: 'ES256' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(sinkhole, 'listening');
    t.teardown(() => sinkhole.close());
    const url = `http://127.0.0.1:${(sinkhole.address() as AddressInfo).port}`;
    t.equal((await fetch(`${url}/open`)).status, 200, 'it can be reached');
    t.same(asked.splice(0), ['/open']);

    const jwk = stranger.publicKey.export({ format: 'jwk' });
    const theirs = (header: Record<string, unknown>) => forge.sign({ header }, stranger.privateKey);
    await refuseAll(t, {
      jku: await theirs({ jku: `${url}/jku` }),
      'jku and a kid that is there': await theirs({ jku: `${url}/jku`, kid: 'mine' }),
      x5u: await theirs({ x5u: `${url}/x5u` }),
      jwk: await theirs({ jwk }),
      'jwk without a kid': await theirs({ jwk, kid: undefined }),
      x5c: await theirs({ x5c: ['MIIB'] }),
      'a URL as kid': await underKid(`${url}/kid`),
      'a path as kid': await underKid('../../../../dev/null'),
      'SQL as kid': await underKid("' or '1'='1"),
    });
    t.same(asked, [], 'nobody asked');
  },
);

t.test('C18: an encrypted token, and one that inflates, are 401 and take no memory', async (t) => {
  const { kid } = forge;
  const jwe = await new CompactEncrypt(Buffer.from(await forge.sign()))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: 'at+jwt', cty: 'JWT', kid })
    .encrypt(forge.publicKey);
  const bomb = [
    encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF', typ: 'at+jwt', kid }),
    '',
    Buffer.alloc(12).toString('base64url'),
    Buffer.alloc(8_000).toString('base64url'),
    Buffer.alloc(16).toString('base64url'),
  ].join('.');
  const broken = { encrypted: jwe, 'that inflates': bomb };
  // once beforehand, so that what is compared is of services that have done this before
  await refuseAll(t, broken);
  const before = await Promise.all(ports().map(residentBytes));
  for (const route of guarded) {
    for (let n = 0; n < 5; n += 1) t.equal((await call(route, bomb)).status, 401, nameOf(route));
  }
  const after = await Promise.all(ports().map(residentBytes));
  for (const [index, port] of ports().entries()) {
    const grown = (after[index] ?? NaN) - (before[index] ?? NaN);
    t.ok(grown < 10 * 1024 * 1024, `the service at ${port} grew by ${grown} bytes`);
  }
});

function ports(): number[] {
  return [...new Set(guarded.map(({ port }) => port))];
}

/** The management port is 100 above. */
async function residentBytes(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port + 100}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}
