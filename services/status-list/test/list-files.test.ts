import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rename } from 'node:fs/promises';
import t from 'tap';
import type { FileSteps } from '../src/store/list-files.ts';
import { ASHMERE, build, changeOf, type Test } from './helper.ts';
import { createIssuerDouble } from './issuer-double.ts';

/** The service with list files; `steps` is replaced by tests that end a process at one of them. */
async function buildWithFiles(t: Test) {
  const listDirectory = join(t.testdir(), 'lists');
  const whole: FileSteps = {
    async write(handle, document) {
      await handle.writeFile(document);
      await handle.sync();
    },
    rename,
  };
  const steps = { ...whole };
  const issuer = createIssuerDouble();
  const fileSteps: FileSteps = {
    write: (handle, document) => steps.write(handle, document),
    rename: (from, to) => steps.rename(from, to),
  };
  const service = await build(t, { listDirectory, fileSteps, ...issuer });
  const file = (url: string, folder = 'status-lists') =>
    join(listDirectory, folder, url.slice(-36));
  return { ...service, issuer, steps, whole, file, listDirectory };
}

t.test(
  'every published version is a file too, and a token list has a folder of its own',
  async (t) => {
    const { lease, change, deps, app, clock, file } = await buildWithFiles(t);
    const leased = await lease(ASHMERE, 'message', 'token');
    clock.now += 1_000;
    await change(changeOf(leased));
    await deps.publishDueLists();
    const lists = [leased.revocationList, leased.suspensionList, leased.messageList ?? ''];
    for (const path of [
      ...lists.map((url) => file(url)),
      file(leased.tokenList ?? '', 'status-list-tokens'),
    ]) {
      const served = await app.inject({ url: `/status-lists/${path.slice(-36)}` });
      t.equal(readFileSync(path, 'utf8'), served.body);
      t.equal(statSync(path).mode & 0o777, 0o644);
    }
  },
);

t.test('a run of the publisher mends files that are missing, older or torn', async (t) => {
  const { lease, change, deps, clock, file, listDirectory } = await buildWithFiles(t);
  const leased = await lease(ASHMERE);
  const path = file(leased.revocationList);
  const older = readFileSync(path, 'utf8');
  clock.now += 1_000;
  await change(changeOf(leased));
  await deps.publishDueLists();
  const newest = readFileSync(path, 'utf8');
  t.not(newest, older);
  const broken: Record<string, () => void> = {
    missing: () => rmSync(path),
    older: () => writeFileSync(path, older),
    torn: () => writeFileSync(path, newest.slice(0, 900)),
    empty: () => writeFileSync(path, ''),
  };
  for (const [what, breakIt] of Object.entries(broken)) {
    breakIt();
    await deps.publishDueLists();
    t.equal(readFileSync(path, 'utf8'), newest, what);
  }
  t.equal(readdirSync(join(listDirectory, 'status-lists')).length, 2, 'nothing is left beside');
});

t.test('files that cannot be written fail readiness until they can', async (t) => {
  const { lease, change, deps, steps, whole, file, clock, served } = await buildWithFiles(t);
  const leased = await lease(ASHMERE);
  const files = async () => deps.checks['files']?.();
  await files();
  steps.write = () => Promise.reject(new Error('no space left on device'));
  clock.now += 1_000;
  await change(changeOf(leased));
  await t.rejects(deps.publishDueLists(), /could not be written/);
  await t.rejects(files(), /not as it should be/);
  t.ok((await served(leased.revocationList)).bit(leased.indexes[0] ?? -1), 'the row is the truth');
  Object.assign(steps, whole);
  await deps.publishDueLists();
  await files();
  t.match(readFileSync(file(leased.revocationList), 'utf8'), /16:00:01/);
});

