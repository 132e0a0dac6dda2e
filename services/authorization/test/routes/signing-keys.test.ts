import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import t from 'tap';
import { purgeEnded } from '../../src/store/purge.ts';
import { createKysely, createPool } from '#kit/database';
import type { Tables } from '../../src/store/tables.ts';
import { ADMINISTRATOR, administer, build, tokenFor } from '../helper.ts';

const built = await build(t);
const { app, administratorKey, query, time } = built;
const jwks = async (of = app) => (await of.inject({ url: '/jwks' })).json<JSONWebKeySet>();
const token = (of = app) => tokenFor(of, ADMINISTRATOR, administratorKey);
const kidOf = (of: string) => decodeProtectedHeader(of).kid;

t.test(
  'a key is published a minute before it signs, and the one before it outlives its tokens',
  async (t) => {
    const replica = await built.open();
    const { post } = await administer(built);
    const first = kidOf(await token());
    const oldToken = await token();
    const answer = await post('/v1/signing-keys/rotation');
    t.equal(answer.statusCode, 201);
    const { kid } = answer.json<{ kid: string }>();
    t.equal((await post('/v1/signing-keys/rotation')).json().code, 'CONFLICT', 'one at a time');

    time.ahead = 6_000;
    for (const each of [app, replica.app]) {
      t.strictSame(
        (await jwks(each)).keys.map((key) => key.kid),
        [kid, first],
      );
      t.equal(kidOf(await token(each)), first);
    }
    time.ahead = 66_000;
    for (const each of [app, replica.app]) {
      const newToken = await token(each);
      t.equal(kidOf(newToken), kid);
      const verify = createLocalJWKSet(await jwks(each));
      t.ok(await jwtVerify(newToken, verify));
      t.ok(await jwtVerify(oldToken, verify));
    }
    time.ahead = 60_000 + 16 * 60_000;
    t.strictSame(
      (await jwks()).keys.map((key) => key.kid),
      [kid],
    );
    t.equal((await query('select kid from authz.signing_keys')).length, 2);
    const pool = createPool({
      url: built.config.databaseUrl,
      applicationName: 'test',
      onError: (error) => t.error(error),
    });
    await purgeEnded(createKysely<Tables>(pool), built.clock());
    await pool.end();
    t.strictSame(
      await query('select kid from authz.signing_keys'),
      [{ kid }],
      'its private half is gone',
    );
    t.strictSame(await query('select id from authz.oidc_models'), []);
  },
);

t.test('replicas that start together on an empty database agree on one key', async (t) => {
  const other = await build(t);
  await other.query('delete from authz.signing_keys');
  const replicas = await Promise.all([other.open(), other.open(), other.open()]);
  const kids = await Promise.all(
    replicas.map(async (replica) => (await jwks(replica.app)).keys.map(({ kid }) => kid)),
  );
  t.equal(kids[0]?.length, 1);
  t.strictSame(kids, [kids[0], kids[0], kids[0]]);
});

t.test(
  'the private half is stored sealed, and another key-encryption key does not open it',
  async (t) => {
    const [row] = await query('select sealed, public_jwk from authz.signing_keys');
    t.notOk(JSON.stringify(row.public_jwk).includes('"d"'));
    const file = built.file('other-kek', Buffer.alloc(32, 8).toString('base64'));
    await t.rejects(built.open({ keyEncryptionKeyFile: file }), {
      code: 'CRYPTOGRAPHIC_SECURITY_ERROR',
    });
    const short = built.file('short-kek', Buffer.alloc(16, 8).toString('base64'));
    await t.rejects(built.open({ keyEncryptionKeyFile: short }), /32 bytes/);
  },
);
