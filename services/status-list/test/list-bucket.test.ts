import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import t from 'tap';
import { createManagementServer } from '#kit/health';
import { buildApp } from '../src/app.ts';
import { createDeps } from '../src/deps.ts';
import { createListBucket } from '../src/store/list-bucket.ts';
import { ASHMERE, build, changeOf, type Test } from './helper.ts';
import { createIssuerDouble } from './issuer-double.ts';
import { type Ceph, missingCeph, startCeph } from './s3/ceph.ts';

const missing = missingCeph();
if (missing === undefined) {
  const ceph = await startCeph();
  t.teardown(() => ceph.stop());
  testAgainst(ceph);
}
// once more where a summary of the run shows it
if (missing !== undefined) console.error(`skipped: status lists in an S3 bucket: ${missing}`);
t.test('there is an S3 server to test with', { skip: missing ?? false }, async (t) => {
  t.equal(missing, undefined);
});

/** A bucket of its own, and what an operator's client sees of it. */
async function createBucket(t: Test, ceph: Ceph) {
  const { endpoint, region, credentials } = ceph;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  t.teardown(() => client.destroy());
  const Bucket = `lists-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  const url = `${endpoint}/${Bucket}`;
  return {
    url,
    /** without credentials, as a verifier's */
    get: (key: string) => fetch(`${url}/${key}`),
    versionOf: async (Key: string) => {
      const { Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return Number(Metadata?.['version']);
    },
    overwrite: (Key: string, Body: string) =>
      client.send(
        new PutObjectCommand({ Bucket, Key, Body, ContentLength: Body.length, ACL: 'public-read' }),
      ),
    remove: (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key })),
  };
}

/** The service with a bucket beside the one without, on one database. */
async function buildWithBucket(t: Test, ceph: Ceph) {
  const bucket = await createBucket(t, ceph);
  const issuer = createIssuerDouble();
  const service = await build(t, issuer);
  const accessKeyFile = join(dirname(service.config.clientKeyFile), 'access-key.json');
  const writeAccessKey = (accessKey: object) =>
    writeFileSync(accessKeyFile, JSON.stringify(accessKey));
  writeAccessKey(ceph.credentials);
  const listBucket = { url: bucket.url, region: ceph.region, accessKeyFile, acl: 'public-read' };
  const start = async () => {
    const deps = createDeps(
      { ...service.config, listBucket },
      { clock: () => service.clock.now, ...issuer, verifyToken: service.tokens.verifyToken },
    );
    const app = await buildApp(deps);
    const { checks, metrics } = deps;
    const management = createManagementServer({ checks, metrics });
    t.teardown(async () => {
      await app.close();
      await management.close();
      await deps.close();
    });
    const readiness = async () => (await management.inject('/readyz')).json<object>();
    return { deps, app, readiness };
  };
  return { ...service, bucket, start, writeAccessKey, ...(await start()) };
}

function keyOf(url: string | undefined, folder = 'status-lists'): string {
  return `${folder}/${url?.slice(-36)}`;
}

function testAgainst(ceph: Ceph): void {
  t.test('every published version is an object as the service itself serves it', async (t) => {
    const { lease, change, deps, app, clock, bucket } = await buildWithBucket(t, ceph);
    await deps.assertBucketFit();
    const leased = await lease(ASHMERE, 'message', 'token');
    clock.now += 1_000;
    await change(changeOf(leased));
    await deps.publishDueLists();
    for (const key of [
      keyOf(leased.revocationList),
      keyOf(leased.suspensionList),
      keyOf(leased.messageList),
      keyOf(leased.tokenList, 'status-list-tokens'),
    ]) {
      const served = await app.inject({ url: `/status-lists/${key.slice(-36)}` });
      const object = await bucket.get(key);
      t.equal(object.status, 200);
      t.equal(await object.text(), served.body);
      for (const header of ['content-type', 'cache-control']) {
        t.equal(object.headers.get(header), served.headers[header], header);
      }
    }
    t.equal(await bucket.versionOf(keyOf(leased.revocationList)), clock.now);
  });

  t.test('a run of the publisher mends objects that are missing, older or torn', async (t) => {
    const { lease, change, deps, clock, bucket, rows } = await buildWithBucket(t, ceph);
    const leased = await lease(ASHMERE);
    const key = keyOf(leased.revocationList);
    await deps.publishDueLists();
    const older = await (await bucket.get(key)).text();
    clock.now += 1_000;
    await change(changeOf(leased));
    await deps.publishDueLists();
    const newest = await (await bucket.get(key)).text();
    t.not(newest, older);
    const broken: Record<string, () => Promise<unknown>> = {
      missing: () => bucket.remove(key),
      older: () => bucket.overwrite(key, older),
      torn: () => bucket.overwrite(key, newest.slice(0, newest.length / 2)),
      empty: () => bucket.overwrite(key, ''),
    };
    for (const [what, breakIt] of Object.entries(broken)) {
      await breakIt();
      t.not(await (await bucket.get(key)).text(), newest);
      await deps.publishDueLists();
      t.equal(await (await bucket.get(key)).text(), newest, what);
    }
    t.same(await rows('select 1 from fences'), [], 'nothing of this is taken for a restore');
  });

  t.test('an object that is ahead of the database puts up the fence', async (t) => {
    const { lease, deps, clock, bucket, rows, readiness } = await buildWithBucket(t, ceph);
    const leased = await lease(ASHMERE);
    const key = keyOf(leased.revocationList);
    await deps.publishDueLists();
    t.match(await readiness(), { status: 'ok', checks: { 'list-bucket': 'ok', restored: 'ok' } });
    const list = (await (await bucket.get(key)).json()) as object;
    const ahead = JSON.stringify({ ...list, validFrom: new Date(clock.now + 1).toISOString() });
    await bucket.overwrite(key, ahead);
    await deps.publishDueLists();
    t.match(await rows('select cause, list_id from fences'), [
      { cause: 'list-file', list_id: key.slice(-36) },
    ]);
    t.match(await readiness(), { status: 'unavailable', checks: { restored: 'unavailable' } });
    t.equal(await (await bucket.get(key)).text(), ahead, 'it is not written over');
  });

  t.test('a bucket that refuses the key fails readiness, and the service serves', async (t) => {
    const service = await buildWithBucket(t, ceph);
    const { lease, change, clock, bucket, writeAccessKey, start } = service;
    const leased = await lease(ASHMERE);
    const key = keyOf(leased.revocationList);
    await service.deps.publishDueLists();
    t.match(await service.readiness(), { checks: { 'list-bucket': 'ok' } });
    writeAccessKey({ accessKeyId: 'listskey' });
    await t.rejects(start(), /does not hold accessKeyId and secretAccessKey/);
    writeAccessKey({ ...ceph.credentials, secretAccessKey: 'another' });
    const { deps, app, readiness } = await start();
    await deps.assertBucketFit();
    clock.now += 1_000;
    await change(changeOf(leased));
    await t.rejects(deps.publishDueLists(), { name: 'SignatureDoesNotMatch' });
    t.match(await readiness(), {
      status: 'unavailable',
      checks: { 'list-bucket': 'unavailable', publication: 'ok', database: 'ok' },
    });
    t.match(await deps.metrics.metrics(), 'status_list_publications_total{outcome="failed"} 1');
    const served = await app.inject({ url: `/${key}` });
    t.equal(served.statusCode, 200);
    t.equal(Date.parse(served.json<{ validFrom: string }>().validFrom), clock.now);
    t.ok((await bucket.versionOf(key)) < clock.now, 'the bucket has what it had');
    await service.deps.publishDueLists();
    t.equal(await bucket.versionOf(key), clock.now, 'until somebody has the key');
  });

  t.test('of twenty writers at once an older never takes a newer one’s place', async (t) => {
    const { url, versionOf, get } = await createBucket(t, ceph);
    const { region, credentials } = ceph;
    const options = { url, region, credentials, acl: 'public-read', listTtlMs: 15_000 };
    const publishers = Array.from({ length: 20 }, () => createListBucket(options));
    t.teardown(() => Promise.all(publishers.map((publisher) => publisher.close())));
    await Promise.all(publishers.map((publisher) => publisher.assertFit()));
    for (let round = 0; round < 10; round += 1) {
      const file = { kind: 'credential', listId: randomUUID() } as const;
      const key = `status-lists/${file.listId}`;
      // one round makes the object, the next replaces one, by turns
      if (round % 2 === 1) await publishers[0]?.replace(file, listOf(1), async () => {});
      // 7 and 20 have no common factor: each version once, in no order
      const writes = publishers.map(async (publisher, n) => {
        const version = 2 + ((n * 7 + round) % 20);
        await publisher.replace(file, listOf(version), async () => {});
        return version;
      });
      const written = Promise.allSettled(writes);
      const seen = await watch(written, () => versionOf(key));
      const outcomes = await written;
      const stored = outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 0));
      const last = await versionOf(key);
      t.same(
        seen,
        seen.toSorted((a, b) => a - b),
        `never back: ${seen.join(' ')}`,
      );
      t.ok(last >= Math.max(...stored), 'what was stored is there, or a newer one');
      t.equal(await (await get(key)).text(), listOf(last));
      // a writer that others kept out is tried again at the next tick
      if (last < 21) await publishers[1]?.replace(file, listOf(21), async () => {});
      t.equal(await versionOf(key), 21, 'the newest, in the end');
    }
  });
}

/** The versions of an object that are seen until something settles. */
async function watch(settled: Promise<unknown>, look: () => Promise<number>): Promise<number[]> {
  const seen: number[] = [];
  const state = { over: false };
  const ending = settled.then(() => {
    state.over = true;
  });
  while (!state.over) {
    const version = await look().catch(() => undefined);
    if (version !== undefined) seen.push(version);
  }
  await ending;
  return seen;
}

function listOf(version: number): string {
  return JSON.stringify({ validFrom: new Date(version).toISOString() });
}
