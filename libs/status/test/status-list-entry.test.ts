import t from 'tap';
import { canonicalize } from '#json-ld/canonicalize';
import { encodeBitstring } from '#status/bitstring';
import { buildStatusListCredential, createStatusEntries } from '#status/status-list-entry';
import { parseDateTimeStamp } from '#vc/date-time';

const revocationList = 'https://passport.northmoor.example/status-lists/r';
const suspensionList = 'https://passport.northmoor.example/status-lists/s';

t.test('a credential has one entry in each list of the pair, at the same index', async (t) => {
  t.same(createStatusEntries({ revocationList, suspensionList, index: 94_567 }), [
    {
      id: `${revocationList}#94567`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
      statusListIndex: '94567',
      statusListCredential: revocationList,
    },
    {
      id: `${suspensionList}#94567`,
      type: 'BitstringStatusListEntry',
      statusPurpose: 'suspension',
      statusListIndex: '94567',
      statusListCredential: suspensionList,
    },
  ]);
});

const version = Date.parse('2026-11-22T16:00:00.123Z');
const list = buildStatusListCredential({
  listUrl: revocationList,
  issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
  purpose: 'revocation',
  version,
  encodedList: encodeBitstring(new Uint8Array(16_384)),
  ttlMs: 15_000,
  validForMs: 3_600_000,
});

t.test('a list credential carries its version as validFrom, to the millisecond', async (t) => {
  t.equal(list['validFrom'], '2026-11-22T16:00:00.123Z');
  t.equal(parseDateTimeStamp(list['validFrom']), version);
  t.equal(list['validUntil'], '2026-11-22T17:00:00.123Z');
  t.match(list, {
    id: revocationList,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    credentialSubject: {
      id: `${revocationList}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      ttl: 15_000,
    },
  });
});

t.test(
  'every term of a list credential is covered by its context, so that it is signed',
  async (t) => {
    const quads = await canonicalize(list);
    for (const term of ['statusPurpose', 'encodedList', 'ttl', 'BitstringStatusList>']) {
      t.ok(quads.includes(term), term);
    }
  },
);
