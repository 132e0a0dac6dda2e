import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import { trustDid } from '#did/identifiers';
import type { JsonObject } from '#vc/data-model';
import { ORIGIN, OTHER, START, TRUST } from './fakes.ts';
import {
  askChallenge,
  bindWallet,
  build,
  type Issuer,
  newWallet,
  prove,
  type ProveOptions,
  send,
} from './helper.ts';

interface Binding {
  presentation: JsonObject;
  employeeId?: string;
  odsCode?: string;
  key?: string | null;
}

function bind(issuer: Issuer, { presentation, employeeId = 'E-1', ...rest }: Binding) {
  const body = { employeeId, verifiablePresentation: presentation };
  return send(issuer, { url: '/v1/holders', body, ...rest });
}

/** A presentation over a new challenge, with one thing changed. */
async function proof(issuer: Issuer, changes: Partial<ProveOptions> = {}): Promise<JsonObject> {
  const { challenge, domain } = await askChallenge(issuer);
  return prove({ wallet: newWallet(), challenge, domain, at: issuer.time.now, ...changes });
}

async function refused(test: Test, issuer: Issuer, binding: Binding, what: string) {
  const answer = await bind(issuer, binding);
  test.equal(answer.statusCode, 400, `${what}: ${answer.body}`);
  test.equal(answer.json().code, 'KEY_PROOF_INVALID', what);
}

t.test('a challenge is random, for the trust, and ends in ten minutes', async (test) => {
  const issuer = await build(test);
  const first = await askChallenge(issuer);
  const second = await askChallenge(issuer);
  test.not(first.challenge, second.challenge);
  test.ok(Buffer.from(first.challenge, 'base64url').length * 8 >= 128);
  test.equal(first.domain, trustDid(ORIGIN, TRUST));
  test.equal(first.expiresAt, '2026-11-22T16:10:00Z');
});

t.test('a signed challenge binds a person to the key', async (test) => {
  const issuer = await build(test);
  const wallet = newWallet();
  const answer = await bind(issuer, { presentation: await proof(issuer, { wallet }) });
  test.equal(answer.statusCode, 201, answer.body);
  test.match(answer.json(), {
    employeeId: 'E-1',
    did: wallet.did,
    boundAt: '2026-11-22T16:00:00Z',
  });
  const [row] = await issuer.admin('select * from issuer.holders');
  test.match(row, { id: answer.json().id, ods_code: TRUST, did: wallet.did, ended_at: null });
  const audit = await issuer.admin('select event from issuer.audit');
  test.match(audit[0]?.['event'], 'holder.bound');
  test.notMatch(audit[0]?.['event'], /did:key|E-1/);
});

t.test('a challenge is good once', async (test) => {
  const issuer = await build(test);
  const presentation = await proof(issuer);
  test.equal((await bind(issuer, { presentation })).statusCode, 201);
  await refused(test, issuer, { presentation }, 'used');
});

t.test('of fifty uses of one challenge at once one binds', async (test) => {
  const issuer = await build(test);
  const presentation = await proof(issuer);
  const uses = Array.from({ length: 50 }, (_, n) =>
    bind(issuer, { presentation, employeeId: `E-${n}` }),
  );
  const statuses = (await Promise.all(uses)).map(({ statusCode }) => statusCode);
  test.equal(statuses.filter((status) => status === 201).length, 1);
  test.equal(statuses.filter((status) => status === 400).length, 49);
  test.match(await issuer.admin('select count(*)::int n from issuer.holders'), [{ n: 1 }]);
});

t.test('a retry with the same idempotency key gets the same answer', async (test) => {
  const issuer = await build(test);
  const presentation = await proof(issuer);
  const first = await bind(issuer, { presentation, key: 'key' });
  const second = await bind(issuer, { presentation, key: 'key' });
  test.equal(second.statusCode, 201);
  test.equal(second.body, first.body);
  const without = await bind(issuer, { presentation, key: null });
  test.equal(without.json().code, 'IDEMPOTENCY_KEY_REQUIRED');
});

