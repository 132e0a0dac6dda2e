import t from 'tap';
import { collectTrustMaterial, createOfflineVerifier } from '../src/offline.ts';
import { anchorThumbprint, collect, genesisOf, networkOf, urlOf } from './offline-world.ts';
import { decide } from './forms.ts';
import { ORIGIN } from './trust.ts';
import { createWorld, issue, tampered } from './world.ts';

t.test(
  'Of several lists of one address the newest counts, whenever it says it was fetched',
  async (t) => {
    const world = createWorld();
    const verifiableCredential = await issue(world, { index: 7 });
    const before = await collect(world, [verifiableCredential]);
    const verdict = async (material: typeof before) => {
      const options = { material, anchorThumbprint, clock: () => world.now };
      const verifier = await createOfflineVerifier(options);
      return (await verifier.verify({ verifiableCredential })).verdict;
    };
    t.equal(await verdict(before), 'accepted');
    world.now += 60_000;
    decide(world, 7, 'revoked');
    const after = await collect(world, [verifiableCredential]);
    t.equal(await verdict(after), 'genuine-not-accepted');
    const late = before.statusLists.map((one) => ({ ...one, fetchedAt: '2099-01-01T00:00:00Z' }));
    for (const statusLists of [
      [...late, ...after.statusLists],
      [...after.statusLists, ...late],
    ]) {
      t.equal(await verdict({ ...after, statusLists }), 'genuine-not-accepted');
    }
  },
);

t.test(
  'A genesis file is fetched by https or from this machine, and only a whole one is taken',
  async (t) => {
    const world = createWorld();
    const text = await genesisOf(world);
    const network = networkOf(world);
    const from = (genesis: string, status = 200) =>
      collectTrustMaterial({
        genesis: new URL(genesis),
        anchorThumbprint,
        clock: () => world.now,
        fetch: async (url, init) =>
          urlOf(url).endsWith('/v1/genesis') ? new Response(text, { status }) : network(url, init),
      });
    t.equal((await from(`${ORIGIN}/v1/genesis`)).genesis, text);
    t.equal((await from('http://127.0.0.1:4003/v1/genesis')).genesis, text);
    await t.rejects(from('http://elsewhere.example/v1/genesis'), { code: 'INVALID_REQUEST' });
    await t.rejects(from('data:text/plain,x'), { code: 'INVALID_REQUEST' });
    await t.rejects(from(`${ORIGIN}/v1/genesis`, 500), {
      code: 'SERVICE_UNAVAILABLE',
      status: 500,
    });
  },
);

t.test('However many lists are named, 512 are asked for, eight at once', async (t) => {
  const world = createWorld();
  const good = await issue(world);
  const credentials = Array.from({ length: 300 }, (_, at) =>
    tampered(good, (copy) => {
      const text = JSON.stringify(copy['credentialStatus']);
      copy['credentialStatus'] = JSON.parse(
        text.replaceAll('/status-lists/', `/status-lists/${at}-`),
      );
    }),
  );
  let [now, most, asked] = [0, 0, 0];
  const network = networkOf(world);
  const { missing, snapshots } = await collectTrustMaterial({
    genesis: await genesisOf(world),
    anchorThumbprint,
    credentials,
    clock: () => world.now,
    fetch: async (url, init) => {
      now += 1;
      most = Math.max(most, now);
      asked += urlOf(url).includes('/status-lists/') ? 1 : 0;
      await new Promise(setImmediate);
      now -= 1;
      return urlOf(url).includes('/status-lists/')
        ? new Response('', { status: 404 })
        : network(url, init);
    },
  });
  t.equal(snapshots.length, 2);
  t.same([asked, most, missing.length], [512, 8, 600]);
});