t.test(
  'S5: a publisher that ends at any step leaves no torn file, and the next converges',
  async (t) => {
    const service = await buildWithFiles(t);
    const { lease, change, served, createReplica, signer, issuer, rows, clock, file } = service;
    const { steps, whole } = service;
    const leased = await lease(ASHMERE);
    const path = file(leased.revocationList);
    const mayNot = (what: string) => () => rows(`revoke ${what} from status_list_jobs`);
    const kill: Record<string, () => unknown> = {
      'reading the bits': mayNot('select on bits'),
      'before the signature': () => {
        signer.sign = killed;
      },
      'after the signature': () => {
        signer.sign = (request) => issuer.sign(request).then(() => killed());
      },
      'storing the version': mayNot('insert on published_lists'),
      'marking its changes': mayNot('delete on unpublished'),
      'writing the file, halfway': () => {
        steps.write = async (handle, document) => {
          await handle.writeFile(document.slice(0, 500));
          throw new Error('killed');
        };
      },
      'renaming the file': () => {
        steps.rename = killed;
      },
      'after the rename': () => {
        steps.rename = (from, to) => rename(from, to).then(() => killed());
      },
    };
    for (const [number, [step, end]] of Object.entries(kill).entries()) {
      const index = leased.indexes[number] ?? -1;
      clock.now += 1_000;
      await change(changeOf(leased, { index }));
      const before = readFileSync(path, 'utf8');
      await end();
      const { deps: ended } = await createReplica();
      await ended.publishDueLists().catch(() => undefined);
      const left = readFileSync(path, 'utf8');
      const [stored] = await rows('select document from published_lists where list_id = $1', [
        leased.revocationList.slice(-36),
      ]);
      t.ok([before, stored?.['document']].includes(left), `${step}: the old file or the new one`);
      signer.sign = (request) => issuer.sign(request);
      Object.assign(steps, whole);
      await rows(`grant select on bits to status_list_jobs;
      grant insert on published_lists to status_list_jobs;
      grant delete on unpublished to status_list_jobs`);
      const { deps: next } = await createReplica();
      await next.publishDueLists();
      const after = await served(leased.revocationList);
      t.ok(after.bit(index), step);
      t.equal(Date.parse(JSON.parse(readFileSync(path, 'utf8')).validFrom), after.version, step);
      t.same(await rows('select 1 from unpublished'), [], step);
    }
    t.same(await rows('select 1 from fences'), [], 'nothing of this is taken for a restore');
  },
);

t.test('a link in a list’s place is replaced, and what it points to is left alone', async (t) => {
  const { deps, lease, rows, file, listDirectory } = await buildWithFiles(t);
  const leased = await lease(ASHMERE);
  const path = file(leased.revocationList);
  const whole = readFileSync(path, 'utf8');
  const elsewhere = join(listDirectory, 'elsewhere');
  writeFileSync(elsewhere, 'mine');
  for (const target of [elsewhere, join(listDirectory, 'nothing')]) {
    rmSync(path);
    symlinkSync(target, path);
    await deps.publishDueLists();
    t.ok(lstatSync(path).isFile());
    t.equal(readFileSync(path, 'utf8'), whole);
  }
  t.equal(readFileSync(elsewhere, 'utf8'), 'mine');
  t.same(await rows('select 1 from fences'), []);
});

t.test(
  'what is no file in a list’s place stops neither the publisher nor other lists',
  async (t) => {
    const { deps, lease, file } = await buildWithFiles(t);
    const leased = await lease(ASHMERE);
    const [path, other] = [file(leased.revocationList), file(leased.suspensionList)];
    const whole = readFileSync(path, 'utf8');
    // a reader of it would wait for ever
    rmSync(path);
    execFileSync('mkfifo', [path]);
    await deps.publishDueLists();
    t.equal(readFileSync(path, 'utf8'), whole);
    rmSync(path);
    mkdirSync(path);
    rmSync(other);
    await t.rejects(deps.publishDueLists(), /could not be written/);
    t.match(readFileSync(other, 'utf8'), /"suspension"/);
    await t.rejects(async () => deps.checks['files']?.(), /not as it should be/);
  },
);

t.test('what is not a list is left alone', async (t) => {
  const { deps, lease, rows, listDirectory } = await buildWithFiles(t);
  await lease(ASHMERE);
  mkdirSync(join(listDirectory, 'status-lists'), { recursive: true });
  writeFileSync(join(listDirectory, 'status-lists', 'index.html'), 'hello');
  await deps.publishDueLists();
  t.same(await rows('select 1 from fences'), []);
  t.equal(readFileSync(join(listDirectory, 'status-lists', 'index.html'), 'utf8'), 'hello');
});

function killed(): Promise<never> {
  return Promise.reject(new Error('killed'));
}
