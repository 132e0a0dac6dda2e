import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { CompactEncrypt, SignJWT } from 'jose';
import t, { type Test } from 'tap';
import { checkScope, createTokenVerifier, requireAccess, trustOf } from '../auth.ts';
import { createHttpClient } from '../http-client.ts';
import { createServer } from '../server.ts';
import { type RequestListener, serve } from './helper.ts';

const ORIGIN = 'https://passport.northmoor.example';
const KID = 'key-1';
const now = Math.floor(Date.now() / 1000);
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwk = {
  ...pair.publicKey.export({ format: 'jwk' }),
  kid: KID,
  alg: 'ES256',
  use: 'sig',
};

async function guard(t: Test, keyServer: RequestListener) {
  const { asked, url } = await serve(t, keyServer);
  const http = createHttpClient({ originMap: {}, internal: [url] });
  const app = await createServer({ name: 'test', description: 'test', logger: false });
  const options = { publicOrigin: ORIGIN, jwksUrl: `${url}/jwks`, http, clock: Date.now };
  requireAccess(app, createTokenVerifier(options));
  const scope = 'credentials:issue';
  app.get('/guarded', { config: { access: { scope } } }, () => ({ ok: true }));
  app.get('/trust', { config: { access: { scope, trust: true } } }, (request) => trustOf(request));
  const either = { scope, orScope: 'credentials:revoke' };
  app.get('/either', { config: { access: either } }, () => ({ ok: true }));
  app.get('/open', { config: { access: 'public' } }, () => ({ ok: true }));
  t.teardown(async () => {
    await app.close();
    await http.close();
  });
  const call = (bearer: string | undefined, path = '/guarded') =>
    app.inject({ url: path, ...(bearer && { headers: { authorization: `Bearer ${bearer}` } }) });
  return { app, asked, call };
}

const publishKeys: RequestListener = (_request, response) =>
  response.end(JSON.stringify({ keys: [publicJwk] }));

const goodClaims = {
  iss: ORIGIN,
  aud: ORIGIN,
  sub: 'client-1',
  client_id: 'client-1',
  scope: 'credentials:issue credentials:read',
  ods_code: 'ZZA01',
  jti: randomUUID(),
  iat: now,
  exp: now + 600,
};
const goodHeader = { alg: 'ES256', typ: 'at+jwt', kid: KID };

