import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import t from 'tap';
import {
  askToken,
  assertion,
  buildWithClient,
  ed25519Key,
  INTERNAL_ORIGIN,
  p256Key,
  PUBLIC_ORIGIN,
  tokenForm,
} from '../helper.ts';

const { built, app, key, clientId, ask } = await buildWithClient(t);

t.test(
  'the assertion may be made for the issuer or for either address of the endpoint',
  async (t) => {
    for (const aud of [
      PUBLIC_ORIGIN,
      `${PUBLIC_ORIGIN}/token`,
      `${INTERNAL_ORIGIN}/token`,
      [`${PUBLIC_ORIGIN}/token`, 'https://other.example'],
    ]) {
      t.equal((await ask({ claims: { aud } })).statusCode, 200, String(aud));
    }
  },
);

t.test(
  'an assertion for another server is refused also when the Host header names that server',
  async (t) => {
    const signed = await assertion(clientId, key, {
      claims: { aud: 'http://other.example/token' },
    });
    const answer = await app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        host: 'other.example',
        'x-forwarded-host': 'other.example',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams(tokenForm(signed)).toString(),
    });
    t.equal(answer.statusCode, 401);
  },
);

t.test(
  'an assertion is good once, also for 20 requests at once and for another replica',
  async (t) => {
    const form = tokenForm(await assertion(clientId, key));
    const answers = await Promise.all(Array.from({ length: 20 }, () => askToken(app, form)));
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1);
    t.equal(answers.filter(({ statusCode }) => statusCode === 401).length, 19);
    const replica = await built.open();
    const replayed = await askToken(replica.app, form);
    t.equal(replayed.statusCode, 401);
    t.equal(replayed.json().error, 'invalid_client');
  },
);

t.test('whatever is wrong with an assertion, the answer is the same', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const stranger = ed25519Key();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: PUBLIC_ORIGIN,
    jti: randomUUID(),
    exp: now + 60,
  };
  const publicPem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  const used = await assertion(clientId, key);
  t.equal((await askToken(app, tokenForm(used))).statusCode, 200);

  const broken: Record<string, string> = {
    replayed: used,
    expired: await assertion(clientId, key, { claims: { exp: now - 60 } }),
    'without an end': await assertion(clientId, key, { claims: { exp: undefined } }),
    'ending too late': await assertion(clientId, key, { claims: { exp: now + 3_600 } }),
    'not valid yet': await assertion(clientId, key, { claims: { nbf: now + 300 } }),
    'issued in the future': await assertion(clientId, key, { claims: { iat: now + 300 } }),
    'without an id': await assertion(clientId, key, { claims: { jti: undefined } }),
    'for another server': await assertion(clientId, key, {
      claims: { aud: 'https://other.example' },
    }),
    'for nobody': await assertion(clientId, key, { claims: { aud: undefined } }),
    'by another issuer': await assertion(clientId, key, { claims: { iss: 'another' } }),
    'by an unknown client': await assertion(randomUUID(), key),
    'by another key': await assertion(clientId, { ...stranger, jwk: key.jwk }),
    'by a key of an unknown id': await assertion(clientId, stranger),
    'by an algorithm that is not taken': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.jwk.kid })
      .sign(rsa),
    'with an algorithm of another key type': await assertion(clientId, {
      ...p256Key(),
      jwk: key.jwk,
    }),
    'by no algorithm': `${encode({ alg: 'none' })}.${encode(claims)}.`,
    'by the public key as a secret': hmac({ alg: 'HS256', kid: key.jwk.kid }, claims, publicPem),
    'by a key that it brings itself': await assertion(clientId, stranger, {
      header: { jwk: stranger.jwk, kid: key.jwk.kid },
    }),
    'with an extension that must be understood': await assertionWithCrit(claims),
  };
  const [first, ...others] = await Promise.all(
    Object.values(broken).map((each) => askToken(app, tokenForm(each))),
  );
  t.equal(first?.statusCode, 401);
  t.strictSame(first?.json(), {
    error: 'invalid_client',
    error_description: 'client authentication failed',
  });
  for (const [at, name] of Object.keys(broken).slice(1).entries()) {
    t.equal(others[at]?.statusCode, 401, name);
    t.equal(others[at]?.body, first?.body, name);
  }
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function hmac(header: object, claims: object, secret: string | Buffer): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

async function assertionWithCrit(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT({ ...claims, jti: randomUUID() })
    .setProtectedHeader({ alg: key.alg, kid: key.jwk.kid, crit: ['x'], x: 1 })
    .sign(key.privateKey, { crit: { x: true } });
}

t.test('a client id that no client can have is refused like any other', async (t) => {
  t.equal((await ask()).statusCode, 200);
  for (const id of ['a\0b', 'a'.repeat(65), '', 'ü', '\ud800']) {
    const signed = await assertion(id, key);
    const { statusCode, json } = await askToken(app, tokenForm(signed));
    t.equal(statusCode, 401, JSON.stringify(id));
    t.equal(json().error, 'invalid_client');
  }
});
