import t from 'tap';
import { setBit, setEntry } from '#status/bitstring';
import { createMessageEntry } from '#status/status-list-entry';
import { changesIn } from '../../src/domain/watching/changes-in.ts';
import { DAY, NOON } from '../trust.ts';
import { issue, publishList, revoke, type World } from '../world.ts';
import { idOf, watched } from './helper.ts';

function reinstate({ trust }: World, index: number) {
  setBit(trust.bits.suspension, index, false);
}

t.test('A revocation gives one event to each trust that relied, and none to others', async (t) => {
  const verifier = await watched(t);
  const { world } = verifier;
  const credential = await verifier.reliedOn(7, ['ZZB02', 'ZZC03']);
  await verifier.reliedOn(8, ['ZZD04']);
  await verifier.watch();
  t.same(await verifier.events(), [], 'nothing changed yet');
  revoke(world, 7);
  verifier.later();
  await verifier.watch();
  for (const odsCode of ['ZZB02', 'ZZC03']) {
    const events = await verifier.events(odsCode);
    t.equal(events.length, 1);
    t.match(events[0], {
      specversion: '1.0',
      source: 'https://passport.northmoor.example/verifier',
      type: 'example.staffpassport.credential.status-changed.v1',
      subject: idOf(credential),
      time: new Date(world.now).toISOString(),
      data: {
        credentialId: idOf(credential),
        issuer: world.trust.did,
        statusPurpose: 'revocation',
        value: true,
        statusListVersion: world.now,
      },
    });
  }
  t.same(await verifier.events('ZZD04'), []);
});

t.test('A revocation is told once', async (t) => {
  const verifier = await watched(t);
  await verifier.reliedOn(7);
  for (const isRevoked of [true, true, false, true]) {
    setBit(verifier.world.trust.bits.revocation, 7, isRevoked);
    verifier.later();
    await verifier.watch();
  }
  t.equal((await verifier.events()).length, 1);
});

t.test('A suspension and its end are two events', async (t) => {
  const verifier = await watched(t);
  await verifier.reliedOn(7);
  revoke(verifier.world, 7, 'suspension');
  verifier.later();
  await verifier.watch();
  reinstate(verifier.world, 7);
  verifier.later();
  await verifier.watch();
  t.match(
    (await verifier.events()).map(({ data }) => data),
    [
      { statusPurpose: 'suspension', value: true },
      { statusPurpose: 'suspension', value: false },
    ],
  );
});

t.test('A trust that relies anew after a suspension is told of its end', async (t) => {
  const verifier = await watched(t);
  const credential = await verifier.reliedOn(7);
  revoke(verifier.world, 7, 'suspension');
  verifier.later();
  await verifier.watch();
  reinstate(verifier.world, 7);
  verifier.later();
  t.match(await verifier.rely([credential]), { overall: 'pass' });
  await verifier.watch();
  t.match(
    (await verifier.events()).map(({ data }) => data.value),
    [true, false],
  );
});

t.test('An entry relied on after its list was compared is compared at the next pass', async (t) => {
  const verifier = await watched(t);
  await verifier.reliedOn(1);
  const { world } = verifier;
  const late = await issue(world, { index: 7 });
  revoke(world, 7);
  // Committed late: the list that was relied on is older than the one that is compared meanwhile.
  const reliance = {
    credentialId: idOf(late),
    issuer: world.trust.did,
    listUrl: world.trust.urls.revocation,
    index: 7,
    listVersion: world.now,
    purpose: 'revocation',
    watchedUntil: NOON + DAY,
  } as const;
  verifier.later();
  await verifier.watch();
  await verifier.reliances.record({ odsCode: 'ZZB02', clientId: 'c' }, world.now, [reliance]);
  await verifier.watch();
  t.equal((await verifier.events()).length, 1);
});

t.test('A list older than the one that was relied on, or compared, tells nothing', async (t) => {
  const verifier = await watched(t);
  const { store, world } = verifier;
  revoke(world, 7, 'suspension');
  const old = world.trust.bits.suspension.slice();
  reinstate(world, 7);
  verifier.later();
  await verifier.reliedOn(7);
  const compare = (version: number) =>
    store.compare({
      list: { url: world.trust.urls.suspension, issuer: world.trust.did, version },
      purpose: 'suspension',
      at: world.now,
      changesIn: (entries) => changesIn(old, 'suspension', entries),
    });
  t.equal(await compare(NOON), 0, 'older than relied on');
  await verifier.watch();
  t.equal(await compare(NOON), 0, 'older than compared');
  t.equal(await compare(world.now), 1, 'the same bits in a list of now do');
});

t.test('What is past its end is not watched, and is forgotten', async (t) => {
  const verifier = await watched(t);
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later(DAY + 1);
  const calls = verifier.world.lists.calls;
  await verifier.watch();
  t.equal(verifier.world.lists.calls, calls, 'its lists are not fetched either');
  t.same(await verifier.events(), []);
  await verifier.store.purge({ at: verifier.world.now, eventsBefore: NOON });
  t.equal((await verifier.admin.query('select from verifier.reliances')).rowCount, 0);
});

