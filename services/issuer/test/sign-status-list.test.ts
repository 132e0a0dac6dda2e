import { createHash, randomUUID } from 'node:crypto';
import t from 'tap';
import { publicKeyObject } from '#did/keys';
import { verifyProofs } from '#proofs/verify-proofs';
import { encodeBitstring } from '#status/bitstring';
import { OTHER, START, TRUST } from './fakes.ts';
import { addKey, build, type Issuer, send } from './helper.ts';

const encodedList = encodeBitstring(new Uint8Array(16_384));
const newList = () => ({
  listId: randomUUID() as string,
  odsCode: TRUST,
  purpose: 'revocation',
  version: START,
  previousVersion: 0,
  encodedList,
});

function sign(issuer: Issuer, body: object, scopes = ['internal:sign-list']) {
  return send(issuer, {
    url: '/internal/status-list-credentials',
    body,
    scopes,
    odsCode: undefined,
    key: null,
  });
}

t.test(
  "a list is built here, signed with the trust's status key, and its version recorded",
  async (test) => {
    const issuer = await build(test);
    await addKey(issuer, 'assertion');
    const { verificationMethod, publicKeyMultibase } = await addKey(issuer, 'status');
    const list = newList();
    const answer = await sign(issuer, list);
    test.equal(answer.statusCode, 200, answer.body);
    const { verifiableCredential } = answer.json();
    const listUrl = `https://passport.northmoor.example/status-lists/${list.listId}`;
    test.match(verifiableCredential, {
      id: listUrl,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
      validFrom: '2026-11-22T16:00:00.000Z',
      validUntil: '2026-11-22T17:00:00.000Z',
      credentialSubject: {
        id: `${listUrl}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'revocation',
        encodedList,
        ttl: 15_000,
      },
      proof: { verificationMethod },
    });
    const result = await verifyProofs({
      document: verifiableCredential,
      purpose: 'assertionMethod',
      now: START,
      resolveVerificationMethod: async (id) => ({
        id,
        controller: id.split('#')[0] ?? '',
        publicKeyMultibase,
        publicKey: publicKeyObject(publicKeyMultibase),
      }),
    });
    test.equal(result.verified, true, JSON.stringify(result.problems));
    const document = answer.body.slice('{"verifiableCredential":'.length, -1);
    const [row] = await issuer.admin('select * from issuer.signed_lists');
    test.match(row, { list_id: list.listId, ods_code: TRUST, purpose: 'revocation' });
    test.equal(Number(row?.['version']), START);
    test.ok(
      createHash('sha256')
        .update(document)
        .digest()
        .equals(row?.['digest'] as Buffer),
    );
  },
);

t.test('a version is signed once, and none below it afterwards', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const list = newList();
  test.equal((await sign(issuer, list)).statusCode, 200);
  const next = { ...list, version: START + 1, previousVersion: START };
  test.equal((await sign(issuer, next)).statusCode, 200);
  for (const version of [START + 1, START, 1]) {
    const answer = await sign(issuer, { ...list, version });
    test.equal(answer.statusCode, 409);
    test.equal(answer.json().code, 'CONFLICT');
    test.notMatch(answer.body, 'proofValue');
  }
});

t.test('of twenty that sign one version at once one gets a signature', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const list = newList();
  const first = await Promise.all(Array.from({ length: 20 }, () => sign(issuer, list)));
  test.equal(first.filter(({ statusCode }) => statusCode === 200).length, 1);
  const next = { ...list, version: START + 5, previousVersion: START };
  const second = await Promise.all(Array.from({ length: 20 }, () => sign(issuer, next)));
  test.equal(second.filter(({ statusCode }) => statusCode === 200).length, 1);
});

t.test('a list stays with the trust and the purpose of its first version', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  await addKey(issuer, 'status', OTHER);
  const list = newList();
  test.equal((await sign(issuer, list)).statusCode, 200);
  const newer = { version: START + 1, previousVersion: START };
  for (const change of [{ odsCode: OTHER }, { purpose: 'suspension' }]) {
    const answer = await sign(issuer, { ...list, ...newer, ...change });
    test.equal(answer.statusCode, 409);
    test.equal(answer.json().code, 'CONFLICT');
  }
  test.equal((await sign(issuer, { ...list, ...newer })).statusCode, 200);
});

t.test('only a status key signs lists, also of a trust that may issue nothing', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'assertion');
  const refused = await sign(issuer, newList());
  test.equal(refused.statusCode, 409);
  test.equal(refused.json().code, 'ISSUER_KEY_NOT_REGISTERED');
  await addKey(issuer, 'status');
  issuer.registry.of(TRUST).organisation.status = 'suspended';
  issuer.time.now += 60_000;
  test.equal((await sign(issuer, newList())).statusCode, 200);
});

t.test('a list that is short, no gzip or from the future is refused', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const short = await sign(issuer, {
    ...newList(),
    encodedList: encodeBitstring(new Uint8Array(16_383)),
  });
  test.equal(short.statusCode, 400);
  test.equal(short.json().code, 'STATUS_LIST_LENGTH_ERROR');
  const garbage = await sign(issuer, { ...newList(), encodedList: 'uAAAA' });
  test.equal(garbage.json().code, 'STATUS_VERIFICATION_ERROR');
  const ahead = await sign(issuer, { ...newList(), version: START + 60_001 });
  test.equal(ahead.statusCode, 400);
  test.equal(ahead.json().code, 'INVALID_REQUEST');
});

t.test('no document is taken, and no other scope', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const document = { ...newList(), credential: {} };
  test.equal((await sign(issuer, document)).statusCode, 400);
  test.equal((await sign(issuer, newList(), ['credentials:issue'])).statusCode, 403);
});

t.test(
  'a caller that lacks a version which was signed is fenced off, and nothing is recorded',
  async (test) => {
    const issuer = await build(test);
    await addKey(issuer, 'status');
    const list = newList();
    test.equal((await sign(issuer, list)).statusCode, 200);
    const second = { ...list, version: START + 10, previousVersion: START };
    test.equal((await sign(issuer, second)).statusCode, 200);
    const restored = await sign(issuer, { ...second, version: START + 20 });
    test.equal(restored.statusCode, 409);
    test.equal(restored.json().code, 'STATUS_LIST_FENCED');
    test.notMatch(restored.body, 'proofValue');
    const [row] = await issuer.admin('select version from issuer.signed_lists');
    test.equal(Number(row?.['version']), START + 10);
    const knowing = { ...second, version: START + 20, previousVersion: START + 15 };
    test.equal(
      (await sign(issuer, knowing)).statusCode,
      200,
      'what was allotted need not be signed',
    );
  },
);

t.test('a list of two bits an entry says all four messages, and is long enough', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  const message = { ...newList(), purpose: 'message' };
  const answer = await sign(issuer, {
    ...message,
    encodedList: encodeBitstring(new Uint8Array(32_768)),
  });
  test.equal(answer.statusCode, 200, answer.body);
  test.match(answer.json().verifiableCredential.credentialSubject, {
    statusPurpose: 'message',
    statusSize: 2,
    statusMessages: [{ status: '0x0' }, { status: '0x1' }, { status: '0x2' }, { status: '0x3' }],
  });
  const half = await sign(issuer, { ...message, listId: randomUUID() });
  test.equal(half.json().code, 'STATUS_LIST_LENGTH_ERROR');
  const [row] = await issuer.admin('select purpose from issuer.signed_lists');
  test.match(row, { purpose: 'message' });
});

t.test(
  'lists are signed while the registry is down, with keys of the last known record',
  async (test) => {
    const issuer = await build(test);
    await addKey(issuer, 'status');
    let previousVersion = 0;
    const list = newList();
    const signNext = async () => {
      const version = issuer.time.now;
      const answer = await sign(issuer, { ...list, version, previousVersion });
      if (answer.statusCode === 200) previousVersion = version;
      return answer;
    };
    test.equal((await signNext()).statusCode, 200);
    issuer.registry.state.down = true;
    issuer.time.now += 899_999;
    test.equal((await signNext()).statusCode, 200);
    issuer.time.now += 1;
    const stale = await signNext();
    test.equal(stale.statusCode, 503);
    test.equal(stale.json().code, 'REGISTRY_UNAVAILABLE');
    issuer.registry.state.down = false;
    test.equal((await signNext()).statusCode, 200);
  },
);

t.test('a registry that just gave no answer is not waited for by each list', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  test.equal((await sign(issuer, newList())).statusCode, 200);
  issuer.registry.state.down = true;
  issuer.time.now += 60_000;
  const asked = issuer.registry.state.questions;
  for (let n = 0; n < 5; n += 1) test.equal((await sign(issuer, newList())).statusCode, 200);
  test.equal(issuer.registry.state.questions, asked + 1);
});

t.test('a compromised key signs no list, fresh record or last known', async (test) => {
  const issuer = await build(test);
  await addKey(issuer, 'status');
  test.equal((await sign(issuer, newList())).statusCode, 200);
  for (const key of issuer.registry.of(TRUST).keys) key.state = 'compromised';
  issuer.time.now += 30_000;
  test.equal((await sign(issuer, newList())).json().code, 'ISSUER_KEY_NOT_REGISTERED');
  issuer.registry.state.down = true;
  issuer.time.now += 60_000;
  test.equal((await sign(issuer, newList())).json().code, 'ISSUER_KEY_NOT_REGISTERED');
});

t.test(
  'a registry that answers is believed: a trust that it no longer knows signs nothing',
  async (test) => {
    const issuer = await build(test);
    await addKey(issuer, 'status');
    test.equal((await sign(issuer, newList())).statusCode, 200);
    issuer.registry.forget(TRUST);
    issuer.time.now += 30_000;
    const refused = async () => (await sign(issuer, newList())).json().code;
    test.equal(await refused(), 'ISSUER_NOT_REGISTERED');
    test.equal(await refused(), 'ISSUER_NOT_REGISTERED', 'and by the next list too');
    issuer.registry.state.down = true;
    test.equal(await refused(), 'REGISTRY_UNAVAILABLE', 'what it said before is forgotten');
  },
);