function token(
  { claims, header }: { claims?: object; header?: object } = {},
  key: KeyObject = pair.privateKey,
): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims })
    .setProtectedHeader({ ...goodHeader, ...header })
    .sign(key);
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed by hand: what a library would not make. */
function handMade(header: object, signer: (signed: string) => Buffer): string {
  const signed = `${encode({ ...goodHeader, ...header })}.${encode(goodClaims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

const es256 = (signed: string, dsaEncoding: 'ieee-p1363' | 'der' = 'ieee-p1363') =>
  sign('sha256', Buffer.from(signed), { key: pair.privateKey, dsaEncoding });

t.test('a good token opens what its scope covers, and no more', async (t) => {
  const { call, asked } = await guard(t, publishKeys);
  t.equal((await call(await token())).statusCode, 200);
  t.equal((await call(await token(), '/trust')).body, 'ZZA01');
  t.equal((await call(undefined, '/open')).statusCode, 200);
  const other = await call(await token({ claims: { scope: 'credentials:read' } }));
  t.equal(other.statusCode, 403);
  t.equal(other.json().code, 'FORBIDDEN');
  const noScope = await call(await token({ claims: { scope: undefined } }));
  t.equal(noScope.statusCode, 403);
  const longer = await call(await token({ claims: { scope: 'credentials:issue-all' } }));
  t.equal(longer.statusCode, 403, 'a scope is a whole word');
  const noTrust = await call(await token({ claims: { ods_code: undefined } }), '/trust');
  t.equal(noTrust.statusCode, 403);
  t.strictSame(asked, ['/jwks'], 'the keys are fetched once');
});

t.test(
  'a route with two scopes takes either, and the one that a body needs is asked for',
  async (t) => {
    const { call } = await guard(t, publishKeys);
    for (const [scope, status] of [
      ['credentials:issue', 200],
      ['credentials:revoke', 200],
      ['credentials:read', 403],
    ] as const) {
      t.equal(
        (await call(await token({ claims: { scope } }), '/either')).statusCode,
        status,
        scope,
      );
    }
    const caller = { clientId: 'c', odsCode: undefined, scopes: new Set(['credentials:issue']) };
    t.doesNotThrow(() => checkScope(caller, 'credentials:issue'));
    t.throws(() => checkScope(caller, 'credentials:revoke'), { code: 'FORBIDDEN' });
  },
);

t.test('whatever is wrong with a token, the answer is the same 401', async (t) => {
  const { call, asked } = await guard(t, publishKeys);
  const sinkhole = await serve(t, publishKeys);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strangerJwk = stranger.publicKey.export({ format: 'jwk' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = pair.publicKey.export({ format: 'pem', type: 'spki' });
  const elsewhere = `${sinkhole.url}/keys`;
  const encrypted = await new CompactEncrypt(Buffer.from(JSON.stringify(goodClaims)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', typ: 'at+jwt', kid: KID })
    .encrypt(pair.publicKey);
  const bomb = `${encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF', kid: KID })}..AAAA.${'A'.repeat(9_000)}.AAAA`;

  const broken: Record<string, string | undefined> = {
    missing: undefined,
    expired: await token({ claims: { exp: now - 60 } }),
    'without an end': await token({ claims: { exp: undefined } }),
    'not valid yet': await token({ claims: { nbf: now + 60 } }),
    'issued in the future': await token({ claims: { iat: now + 60 } }),
    'older than any token gets': await token({ claims: { iat: now - 7_200 } }),
    'for another audience': await token({ claims: { aud: 'https://other.example' } }),
    'of another issuer': await token({ claims: { iss: 'https://other.example' } }),
    'of an issuer with a slash more': await token({ claims: { iss: `${ORIGIN}/` } }),
    'of another type': await token({ header: { typ: 'JWT' } }),
    'of no type': await token({ header: { typ: undefined } }),
    'without its client': await token({ claims: { client_id: undefined } }),
    'with a client that is no text': await token({ claims: { client_id: { a: 1 } } }),
    'without an id': await token({ claims: { jti: undefined } }),
    'signed by another key': await token({}, stranger.privateKey),
    'by no algorithm': `${encode({ ...goodHeader, alg: 'none' })}.${encode(goodClaims)}.`,
    'by no algorithm, spelt otherwise': `${encode({ ...goodHeader, alg: 'None' })}.${encode(goodClaims)}.`,
    'by no algorithm, with a signature': handMade({ alg: 'none' }, es256),
    'by the public key as a secret': handMade({ alg: 'HS256' }, (signed) =>
      createHmac('sha256', pem).update(signed).digest(),
    ),
    'by the public JWK as a secret': handMade({ alg: 'HS256' }, (signed) =>
      createHmac('sha256', JSON.stringify(publicJwk)).update(signed).digest(),
    ),
    'by another algorithm': await token({ header: { alg: 'RS256' } }, rsa.privateKey),
    'with an algorithm that its key is not for': handMade({ alg: 'ES384' }, es256),
    'with a signature in DER': handMade({}, (signed) => es256(signed, 'der')),
    'with a signature of zeros': handMade({}, () => Buffer.alloc(64)),
    'with no signature': handMade({}, () => Buffer.alloc(0)),
    'with its claims changed': await changed(),
    'with an unknown extension': handMade({ crit: ['x'], x: 1 }, es256),
    'with a payload that is not encoded': handMade({ crit: ['b64'], b64: false }, es256),
    'with a key of its own': await token({ header: { jwk: strangerJwk } }, stranger.privateKey),
    'with its own key only': await token(
      { header: { jwk: strangerJwk, kid: undefined } },
      stranger.privateKey,
    ),
    'with keys elsewhere (jku)': await token({ header: { jku: elsewhere } }, stranger.privateKey),
    'with a certificate elsewhere (x5u)': await token(
      { header: { x5u: elsewhere } },
      stranger.privateKey,
    ),
    'with a certificate': await token(
      { header: { x5c: [Buffer.from('x').toString('base64')] } },
      stranger.privateKey,
    ),
    'with an address as its kid': await token({ header: { kid: elsewhere } }, stranger.privateKey),
    'with a path as its kid': await token(
      { header: { kid: '../../etc/passwd' } },
      stranger.privateKey,
    ),
    'with SQL as its kid': await token({ header: { kid: "' or 1=1 --" } }, stranger.privateKey),
    encrypted,
    'compressed and encrypted': bomb,
    'no token at all': 'a.b.c',
    'of bytes that a header may not hold': 'a b',
  };
  t.equal((await call(await token())).statusCode, 200, 'the good one passes');
  const first = await call(undefined);
  t.equal(first.statusCode, 401);
  t.equal(first.headers['www-authenticate'], 'Bearer');
  t.equal(first.json().code, 'UNAUTHORIZED');
  for (const [name, each] of Object.entries(broken)) {
    const answer = await call(each);
    t.equal(answer.statusCode, 401, name);
    t.equal(answer.body, first.body, name);
    t.equal(answer.headers['www-authenticate'], 'Bearer', name);
  }
  t.strictSame(sinkhole.asked, [], 'no address in a token was fetched');
  t.ok(
    asked.every((path) => path === '/jwks'),
    'only the configured keys were',
  );

  async function changed() {
    const [header, , signature] = (await token()).split('.');
    return `${header}.${encode({ ...goodClaims, ods_code: 'ZZB02' })}.${signature}`;
  }
});

