import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { encodeBitstring, MINIMUM_ENTRIES, setEntry } from '#status/bitstring';
import type { JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { startConformance } from './helper.ts';
import { ENTRY, entryIn, LISTS, serveLists, signList } from './served-lists.ts';
import { problemOf, proofOf, signWith, unsigned, V1 } from './signed-credentials.ts';

t.setTimeout(300_000);

const lists = await serveLists(t);
const suite = await startConformance(t, {
  ORIGIN_MAP: JSON.stringify({ [LISTS]: `http://127.0.0.1:${lists.port}` }),
});
const { https } = suite;

async function issue(name: string, change: JsonObject = {}): Promise<JsonObject> {
  const credential = { ...unsigned(suite.issuer, 'eddsa-rdfc-2022'), ...change };
  const path = `/issuers/${name}/credentials/issue`;
  const answer = await https.post('issuer', path, { credential, options: {} });
  t.equal(answer.status, 201, answer.text);
  return answer.body['verifiableCredential'] as JsonObject;
}

function entriesOf({ credentialStatus }: JsonObject): JsonObject[] {
  return [credentialStatus].flat() as JsonObject[];
}

const listOf = (entry: JsonObject) => https.get('issuer', entry['statusListCredential'] as string);

t.test('a credential is issued with status entries of the form that they must have', async (t) => {
  for (const [name, purposes] of [
    ['BitstringStatusList', ['revocation', 'suspension']],
    ['revocation', ['revocation']],
    ['suspension', ['suspension']],
  ] as const) {
    const issued = await issue(name);
    t.same(
      entriesOf(issued).map(({ statusPurpose }) => statusPurpose),
      purposes,
    );
    t.equal(Array.isArray(issued['credentialStatus']), purposes.length > 1);
    for (const entry of entriesOf(issued)) {
      const { id, statusListIndex, statusListCredential } = entry;
      t.equal(entry['type'], ENTRY);
      t.ok(URL.canParse(id as string));
      t.not(id, statusListCredential);
      t.match(statusListIndex, /^(0|[1-9]\d*)$/);
      t.ok(Number(statusListIndex) < MINIMUM_ENTRIES);
      t.ok(URL.canParse(statusListCredential as string));
      for (const member of ['statusSize', 'statusMessage', 'statusReference']) {
        t.notOk(member in entry, member);
      }
    }
  }
  const old = { '@context': [V1], issuanceDate: '2026-01-01T00:00:00Z', name: undefined };
  const { '@context': contexts } = await issue('revocation', old as unknown as JsonObject);
  t.same(contexts, [
    V1,
    'https://www.w3.org/ns/credentials/status/v1',
    'https://w3id.org/security/data-integrity/v2',
  ]);
});

t.test('no two credentials have the same index', async (t) => {
  const indexes: unknown[] = [];
  for (let count = 0; count < 10; count += 1) {
    indexes.push(entriesOf(await issue('revocation'))[0]?.['statusListIndex']);
  }
  t.equal(new Set(indexes).size, 10);
});

t.test('a list is a credential that verifies, and holds 131,072 bits at least', async (t) => {
  for (const entry of entriesOf(await issue('BitstringStatusList'))) {
    const answer = await listOf(entry);
    t.equal(answer.status, 200);
    t.equal(answer.contentType, 'application/vc');
    const list = answer.body;
    t.equal(list['id'], entry['statusListCredential']);
    t.same(list['type'], ['VerifiableCredential', 'BitstringStatusListCredential']);
    t.equal(list['issuer'], suite.issuer);
    t.ok(parseDateTimeStamp(list['validFrom']) !== undefined);
    t.ok((parseDateTimeStamp(list['validUntil']) ?? 0) > Date.now());
    const subject = list['credentialSubject'] as JsonObject;
    t.equal(subject['type'], 'BitstringStatusList');
    t.equal(subject['statusPurpose'], entry['statusPurpose']);
    const ttl = subject['ttl'];
    t.ok(Number.isSafeInteger(ttl) && Number(ttl) > 0);
    const encoded = subject['encodedList'] as string;
    t.match(encoded, /^u[\w-]+$/);
    t.ok(gunzipSync(Buffer.from(encoded.slice(1), 'base64url')).length >= 16 * 1024);
    const verified = await https.verify(list);
    t.equal(verified.status, 200, verified.text);
  }
});

t.test(
  'a credential fails once its status was changed, and a lifted suspension passes',
  async (t) => {
    for (const [purpose, code] of [
      ['revocation', 'CREDENTIAL_REVOKED'],
      ['suspension', 'CREDENTIAL_SUSPENDED'],
    ] as const) {
      const issued = await issue(purpose);
      const change = (status: boolean) =>
        https.post('issuer', '/credentials/status', {
          credentialId: issued['id'],
          credentialStatus: { type: ENTRY, statusPurpose: purpose },
          status,
        });
      t.equal((await https.verify(issued)).status, 200);
      t.equal((await change(true)).status, 200);
      const failed = await https.verify(issued);
      t.equal(failed.status, 400);
      t.equal(failed.body['verified'], false);
      t.equal(problemOf(failed), code);
      const lifted = await change(false);
      t.equal(lifted.status, purpose === 'suspension' ? 200 : 409);
      t.equal((await https.verify(issued)).status, purpose === 'suspension' ? 200 : 400);
    }
  },
);

t.test('what is changed of an issued entry does not verify', async (t) => {
  const issued = await issue('revocation');
  t.equal((await https.verify(issued)).status, 200);
  const [entry = {}] = entriesOf(issued);
  for (const change of [
    { statusListCredential: 'invalid-statusListCredential' },
    { type: 'invalid-type' },
    { statusListIndex: '7' },
    { statusPurpose: 'suspension' },
  ]) {
    const answer = await https.verify({ ...issued, credentialStatus: { ...entry, ...change } });
    t.equal(answer.status, 400, JSON.stringify(change));
    t.equal(answer.body['verified'], false);
  }
});

t.test('an entry that is not as it must be is neither signed nor verified', async (t) => {
  const url = lists.serve(await signList());
  const good = { type: ENTRY, statusPurpose: 'revocation', statusListIndex: '7' };
  const whole: JsonObject = { ...good, statusListCredential: url, id: `${url}#7` };
  const ask = (credentialStatus: JsonObject) =>
    https.issue({ ...unsigned(suite.issuer, 'eddsa-rdfc-2022'), credentialStatus });
  t.equal((await ask(whole)).status, 201);
  t.equal((await verifyWith(whole)).status, 200);
  for (const [change, code = 'MALFORMED_VALUE_ERROR'] of [
    [{ id: url }],
    [{ id: 'no url' }],
    [{ statusPurpose: 7 }],
    [{ statusListIndex: 7 }],
    [{ statusListIndex: true }],
    [{ statusListIndex: '-1' }],
    [{ statusListIndex: '0x7' }],
    [{ statusListIndex: '1.5' }],
    [{ statusSize: 0 }],
    [{ statusSize: '1' }],
    [{ statusSize: 2 }],
    [{ statusMessage: [{ status: '0x0', message: 'valid' }] }],
    [{ statusReference: 'no url' }],
  ] as [JsonObject, string?][]) {
    const refused = await ask({ ...whole, ...change });
    t.ok([400, 422].includes(refused.status), JSON.stringify(change));
    const answer = await verifyWith({ ...whole, ...change });
    t.equal(answer.status, 400, JSON.stringify(change));
    t.equal(problemOf(answer), code, answer.text);
  }
  const undefinedTerm = { ...unsigned(suite.issuer, 'eddsa-rdfc-2022'), statusEntry: whole };
  t.equal((await https.issue(undefinedTerm)).status, 422);
});

t.test('lists of anybody are read: their purposes, sizes, forms and media types', async (t) => {
  const messages = ['valid', 'late', 'lost', 'gone'].map((message, at) => ({
    status: `0x${at}`,
    message,
  }));
  const two = new Uint8Array(MINIMUM_ENTRIES / 4);
  setEntry(two, 7, 2, 2);
  for (const [list, entry, mediaType] of [
    [{}, {}, 'application/vc'],
    [{}, {}, 'application/vc+ld+json'],
    [{}, {}, 'application/ld+json'],
    [{}, {}, 'application/json; charset=utf-8'],
    [{ statusPurpose: ['suspension', 'revocation'] }, {}],
    [{ statusPurpose: 'refresh' }, { statusPurpose: 'refresh' }],
    [{ ttl: 300_000 }, {}],
    [{}, { statusListIndex: String(MINIMUM_ENTRIES - 1) }],
    [
      { statusPurpose: 'message', encodedList: encodeBitstring(two) },
      { statusPurpose: 'message', statusSize: 2, statusMessage: messages },
    ],
    [{}, { statusReference: 'https://lists.example/what-it-means' }],
  ] as [JsonObject, JsonObject, string?][]) {
    const url = lists.serve(await signList(list), mediaType);
    const answer = await verifyWith({ ...entryIn(url), ...entry });
    t.equal(answer.status, 200, `${JSON.stringify([entry, mediaType])} ${answer.text}`);
  }
});

t.test(
  'a list that says no, or that cannot be relied on, does not let a credential pass',
  async (t) => {
    const revoked = new Uint8Array(MINIMUM_ENTRIES / 8);
    setEntry(revoked, 7, 1, 1);
    const short = encodeBitstring(new Uint8Array(1_000));
    const past = { validFrom: '2020-01-01T00:00:00Z', validUntil: '2021-01-01T00:00:00Z' };
    const unreliable = 'STATUS_VERIFICATION_ERROR';
    for (const [list, entry, code, change = {}] of [
      [{ encodedList: encodeBitstring(revoked) }, {}, 'CREDENTIAL_REVOKED'],
      [{ statusPurpose: 'suspension' }, {}, unreliable],
      [{}, { statusListIndex: String(MINIMUM_ENTRIES) }, 'RANGE_ERROR'],
      [{}, { statusListIndex: '9'.repeat(40) }, 'RANGE_ERROR'],
      [{ encodedList: short }, {}, 'STATUS_LIST_LENGTH_ERROR'],
      [{ encodedList: encodeBitstring(revoked).slice(1) }, {}, unreliable],
      [{ encodedList: `z${encodeBitstring(revoked).slice(1)}` }, {}, unreliable],
      [{ encodedList: 'uAAAA' }, {}, unreliable],
      [{}, {}, unreliable, { type: ['VerifiableCredential'] }],
      [{}, {}, unreliable, past],
      [{}, {}, unreliable, { id: 'https://lists.example/another' }],
      [{ type: 'BitstringStatusList2' }, {}, unreliable],
    ] as [JsonObject, JsonObject, string, JsonObject?][]) {
      const url = lists.serve(await signList(list, change));
      const answer = await verifyWith({ ...entryIn(url), ...entry });
      t.equal(answer.status, 400, JSON.stringify([entry, change]));
      t.equal(problemOf(answer), code, answer.text);
    }
    const list = await signList();
    const tampered = { ...list, validFrom: '2026-01-02T00:00:00Z' };
    t.equal(problemOf(await verifyWith(entryIn(lists.serve(tampered)))), unreliable);
    const { proof: _, ...bare } = list;
    t.equal(problemOf(await verifyWith(entryIn(lists.serve(bare)))), unreliable);
    const html = await verifyWith(entryIn(lists.serve(list, 'text/html')));
    t.equal(problemOf(html), 'STATUS_RETRIEVAL_ERROR');
    const missing = await verifyWith(entryIn(`${LISTS}/missing`));
    t.equal(problemOf(missing), 'STATUS_RETRIEVAL_ERROR');
    t.match(missing.body, {
      problemDetails: [
        { type: 'https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR' },
      ],
    });
  },
);

/** Signed over JSON, so that members of any kind can be signed. */
async function verifyWith(credentialStatus: JsonObject) {
  const signed = await signWith({
    suite: 'eddsa-jcs-2022',
    kind: 'ed25519',
    change: { credentialStatus },
  });
  t.ok(proofOf(signed)['proofValue']);
  return https.verify(signed);
}