t.test('an expired challenge, an invented one and another trust’s are refused', async (test) => {
  const issuer = await build(test);
  test.equal((await bind(issuer, { presentation: await proof(issuer) })).statusCode, 201);
  const invented = await proof(issuer, { challenge: 'made-up' });
  await refused(test, issuer, { presentation: invented }, 'invented');
  const { challenge } = await askChallenge(issuer, OTHER);
  const others = await proof(issuer, { challenge });
  await refused(test, issuer, { presentation: others }, "another trust's");
  const late = await proof(issuer);
  issuer.time.now += 600_000;
  await refused(test, issuer, { presentation: late }, 'expired');
});

t.test('a presentation for another domain or by another key is refused', async (test) => {
  const issuer = await build(test);
  const domain = trustDid(ORIGIN, OTHER);
  await refused(test, issuer, { presentation: await proof(issuer, { domain }) }, 'domain');
  const stolen = await proof(issuer, { changes: { holder: newWallet().did } });
  await refused(test, issuer, { presentation: stolen }, 'another holder');
  const good = await proof(issuer);
  const swapped = { ...good, holder: newWallet().did };
  await refused(test, issuer, { presentation: swapped }, 'holder changed after signing');
  test.equal((await bind(issuer, { presentation: good })).statusCode, 201, 'still unburned');
});

t.test(
  'a presentation with credentials, without proof or from the future is refused',
  async (test) => {
    const issuer = await build(test);
    const changes = { verifiableCredential: [] };
    await refused(test, issuer, { presentation: await proof(issuer, { changes }) }, 'credentials');
    const { proof: _, ...unsigned } = await proof(issuer);
    await refused(test, issuer, { presentation: unsigned }, 'no proof');
    const ahead = await proof(issuer, { at: START + 61_000 });
    await refused(test, issuer, { presentation: ahead }, 'from the future');
    await refused(test, issuer, { presentation: {} }, 'empty');
    const didWeb = { ...(await proof(issuer)), holder: trustDid(ORIGIN, TRUST) };
    await refused(test, issuer, { presentation: didWeb }, 'did:web');
  },
);

t.test(
  'the same key again is the same holder; a newer key ends the older binding',
  async (test) => {
    const issuer = await build(test);
    const wallet = newWallet();
    const first = await bind(issuer, { presentation: await proof(issuer, { wallet }) });
    const again = await bind(issuer, { presentation: await proof(issuer, { wallet }) });
    test.equal(again.statusCode, 200);
    test.same(again.json(), first.json());
    const newer = await bind(issuer, { presentation: await proof(issuer) });
    test.equal(newer.statusCode, 201);
    const rows = await issuer.admin('select did, ended_at from issuer.holders order by ended_at');
    test.equal(rows.length, 2, 'history is kept');
    test.match(rows[0], { did: wallet.did });
    test.ok(rows[0]?.['ended_at']);
  },
);

t.test(
  'one key is not for two employees of a trust, also when the first has replaced it',
  async (test) => {
    const issuer = await build(test);
    const wallet = await bindWallet(issuer);
    const presentation = await proof(issuer, { wallet });
    const conflict = await bind(issuer, { presentation, employeeId: 'E-2' });
    test.equal(conflict.statusCode, 409);
    test.equal(conflict.json().code, 'CONFLICT');
    await bindWallet(issuer);
    test.equal((await bind(issuer, { presentation, employeeId: 'E-2' })).statusCode, 409);
    await bindWallet(issuer, { wallet, odsCode: OTHER });
    test.match(await issuer.admin(`select count(*)::int n from issuer.holders`), [{ n: 3 }]);
  },
);

t.test('binding needs its scope and a trust', async (test) => {
  const issuer = await build(test);
  const url = '/v1/holders/challenges';
  test.equal((await issuer.app.inject({ method: 'POST', url })).statusCode, 401);
  test.equal((await send(issuer, { url, scopes: ['credentials:issue'] })).statusCode, 403);
  test.equal((await send(issuer, { url, odsCode: undefined })).statusCode, 403);
  const body = { employeeId: 'a b', verifiablePresentation: {} };
  test.equal((await send(issuer, { url: '/v1/holders', body, key: randomUUID() })).statusCode, 400);
});