t.test('Watching asks for nothing that the cache would not ask for', async (t) => {
  const verifier = await watched(t);
  const { world } = verifier;
  await verifier.reliedOn(7, ['ZZB02', 'ZZC03']);
  const relied = world.lists.calls;
  t.equal(relied, 2, 'one fetch of each list for two verifications');
  for (let pass = 0; pass < 5; pass += 1) await verifier.watch();
  t.equal(world.lists.calls, relied, 'within the freshness window none');
  verifier.later();
  for (let pass = 0; pass < 5; pass += 1) await verifier.watch();
  t.equal(world.lists.calls, relied + 2, 'past it one of each');
  await verifier.reliedOn(9);
  t.equal(world.lists.calls, relied + 2, 'which serves verifications too');
});

t.test('A list that cannot be had is passed over, and told of when it can be', async (t) => {
  const verifier = await watched(t);
  const { trust, lists } = verifier.world;
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  revoke(verifier.world, 7, 'suspension');
  verifier.later();
  const fetch = lists.fetch;
  lists.fetch = (url) =>
    url === trust.urls.revocation ? Promise.reject(new Error('down')) : fetch(url);
  await t.rejects(verifier.world.ports.statusLists.load(trust.urls.revocation, 'bitstring'));
  await verifier.watch();
  t.same(verifier.skipped, [trust.urls.revocation]);
  t.match(await verifier.events(), [{ data: { statusPurpose: 'suspension' } }]);
  lists.fetch = fetch;
  verifier.later(1_001);
  await verifier.watch();
  t.equal((await verifier.events()).length, 2);
});

t.test('A list that another key signed tells nothing', async (t) => {
  const verifier = await watched(t);
  const { lists, trust } = verifier.world;
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  const fetch = lists.fetch;
  // The trust's own key, but not one for lists.
  lists.fetch = (url) => publishList(verifier.world, { url, signer: trust.assertion });
  await verifier.watch();
  t.same(await verifier.events(), []);
  t.equal(verifier.skipped.length, 2);
  lists.fetch = fetch;
  verifier.later();
  await verifier.watch();
  t.equal((await verifier.events()).length, 1, 'the list of the right key does');
});

t.test('Two watchers at once tell it once', async (t) => {
  const verifier = await watched(t);
  const { store, world } = verifier;
  await verifier.reliedOn(7);
  revoke(world, 7);
  verifier.later();
  const comparison = {
    list: { url: world.trust.urls.revocation, issuer: world.trust.did, version: world.now },
    purpose: 'revocation' as const,
    at: world.now,
    changesIn: (entries: Parameters<typeof changesIn>[2]) =>
      changesIn(world.trust.bits.revocation, 'revocation', entries),
  };
  const counts = await Promise.all(Array.from({ length: 6 }, () => store.compare(comparison)));
  t.same(
    counts.toSorted((a, b) => a - b),
    [0, 0, 0, 0, 0, 1],
  );
  let ran = true;
  await store.alone(async () => {
    ran = await verifier.watch();
  });
  t.notOk(ran, 'and while one is at it another does not begin');
  t.ok(await verifier.watch());
});

t.test('A credential with one message entry is watched in its list of messages', async (t) => {
  const verifier = await watched(t);
  const { trust } = verifier.world;
  const credentialStatus = createMessageEntry({ messageList: trust.urls.message, index: 7 });
  const credential = await issue(verifier.world, { change: { credentialStatus } });
  t.match(await verifier.rely([credential]), { overall: 'pass' });
  for (const message of [2, 0, 1]) {
    setEntry(trust.bits.message, 7, message, 2);
    verifier.later();
    await verifier.watch();
  }
  t.match(
    (await verifier.events()).map(({ data }) => data),
    [
      { statusPurpose: 'suspension', value: true },
      { statusPurpose: 'suspension', value: false },
      { statusPurpose: 'revocation', value: true, credentialId: idOf(credential) },
    ],
  );
});

/** What is told when the message of an entry changes. */
function told(before: number, after: number) {
  const bits = new Uint8Array(64);
  setEntry(bits, 5, after, 2);
  const [change] = changesIn(bits, 'message', [{ index: 5, value: before }]);
  return change && { purpose: change.purpose, value: change.value, after: change.after };
}

t.test('Messages of a two-bit list become revocations and suspensions', (t) => {
  t.equal(told(0, 0), undefined);
  t.same(told(0, 1), { purpose: 'revocation', value: true, after: 1 });
  t.same(told(0, 3), { purpose: 'revocation', value: true, after: 3 });
  t.same(told(0, 2), { purpose: 'suspension', value: true, after: 2 });
  t.same(told(2, 0), { purpose: 'suspension', value: false, after: 0 });
  t.same(told(2, 1), { purpose: 'revocation', value: true, after: 1 });
  t.equal(told(1, 3), undefined, 'a revocation is told once');
  t.equal(told(1, 2), undefined);
  t.equal(told(3, 0), undefined);
  t.same(changesIn(new Uint8Array(1), 'message', [{ index: 4, value: 0 }]), [], 'no such entry');
  t.end();
});

t.test('Without an audit row nothing is told, and the next pass tells it', async (t) => {
  const verifier = await watched(t);
  await verifier.reliedOn(7);
  revoke(verifier.world, 7);
  verifier.later();
  const rename = (from: string, to: string) =>
    verifier.admin.query(`alter table verifier.${from} rename to ${to}`);
  await rename('audit', 'audit_away');
  await verifier.watch();
  t.same(verifier.skipped, [verifier.world.trust.urls.revocation]);
  await rename('audit_away', 'audit');
  t.same(await verifier.events(), []);
  await verifier.watch();
  t.equal((await verifier.events()).length, 1);
});
