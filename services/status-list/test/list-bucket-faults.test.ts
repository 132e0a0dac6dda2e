import { randomUUID } from 'node:crypto';
import t from 'tap';
import { createListBucket } from '../src/store/list-bucket.ts';
import type { Test } from './helper.ts';
import { type Manners, startStoreDouble, storedOf } from './s3/store-double.ts';

const LIST = { kind: 'credential', listId: randomUUID() } as const;
const KEY = `status-lists/${LIST.listId}`;
const CREDENTIALS = { accessKeyId: 'listskey', secretAccessKey: 'listssecret' };

async function buildBucket(t: Test, manners?: Partial<Manners>) {
  const store = await startStoreDouble(t, manners);
  const bucket = createListBucket({
    url: store.url,
    region: 'eu-west-2',
    credentials: CREDENTIALS,
    listTtlMs: 15_000,
  });
  t.teardown(() => bucket.close());
  const putsOfList = () => store.puts.filter((key) => key === KEY).length;
  return { ...store, bucket, putsOfList };
}

function listOf(version: number): string {
  return JSON.stringify({ validFrom: new Date(version).toISOString() });
}

const proceed = async () => {};
const rowLost = () => Promise.reject(new Error('the row is lost'));

t.test('a store is fit when it honours a condition, whichever way it spells an ETag', async (t) => {
  for (const match of ['quoted', 'bare'] as const) {
    const { bucket, objects } = await buildBucket(t, { match });
    await bucket.assertFit();
    for (const version of [1_000, 2_000]) await bucket.replace(LIST, listOf(version), proceed);
    t.match(objects.get(KEY), { body: listOf(2_000), version: '2000' }, match);
  }
});

t.test('a store that writes whatever the condition is refused, and gets no list', async (t) => {
  const unfit: Record<string, Partial<Manners>> = {
    'If-None-Match': { noneMatch: false },
    'spite of If-Match': { match: 'ignored' },
    'does not know the ETag': { match: 'never' },
  };
  for (const [what, manners] of Object.entries(unfit)) {
    const { bucket, objects } = await buildBucket(t, manners);
    await t.rejects(bucket.assertFit(), { name: 'UnfitBucketError', message: new RegExp(what) });
    await t.rejects(bucket.replace(LIST, listOf(1_000), proceed), { name: 'UnfitBucketError' });
    t.notOk(objects.has(KEY), what);
  }
});

t.test('a store that cannot be asked at the start is asked before it is used', async (t) => {
  const { bucket, objects, control } = await buildBucket(t);
  control.away = true;
  await bucket.assertFit();
  await t.rejects(bucket.replace(LIST, listOf(1_000), proceed));
  t.notOk(objects.has(KEY));
  control.away = false;
  await bucket.replace(LIST, listOf(1_000), proceed);
  t.ok(objects.has('conditional-writes'), 'it was asked');
  t.equal(objects.get(KEY)?.version, '1000');
});

t.test('after a server error the object says whether the write was made', async (t) => {
  const { bucket, objects, control, putsOfList } = await buildBucket(t);
  await bucket.replace(LIST, listOf(1_000), proceed);
  t.equal(putsOfList(), 1);
  control.onPut = () => 'error after';
  await bucket.replace(LIST, listOf(2_000), proceed);
  t.equal(putsOfList(), 2, 'it was, and is not made again');
  const faults = ['error instead', 'error instead'] as const;
  let put = 0;
  control.onPut = () => faults[put++];
  await bucket.replace(LIST, listOf(3_000), proceed);
  t.equal(putsOfList(), 5, 'it was not, and is tried until it is');
  t.equal(objects.get(KEY)?.body, listOf(3_000));
});

t.test('a store that fails each time is given up for this run', async (t) => {
  const { bucket, objects, control, putsOfList } = await buildBucket(t);
  await bucket.replace(LIST, listOf(1_000), proceed);
  control.onPut = () => 'error instead';
  await t.rejects(bucket.replace(LIST, listOf(2_000), proceed), /however often/);
  t.equal(putsOfList(), 6);
  t.equal(objects.get(KEY)?.body, listOf(1_000));
});

t.test('an older version is not written over a newer one', async (t) => {
  const { bucket, objects, putsOfList } = await buildBucket(t);
  await bucket.replace(LIST, listOf(2_000), proceed);
  await t.rejects(bucket.replace(LIST, listOf(1_999), proceed), /version 2000, above 1999/);
  t.equal(objects.get(KEY)?.body, listOf(2_000));
  t.equal(putsOfList(), 1);
});

t.test('nor over one that is written between the look and the write', async (t) => {
  const { bucket, objects, control } = await buildBucket(t);
  for (const before of [undefined, listOf(1_000)]) {
    objects.delete(KEY);
    if (before !== undefined) await bucket.replace(LIST, before, proceed);
    control.onPut = () => {
      objects.set(KEY, storedOf(listOf(3_000), '3000'));
      return undefined;
    };
    await t.rejects(bucket.replace(LIST, listOf(2_000), proceed), /version 3000, above 2000/);
    t.equal(objects.get(KEY)?.body, listOf(3_000));
    control.onPut = () => undefined;
  }
});

t.test('an older one that comes in between is written over', async (t) => {
  const { bucket, objects, control, putsOfList } = await buildBucket(t);
  await bucket.assertFit();
  control.onPut = () => {
    if (putsOfList() === 1) objects.set(KEY, storedOf(listOf(1_000), '1000'));
    return undefined;
  };
  await bucket.replace(LIST, listOf(2_000), proceed);
  t.equal(objects.get(KEY)?.body, listOf(2_000));
  t.equal(putsOfList(), 2);
});

t.test('an object that is not what its version says is written again', async (t) => {
  const { bucket, objects } = await buildBucket(t);
  await bucket.replace(LIST, listOf(1_000), proceed);
  for (const version of ['1000', '1e99', undefined]) {
    objects.set(KEY, storedOf('torn', version));
    await bucket.replace(LIST, listOf(1_000), proceed);
    t.equal(objects.get(KEY)?.body, listOf(1_000), `after ${version}`);
  }
});

t.test('a publisher that lost the row writes nothing', async (t) => {
  const { bucket, objects } = await buildBucket(t);
  await bucket.replace(LIST, listOf(1_000), proceed);
  await t.rejects(bucket.replace(LIST, listOf(2_000), rowLost), /the row is lost/);
  t.equal(objects.get(KEY)?.body, listOf(1_000));
});

t.test('what is read is what the newest listing names', async (t) => {
  const { bucket, objects } = await buildBucket(t);
  await bucket.replace(LIST, listOf(1_000), proceed);
  t.same(await bucket.list(), [LIST]);
  t.equal(await bucket.read(LIST), listOf(1_000));
  objects.set(KEY, storedOf('torn', '1000'));
  objects.set('status-lists/index.html', storedOf('hello', undefined));
  t.same(await bucket.list(), [LIST], 'and nothing that is no list');
  t.equal(await bucket.read(LIST), 'torn');
  objects.delete(KEY);
  t.same(await bucket.list(), []);
  t.equal(await bucket.read(LIST), undefined);
});

t.test('a URL that is not a bucket’s is refused', async (t) => {
  const options = { region: 'eu-west-2', credentials: CREDENTIALS, listTtlMs: 15_000 };
  const create = (url: string) => createListBucket({ ...options, url });
  create('https://s3.example/northmoor-lists');
  for (const url of ['https://s3.example', 'https://s3.example/a/b', 'https://s3.example/Ab?x']) {
    t.throws(() => create(url), /LIST_BUCKET_URL is not <origin>\/<bucket>/, url);
  }
});
