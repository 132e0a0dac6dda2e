import t from 'tap';
import type { StatusList } from '../../src/domain/ports.ts';
import { PASS } from '../../src/domain/report.ts';
import { createWatchLists } from '../../src/domain/watching/watch-lists.ts';

const GOOD = 'https://a.example/good';
const urlOf = (at: number) => `https://b.example/${at}`;

function listAt(url: string): StatusList {
  const issuer = 'did:web:a.example:trusts:ZZA01';
  const times = { version: 1, validUntil: 2, fetchedAt: 1 };
  const bits = new Uint8Array(1);
  const form = { kind: 'bitstring', purpose: 'revocation', entrySize: 1 } as const;
  return { url, issuer, ...form, bits, proofs: [], ...times };
}

/** A pass over these lists; those of the host that hangs are not had until it is let go. */
function pass(urls: string[], closing = new AbortController()) {
  const hanging = Promise.withResolvers<void>();
  const compared: string[] = [];
  const loaded: string[] = [];
  const good = Promise.withResolvers<void>();
  const watchLists = createWatchLists({
    watching: {
      async alone(work) {
        await work();
        return true;
      },
      watchedLists: async () =>
        urls.map((url) => ({
          url,
          kind: 'bitstring',
          comparedVersion: undefined,
          hasNewEntries: true,
        })),
      async compare({ list }) {
        compared.push(list.url);
        if (list.url === GOOD) good.resolve();
        return 0;
      },
    },
    statusLists: {
      async load(url) {
        loaded.push(url);
        if (url !== GOOD) await hanging.promise;
        return listAt(url);
      },
    },
    checkList: async () => PASS,
    clock: () => 1,
    onEvents: () => {},
    onSkipped: (url) => t.fail(url),
    closing: closing.signal,
  });
  return { done: watchLists(), good: good.promise, letGo: hanging.resolve, compared, loaded };
}

t.test('Twenty lists of a host that hangs do not keep another host waiting', async (t) => {
  const urls = [...Array.from({ length: 20 }, (_, at) => urlOf(at)), GOOD];
  const { done, good, letGo, compared } = pass(urls);
  await good;
  t.same(compared, [GOOD]);
  letGo();
  t.ok(await done);
  t.equal(compared.length, 21);
});

t.test('A pass that is closed asks for no further list', async (t) => {
  const closing = new AbortController();
  const urls = Array.from({ length: 100 }, (_, at) => urlOf(at));
  const { done, letGo, compared, loaded } = pass(urls, closing);
  await new Promise(setImmediate);
  const asked = loaded.length;
  t.ok(asked > 0 && asked < 100);
  closing.abort();
  letGo();
  await done;
  t.equal(loaded.length, asked);
  t.equal(compared.length, asked, 'what it had asked for is compared');
});
