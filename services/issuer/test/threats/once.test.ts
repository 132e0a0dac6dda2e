import { randomUUID } from 'node:crypto';
import t from 'tap';
import { trustDid } from '#did/identifiers';
import { ORIGIN, OTHER, TRUST } from '../fakes.ts';
import {
  addKey,
  bindWallet,
  buildReady,
  type Issuer,
  issueBody,
  mintBody,
  mintOnce,
  send,
} from '../helper.ts';

const ROUTE = '/v1/credentials';

async function counted(issuer: Issuer) {
  const [row] = await issuer.admin(`select
    (select count(*)::int from issuer.credentials) credentials,
    (select count(*)::int from issuer.idempotency_keys where body like '%proofValue%') answers,
    (select count(*)::int from issuer.audit where event like '%credential.issued%') audited`);
  return row;
}

t.test(
  'I9: fifty equal calls with one key make one credential, and a key is its trust’s and body’s',
  async (test) => {
    const issuer = await buildReady(test);
    await addKey(issuer, 'assertion', OTHER);
    await bindWallet(issuer, { odsCode: OTHER });
    const key = 'k'.repeat(255);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => mintOnce(issuer, mintBody(), key)),
    );
    test.same(new Set(answers.map(({ statusCode }) => statusCode)), new Set([201]));
    test.equal(new Set(answers.map(({ body }) => body)).size, 1);
    test.same(await counted(issuer), { credentials: 1, answers: 1, audited: 1 });

    const reused = await mintOnce(issuer, mintBody({ batch: 'another-body' }), key);
    test.equal(reused.statusCode, 422);
    test.equal(reused.json().code, 'IDEMPOTENCY_KEY_REUSED');
    const long = await mintOnce(issuer, mintBody(), `${key}k`);
    test.equal(long.statusCode, 400);
    test.equal(long.json().code, 'IDEMPOTENCY_KEY_INVALID');
    test.same(await counted(issuer), { credentials: 1, answers: 1, audited: 1 });

    const body = mintBody({ batch: 'another-body' });
    const others = await send(issuer, { url: ROUTE, body, key, odsCode: OTHER });
    test.equal(others.statusCode, 201, 'another trust’s same key, with another body');
    test.not(others.body, answers[0]?.body);
    const atOnce = await Promise.all(
      [TRUST, OTHER].map((odsCode) =>
        send(issuer, { url: ROUTE, body: mintBody(), key: 'at-once', odsCode }),
      ),
    );
    test.same(
      atOnce.map((each) => each.json().verifiableCredential?.issuer),
      [TRUST, OTHER].map((odsCode) => trustDid(ORIGIN, odsCode)),
      'two trusts’ equal calls with one key at one time are two',
    );
    const again = await mintOnce(issuer, mintBody(), key);
    test.equal(again.body, answers[0]?.body, 'and the first trust still gets its own');
    test.same(await counted(issuer), { credentials: 4, answers: 4, audited: 4 });
  },
);

t.test(
  'I17: an id that is in use is drawn again or refused, and never overwritten',
  async (test) => {
    const issuer = await buildReady(test);
    const documentOf = async (id: string) => {
      const rows = await issuer.admin('select document from issuer.credentials where id = $1', [
        id,
      ]);
      return rows.map(({ document }) => document);
    };
    const id = randomUUID();
    issuer.ids.push(id);
    const first = await mintOnce(issuer);
    test.equal(first.headers.location, `/credentials/${id}`);
    const [document] = await documentOf(id);

    issuer.ids.push(id, id);
    const second = await mintOnce(issuer);
    test.equal(second.statusCode, 201, 'the third draw is free');
    test.not(second.headers.location, first.headers.location);
    issuer.ids.push(id, id, id);
    const unlucky = await mintOnce(issuer);
    test.equal(unlucky.statusCode, 503, 'a source of ids that is broken is not asked for ever');
    test.notMatch(unlucky.body, 'proofValue');

    const chosen = issueBody(issuer.wallet.did, { id: `urn:uuid:${id}` });
    const taken = await send(issuer, { url: '/credentials/issue', body: chosen });
    test.equal(taken.statusCode, 409);
    test.equal(taken.json().code, 'CONFLICT');
    await addKey(issuer, 'assertion', OTHER);
    const wallet = await bindWallet(issuer, { odsCode: OTHER });
    const { credential } = issueBody(wallet.did, { id: `urn:uuid:${id}` });
    const { issuer: _, ...anonymous } = credential;
    const foreign = { url: '/credentials/issue', body: { credential: anonymous }, odsCode: OTHER };
    test.equal((await send(issuer, foreign)).statusCode, 409, 'nor by another trust');

    test.same(await documentOf(id), [document], 'it is what it was');
    test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 2 }]);
  },
);
