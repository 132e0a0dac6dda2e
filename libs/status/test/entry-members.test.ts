import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { parseListEntry } from '../list-entry.ts';

const LIST = 'https://host.example/status-lists/1';
const MESSAGES = [
  { status: '0x0', message: 'unset' },
  { status: '0x1', message: 'set' },
];
const FOUR = [...MESSAGES, { status: '0x2', message: 'two' }, { status: '0x3', message: 'three' }];

/** An entry of which all is said that may be, changed. */
function entry(change: Record<string, unknown> = {}): JsonObject {
  const whole = {
    id: `${LIST}#7`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: '7',
    statusListCredential: LIST,
    ...change,
  };
  return JSON.parse(JSON.stringify(whole)) as JsonObject;
}

for (const { name, good, broken } of [
  {
    name: 'the id of an entry is a URL, and not that of its list',
    good: [{ id: undefined }, { id: 'urn:uuid:1' }],
    broken: [{ id: LIST }, { id: 'seven' }, { id: 7 }, { id: [LIST] }],
  },
  {
    name: 'the purpose of an entry is one text',
    good: [{ statusPurpose: 'anything' }],
    broken: [{ statusPurpose: undefined }, { statusPurpose: 7 }, { statusPurpose: ['revocation'] }],
  },
  {
    name: 'the index of an entry is a whole number from 0, written in decimal as a text',
    good: [{ statusListIndex: '0' }, { statusListIndex: '99999999999999999999' }],
    broken: [
      { statusListIndex: undefined },
      { statusListIndex: 7 },
      { statusListIndex: '-1' },
      { statusListIndex: '1.5' },
      { statusListIndex: '0x7' },
      { statusListIndex: '' },
    ],
  },
  {
    name: 'the list of an entry is a URL',
    good: [{ statusListCredential: 'https://host.example/other' }],
    broken: [
      { statusListCredential: undefined },
      { statusListCredential: 'a list' },
      { statusListCredential: 7 },
      { statusListCredential: [LIST] },
    ],
  },
  {
    name: 'the size of an entry is a whole number above 0',
    good: [{ statusSize: 1 }, { statusSize: 2, statusMessage: FOUR }],
    broken: [
      { statusSize: 0, statusMessage: MESSAGES.slice(1) },
      { statusSize: -1 },
      { statusSize: 1.5 },
      { statusSize: '1' },
      { statusSize: null },
    ],
  },
  {
    name: 'an entry of several bits has a message for each value that they can have',
    good: [{ statusSize: 2, statusMessage: FOUR }],
    broken: [{ statusSize: 2 }, { statusSize: 2, statusMessage: MESSAGES }],
  },
  {
    name: 'the messages of an entry are a list of as many as its bits have values',
    good: [{ statusMessage: MESSAGES }],
    broken: [
      { statusMessage: FOUR },
      { statusMessage: MESSAGES.slice(1) },
      { statusMessage: {} },
      { statusMessage: 'unset' },
    ],
  },
  {
    name: 'each message of an entry has its value in hexadecimal and its words',
    good: [{ statusMessage: MESSAGES.map((one) => ({ ...one, more: 'said' })) }],
    broken: [
      { statusMessage: MESSAGES.map(({ status }) => ({ status })) },
      { statusMessage: MESSAGES.map(({ message }) => ({ message })) },
      { statusMessage: MESSAGES.map((one) => ({ ...one, status: '0' })) },
      { statusMessage: MESSAGES.map((one) => ({ ...one, message: 7 })) },
      { statusMessage: ['unset', 'set'] },
    ],
  },
  {
    name: 'the reference of an entry is a URL or several',
    good: [{ statusReference: LIST }, { statusReference: [LIST, `${LIST}#more`] }],
    broken: [
      { statusReference: 'a page' },
      { statusReference: [LIST, 7] },
      { statusReference: {} },
    ],
  },
]) {
  t.test(name, async (t) => {
    t.match(parseListEntry(entry()), { purpose: 'revocation', size: 1, listUrl: LIST });
    for (const change of good) t.ok(parseListEntry(entry(change)), JSON.stringify(change));
    for (const change of broken) {
      const code = 'MALFORMED_VALUE_ERROR';
      t.throws(() => parseListEntry(entry(change)), { code }, JSON.stringify(change));
    }
  });
}

t.test('an entry that does not say its size is of one bit', async (t) => {
  t.equal(parseListEntry(entry()).size, 1);
  t.equal(parseListEntry(entry({ statusSize: 2, statusMessage: FOUR })).size, 2);
});
