import { createHash, randomUUID } from 'node:crypto';
import t from 'tap';
import { publicKeyObject } from '#did/keys';
import { decodeTokenStatusList, encodeTokenStatusList } from '#status/token-status-list';
import { verifyCompact } from '#trust/compact-jws';
import { START, TRUST } from './fakes.ts';
import { addKey, build, type Issuer, send } from './helper.ts';

const LST = encodeTokenStatusList(new Uint8Array(32_768));
const newList = () => ({
  listId: randomUUID() as string,
  odsCode: TRUST,
  version: START,
  previousVersion: 0,
  lst: LST,
});

function sign(issuer: Issuer, body: object, scopes = ['internal:sign-list']) {
  return send(issuer, {
    url: '/internal/status-list-tokens',
    body,
    scopes,
    odsCode: undefined,
    key: null,
  });
}

t.test("a token is signed with the trust's status key, and its version recorded", async (test) => {
  const issuer = await build(test);
  const { publicKeyMultibase, verificationMethod } = await addKey(issuer, 'status');
  const list = newList();
  const answer = await sign(issuer, list);
  test.equal(answer.statusCode, 200, answer.body);
  const { token } = answer.json();
  const claims = await verifyCompact(token, {
    typ: 'statuslist+jwt',
    maxLength: 300_000,
    keyOf: (kid) => (kid === verificationMethod ? publicKeyMultibase : undefined),
  });
  test.match(claims, {
    iss: 'did:web:passport.northmoor.example:trusts:ZZA01',
    sub: `https://passport.northmoor.example/status-lists/${list.listId}`,
    iat: START / 1_000,
    exp: START / 1_000 + 3_600,
    ttl: 15,
    status_list: { bits: 2, lst: LST },
  });
  test.equal(decodeTokenStatusList(LST).length, 32_768);
  test.equal(publicKeyObject(publicKeyMultibase).asymmetricKeyType, 'ed25519');
  const [row] = await issuer.admin('select * from issuer.signed_lists');
  test.match(row, { list_id: list.listId, ods_code: TRUST, purpose: 'token' });
  test.ok(
    createHash('sha256')
      .update(token)
      .digest()
      .equals(row?.['digest'] as Buffer),
  );
});

t.test('versions of a token rise, and a caller that lacks one is fenced off', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const list = newList();
  test.equal((await sign(issuer, list)).statusCode, 200);
  test.equal((await sign(issuer, list)).json().code, 'CONFLICT');
  const restored = await sign(issuer, { ...list, version: START + 1 });
  test.equal(restored.statusCode, 409);
  test.equal(restored.json().code, 'STATUS_LIST_FENCED');
  const next = { ...list, version: START + 1, previousVersion: START };
  test.equal((await sign(issuer, next)).statusCode, 200);
});

t.test(
  'a list that is short, no zlib or from the future is refused, and other scopes',
  async (test) => {
    const issuer = await build(test);
    await addKey(issuer, 'status');
    test.equal((await sign(issuer, newList())).statusCode, 200);
    const short = encodeTokenStatusList(new Uint8Array(32_767));
    const tooShort = await sign(issuer, { ...newList(), lst: short });
    test.equal(tooShort.json().code, 'STATUS_LIST_LENGTH_ERROR');
    const garbage = await sign(issuer, { ...newList(), lst: 'AAAA' });
    test.equal(garbage.json().code, 'STATUS_VERIFICATION_ERROR');
    const ahead = await sign(issuer, { ...newList(), version: START + 60_001 });
    test.equal(ahead.json().code, 'INVALID_REQUEST');
    test.equal((await sign(issuer, newList(), ['credentials:issue'])).statusCode, 403);
  },
);
