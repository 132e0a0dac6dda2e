import t, { type Test } from 'tap';
import { canonicalize } from '#json-ld/canonicalize';
import { signCredential } from '#proofs/add-proof';
import { CREATED, credential, ISSUER, issuerKey, verifyCredential } from '#proofs/test/helper';
import { encodeBitstring, setEntry } from '#status/bitstring';
import {
  buildStatusListCredential,
  createMessageEntry,
  STATUS_CONTEXT_URL,
} from '#status/status-list-entry';
import { type Credential, CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';

const messageList = 'https://passport.northmoor.example/status-lists/m';
const messages = [
  { status: '0x0', message: 'valid' },
  { status: '0x1', message: 'revoked' },
  { status: '0x2', message: 'suspended' },
  { status: '0x3', message: 'undefined' },
];
const bits = new Uint8Array(32_768);
setEntry(bits, 94_567, 2, 2);
const list = buildStatusListCredential({
  listUrl: messageList,
  issuer: ISSUER,
  purpose: 'message',
  version: Date.parse(CREATED),
  encodedList: encodeBitstring(bits),
  ttlMs: 15_000,
  validForMs: 3_600_000,
});
const holding = credential({
  credentialStatus: [createMessageEntry({ messageList, index: 94_567 })],
});

async function signed(document: Credential): Promise<JsonObject> {
  const suites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const;
  const { signer } = issuerKey;
  return signCredential({ credential: document, signer, suites, created: CREATED });
}

async function breaks(t: Test, whole: JsonObject, changed: JsonObject): Promise<void> {
  t.equal((await verifyCredential(whole)).verified, true, 'the unbroken document verifies');
  t.equal((await verifyCredential(changed)).verified, false);
}

t.test('an entry of two bits names all that may ever be said of its credential', async (t) => {
  t.same(createMessageEntry({ messageList, index: 94_567 }), {
    id: `${messageList}#94567`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'message',
    statusListIndex: '94567',
    statusListCredential: messageList,
    statusSize: 2,
    statusMessage: messages,
  });
});

t.test('a message list says its size and its messages', async (t) => {
  t.same(list['@context'], [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL]);
  t.match(list.credentialSubject, {
    type: 'BitstringStatusList',
    statusPurpose: 'message',
    statusSize: 2,
    statusMessages: messages,
  });
});

t.test(
  'a message list and a credential with a message entry are canonicalized whole',
  async (t) => {
    for (const document of [list, holding]) {
      const quads = await canonicalize(document);
      t.match(quads, '<https://www.w3.org/ns/credentials/status#statusSize> "2"');
      for (const { status, message } of messages) {
        t.match(quads, `<https://www.w3.org/ns/credentials/status#status> "${status}"`);
        t.match(quads, `<https://www.w3.org/ns/credentials/status#message> "${message}"`);
      }
    }
  },
);

t.test('a message list under the W3C context alone is refused, not signed in part', async (t) => {
  await t.resolves(canonicalize(list));
  const bare = { ...list, '@context': [CREDENTIALS_V2_CONTEXT] };
  await t.rejects(canonicalize(bare), { code: 'UNKNOWN_TERM' });
});

t.test('an entry stays what it is in a document that has our context too', async (t) => {
  const context = [CREDENTIALS_V2_CONTEXT, STATUS_CONTEXT_URL];
  t.equal(
    await canonicalize({ ...holding, '@context': context }),
    await canonicalize(holding),
    'the terms are not redefined',
  );
});

t.test(
  'a signed message list verifies, and another size or another meaning does not',
  async (t) => {
    const whole = await signed(list);
    const subject = whole['credentialSubject'] as JsonObject;
    const swapped = [
      { status: '0x0', message: 'revoked' },
      { status: '0x1', message: 'valid' },
      ...messages.slice(2),
    ];
    await breaks(t, whole, { ...whole, credentialSubject: { ...subject, statusSize: 1 } });
    await breaks(t, whole, {
      ...whole,
      credentialSubject: { ...subject, statusMessages: swapped },
    });
  },
);

t.test('a signed message entry verifies, and another size or another index does not', async (t) => {
  const whole = await signed(holding);
  const [entry] = whole['credentialStatus'] as JsonObject[];
  await breaks(t, whole, { ...whole, credentialStatus: [{ ...entry, statusSize: 1 }] });
  await breaks(t, whole, { ...whole, credentialStatus: [{ ...entry, statusListIndex: '1' }] });
});
