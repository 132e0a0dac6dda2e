import t from 'tap';
import type { ReadStatement, TrustRecord } from '../../src/domain/ports.ts';
import { applyStatement } from '../../src/domain/registries/apply-statement.ts';
import { stateRegistry } from '../registry.ts';
import { createTrust, NOON, OTHER_ORIGIN } from '../trust.ts';
import { createWorld } from '../world.ts';

const CELL = 'did:web:passport.northmoor.example';

function arrange() {
  const world = createWorld();
  world.registry.epoch = 3;
  const [cell] = world.cells;
  if (cell === undefined) throw new Error('no cell');
  const snapshot = stateRegistry(world, CELL);
  const options = { cell, askedAt: NOON };
  const known = applyStatement(snapshot, { ...options, known: undefined });
  const feed = (change: Partial<ReadStatement> = {}): ReadStatement => ({
    ...stateRegistry(world, CELL, 3),
    records: [],
    ...change,
  });
  const apply = (statement: ReadStatement) => applyStatement(statement, { ...options, known });
  return { world, cell, known, snapshot, feed, apply };
}

function recordOf(odsCode: string, epoch = 5): TrustRecord {
  return { ...createTrust(odsCode).record, epoch };
}

t.test('Changes replace the records they name and leave the others', (t) => {
  const { world, apply, feed, known } = arrange();
  const added = { ...createTrust('ZZB02').record, epoch: 5 };
  const next = apply(feed({ epoch: 5, records: [added] }));
  t.same([...next.records.keys()], [world.trust.did, added.organisation.did]);
  t.equal(next.epoch, 5);
  t.equal(known.records.size, 1, 'what was known is not changed in place');
  t.end();
});

t.test('A snapshot replaces everything', (t) => {
  const { apply, snapshot } = arrange();
  t.equal(apply({ ...snapshot, epoch: 4, records: [] }).records.size, 0);
  t.end();
});

t.test('A statement that comes late makes what is known no older', (t) => {
  const { apply, feed, known } = arrange();
  const next = apply(feed({ issuedAt: NOON - 5_000, expiresAt: NOON }));
  t.same([next.confirmedAt, next.expiresAt], [known.confirmedAt, known.expiresAt]);
  t.end();
});

t.test('An epoch before the one known is a rollback', (t) => {
  const { apply, feed, snapshot } = arrange();
  t.equal(apply(feed()).epoch, 3);
  for (const statement of [feed({ epoch: 2, since: 2 }), { ...snapshot, epoch: 2 }]) {
    t.throws(() => apply(statement), { code: 'REGISTRY_ROLLBACK' });
  }
  t.end();
});

t.test('Changes after an epoch that is not known leave a gap and are refused', (t) => {
  const { apply, feed } = arrange();
  t.equal(apply(feed({ since: 2, epoch: 5 })).epoch, 5);
  t.throws(() => apply(feed({ since: 4, epoch: 5 })), { code: 'REGISTRY_STATEMENT_INVALID' });
  t.end();
});

for (const [what, record, epoch = 5] of [
  ['of another cell', () => createTrust('ZZB02', OTHER_ORIGIN).record],
  [
    'whose DID is that of another code',
    () => {
      const { record: whole } = createTrust('ZZB02');
      return { ...whole, organisation: { ...whole.organisation, odsCode: 'ZZC03' } };
    },
  ],
  [
    'under the DID of the cell that is not its own ICS',
    () => {
      const { record: whole } = createTrust('ZZB02');
      return { ...whole, keys: [], organisation: { ...whole.organisation, did: CELL } };
    },
  ],
  ['of its own ICS as if that were a trust', () => createTrust('QZN').record],
  [
    'with a key of another DID',
    () => ({ ...createTrust('ZZB02').record, keys: createTrust('ZZC03').record.keys }),
  ],
  ['of a later epoch', () => createTrust('ZZB02').record, 6],
  ['that has not changed since', () => createTrust('ZZB02').record, 3],
] as const) {
  t.test(`A record ${what} is not taken, nor anything that comes with it`, (t) => {
    const { apply, feed } = arrange();
    t.equal(apply(feed({ epoch: 5, records: [recordOf('ZZB02')] })).epoch, 5);
    t.throws(() => apply(feed({ epoch: 5, records: [{ ...record(), epoch }] })), {
      code: 'REGISTRY_STATEMENT_INVALID',
    });
    t.end();
  });
}

t.test('Two records of one organisation are refused', (t) => {
  const { apply, feed } = arrange();
  const record = recordOf('ZZB02');
  t.equal(apply(feed({ epoch: 5, records: [record] })).epoch, 5);
  t.throws(() => apply(feed({ epoch: 5, records: [record, record] })), {
    code: 'REGISTRY_STATEMENT_INVALID',
  });
  t.end();
});

t.test('An epoch has one content: a second one is refused', (t) => {
  const { apply, snapshot } = arrange();
  t.equal(apply(snapshot).epoch, 3);
  const [record] = structuredClone(snapshot.records);
  if (record === undefined) throw new Error('no record');
  const suspended = { ...record.organisation, status: 'suspended' } as const;
  const contents: TrustRecord[][] = [
    [],
    [record, { ...createTrust('ZZB02').record, epoch: 3 }],
    [{ ...record, organisation: suspended }],
    [{ ...record, keys: record.keys.map((key) => ({ ...key, state: 'compromised' })) }],
    [{ ...record, accreditations: [] }],
  ];
  for (const records of contents) {
    t.throws(() => apply({ ...snapshot, records }), { code: 'REGISTRY_STATEMENT_INVALID' });
    t.equal(apply({ ...snapshot, epoch: 4, records }).epoch, 4, 'at the next epoch it may be so');
  }
  t.end();
});

t.test('What a later release of the registry adds to a record is no other content', (t) => {
  const { apply, snapshot } = arrange();
  const records = snapshot.records.map((record) => ({ ...record, website: 'https://a.example' }));
  t.equal(apply({ ...snapshot, records }).epoch, 3);
  t.end();
});

t.test('Changes never make more of a registry than a snapshot may be', (t) => {
  const { cell, known, feed } = arrange();
  const padding = 'x'.repeat(1024 ** 2);
  let state = known;
  const add = (odsCode: string): void => {
    const record = { ...recordOf(odsCode), padding };
    const changes = feed({ epoch: 5, records: [record] });
    state = { ...applyStatement(changes, { cell, known: state, askedAt: NOON }), epoch: 3 };
  };
  for (let at = 0; at < 7; at++) add(`ZZB0${at}`);
  t.equal(state.records.size, 8);
  t.throws(() => add('ZZB07'), { code: 'REGISTRY_STATEMENT_INVALID' });
  t.end();
});

t.test('A confirmation from a time that has not come is no confirmation', (t) => {
  const { cell, feed, known } = arrange();
  const ahead = { ...known, confirmedAt: NOON + 3_600_000, expiresAt: NOON + 7_200_000 };
  const next = applyStatement(feed(), { cell, known: ahead, askedAt: NOON });
  t.equal(next.confirmedAt, NOON);
  const skewed = { ...known, confirmedAt: NOON + 60_000 };
  const same = applyStatement(feed(), { cell, known: skewed, askedAt: NOON });
  t.equal(same.confirmedAt, NOON + 60_000, 'clocks may differ by a minute');
  t.end();
});
