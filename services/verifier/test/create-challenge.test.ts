import t from 'tap';
import { build } from './helper.ts';

t.test('A challenge is random, kept as its digest only, and audited', async (t) => {
  const { app, admin, bearerOf } = await build(t);
  const headers = bearerOf('ZZB02');
  const ask = () => app.inject({ method: 'POST', url: '/challenges', headers });
  const [one, two] = [await ask(), await ask()];
  t.equal(one.statusCode, 200);
  const { challenge } = one.json<{ challenge: string }>();
  t.match(challenge, /^[\w-]{43}$/, '256 bits');
  t.not(challenge, two.json<{ challenge: string }>().challenge);

  const { rows } = await admin.query('select * from verifier.challenges order by created_at');
  t.equal(rows.length, 2);
  t.match(rows[0], { ods_code: 'ZZB02', used_at: null });
  t.equal(rows[0].expires_at - rows[0].created_at, 600_000);
  const audit = await admin.query('select * from verifier.audit');
  t.equal(audit.rows.length, 2);
  t.match(JSON.stringify(audit.rows), /challenge\.created/);
  t.notMatch(JSON.stringify([rows, audit.rows]), new RegExp(challenge));
});

t.test('A challenge is asked for with no body or {}, and anything else is refused', async (t) => {
  const { app, admin, bearerOf } = await build(t);
  const headers = { ...bearerOf('ZZB02'), 'content-type': 'application/json' };
  const ask = (payload: string) =>
    app.inject({ method: 'POST', url: '/challenges', headers, payload });
  for (const body of ['', '{}', ' { } ']) t.equal((await ask(body)).statusCode, 200, body);
  for (const body of ['{"domain":"host.example"}', '{"a":null}', '[]', 'null', '""']) {
    t.match((await ask(body)).json(), { status: 400, code: 'INVALID_REQUEST' }, body);
  }
  const { rows } = await admin.query('select 1 from verifier.challenges');
  t.equal(rows.length, 3);
});

t.test('A challenge needs a token, the scope and a trust', async (t) => {
  const { app, tokens } = await build(t);
  const ask = (headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: '/challenges', headers });
  t.equal((await ask({})).statusCode, 401);
  const other = tokens.bearer({ odsCode: 'ZZB02', scopes: ['credentials:issue'] });
  t.match((await ask(other)).json(), { status: 403, code: 'FORBIDDEN' });
  const nobody = tokens.bearer({ scopes: ['verifications:write'] });
  t.match((await ask(nobody)).json(), { status: 403, code: 'FORBIDDEN' });
});

t.test('Without an audit row there is no challenge', async (t) => {
  const { app, admin, bearerOf } = await build(t);
  const headers = bearerOf('ZZB02');
  const ask = () => app.inject({ method: 'POST', url: '/challenges', headers });
  t.equal((await ask()).statusCode, 200);
  await admin.query('revoke execute on all functions in schema verifier from verifier_login');
  const refused = await ask();
  t.equal(refused.statusCode, 503);
  t.equal(refused.headers['retry-after'], '2');
  const { rows } = await admin.query('select 1 from verifier.challenges');
  t.equal(rows.length, 1);
});
