import t from 'tap';
import { parseBootstrapClient } from '../src/bootstrap-client.ts';
import { administer, build, ed25519Key, tokenFor } from './helper.ts';

const good = { clientId: 'administrator', name: 'Administrator', scopes: ['clients:admin'] };
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

t.test('the file states a client, and a fault in it stops the start', async (t) => {
  const publicKey = ed25519Key().jwk;
  t.match(await parseBootstrapClient(bytes({ ...good, publicKey })), {
    clientId: 'administrator',
    odsCode: null,
    key: { kid: publicKey.kid },
  });
  for (const [change, message] of [
    [{ clientId: 'with space' }, /clientId/],
    [{ scopes: ['registry:admin'] }, /clients:admin/],
    [{ scopes: ['clients:admin', 'credentials:issue'] }, /credentials:issue/],
    [{ scopes: ['clients:admin', 'registry:approve'] }, /registry:approve is only for people/],
    [{ publicKey: { ...publicKey, d: 'secret' } }, /publicKey/],
    [{ odsCode: 'ZZA01' }, /BOOTSTRAP_CLIENT_FILE/],
  ] as const) {
    await t.rejects(parseBootstrapClient(bytes({ ...good, publicKey, ...change })), { message });
  }
});

t.test('the first client comes from the file, once, whichever replica starts first', async (t) => {
  const built = await build(t);
  const { query } = built;
  await query('delete from authz.client_keys');
  await query('delete from authz.clients');
  await query('delete from authz.audit');
  await Promise.all([built.open(), built.open(), built.open()]);
  t.equal((await query('select 1 from authz.clients')).length, 1);
  const events = (await query('select event from authz.audit')).map(({ event }) =>
    JSON.parse(event),
  );
  t.strictSame(
    events.map(({ action }) => action),
    ['client.bootstrapped'],
  );
});

t.test(
  'a file that is left behind gives nobody power later, also not when every client is revoked',
  async (t) => {
    const built = await build(t);
    const late = ed25519Key();
    const file = built.file(
      'late.json',
      JSON.stringify({ ...good, clientId: 'late', publicKey: late.jwk }),
    );
    t.equal((await (await administer(built)).get('/v1/clients')).statusCode, 200);
    await built.query('update authz.clients set revoked_at = now()');
    const { app } = await built.open({ bootstrapClientFile: file });
    await t.rejects(tokenFor(app, 'late', late), /invalid_client/);
  },
);