t.test('a key offered in the header does not count, and the real one beside it does', async (t) => {
  const { call } = await guard(t, publishKeys);
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const header = {
    jwk: stranger.publicKey.export({ format: 'jwk' }),
    jku: 'https://a.example/keys',
  };
  t.equal((await call(await token({ header }))).statusCode, 200);
});

t.test('a published key of another algorithm signs no token', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = [publicJwk, { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' }];
  const { call } = await guard(t, (_request, response) => response.end(JSON.stringify({ keys })));
  t.equal((await call(await token())).statusCode, 200);
  const header = { alg: 'RS256', kid: 'rsa' };
  t.equal((await call(await token({ header }, rsa.privateKey))).statusCode, 401);
});

t.test('other schemes than Bearer, and a token in the query, are 401', async (t) => {
  const { app, call } = await guard(t, publishKeys);
  const good = await token();
  t.equal((await call(good)).statusCode, 200);
  for (const authorization of [
    `Basic ${good}`,
    good,
    `Bearer ${good} x`,
    `DPoP ${good}`,
    'Bearer',
  ]) {
    const answer = await app.inject({ url: '/guarded', headers: { authorization } });
    t.equal(answer.statusCode, 401, authorization.slice(0, 12));
  }
  t.equal((await app.inject({ url: `/guarded?access_token=${good}` })).statusCode, 401);
  t.equal((await app.inject({ method: 'HEAD', url: '/guarded' })).statusCode, 401, 'HEAD too');
});

t.test(
  'keys that cannot be had are 503 and not the caller’s fault, and are asked for again',
  async (t) => {
    const answers: RequestListener[] = [
      (_request, response) => response.writeHead(503).end('{}'),
      (_request, response) => response.end('<html>'),
      (_request, response) => response.end('{"keys":1}'),
      (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      (_request, response) => response.destroy(),
    ];
    let next = 0;
    const { call } = await guard(t, (request, response) =>
      (answers[next++] ?? publishKeys)(request, response),
    );
    const good = await token();
    for (const at of answers.keys()) {
      const answer = await call(good);
      t.equal(answer.statusCode, 503, `answer ${at}`);
      t.equal(answer.headers['retry-after'], '2');
    }
    t.equal((await call(good)).statusCode, 200);
  },
);

t.test('a route that does not say who may call it stops the start', async (t) => {
  const { app } = await guard(t, publishKeys);
  t.throws(() => app.get('/forgotten', () => ({})), /does not say who may call it/);
});
