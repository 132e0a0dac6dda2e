import t from 'tap';
import type { ReadStatement } from '../../src/domain/ports.ts';
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
  return { world, known, snapshot, feed, apply };
}

t.test('Changes replace the records they name and leave the others', (t) => {
  const { world, apply, feed, known } = arrange();
  const added = createTrust('ZZB02').record;
  const next = apply(feed({ epoch: 5, records: [{ ...added, epoch: 5 }] }));
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

for (const [what, record] of [
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
  [
    'with a key of another DID',
    () => ({ ...createTrust('ZZB02').record, keys: createTrust('ZZC03').record.keys }),
  ],
  ['of a later epoch', () => ({ ...createTrust('ZZB02').record, epoch: 6 })],
] as const) {
  t.test(`A record ${what} is not taken, nor anything that comes with it`, (t) => {
    const { apply, feed } = arrange();
    const good = createTrust('ZZB02').record;
    t.equal(apply(feed({ epoch: 5, records: [good] })).epoch, 5);
    t.throws(() => apply(feed({ epoch: 5, records: [record()] })), {
      code: 'REGISTRY_STATEMENT_INVALID',
    });
    t.end();
  });
}

t.test('Two records of one organisation are refused', (t) => {
  const { apply, feed } = arrange();
  const { record } = createTrust('ZZB02');
  t.throws(() => apply(feed({ epoch: 5, records: [record, record] })), {
    code: 'REGISTRY_STATEMENT_INVALID',
  });
  t.end();
});
