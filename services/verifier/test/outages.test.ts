import type { ServerResponse } from 'node:http';
import t, { type Test } from 'tap';
import type { CheckName, CredentialVerification, Verification } from '#api/verifier';
import { encodeBitstring } from '#status/bitstring';
import { signStatement } from '#trust/statement';
import type { JsonObject } from '#vc/data-model';
import { originOf } from '../src/domain/trust-did.ts';
import { createStatusListFetcher } from '../src/fetchers.ts';
import { createStatementFetcher } from '../src/statement-fetcher.ts';
import { build } from './helper.ts';
import { serve } from './loopback.ts';
import { stateRegistry, wireRecord } from './registry.ts';
import { createKey, createTrust } from './trust.ts';
import { FRESHNESS_MS, issue, publishList, STALE_LIMIT_MS, type World } from './world.ts';

/** What would be answered if nothing were wrong. */
interface Whole {
  type: string;
  body: string;
}

type Answer = (response: ServerResponse, whole: Whole) => void;

const answerWhole: Answer = (response, { type, body }) =>
  void response.setHeader('content-type', type).end(body);

// Shorter than in earnest, so that what drips or says nothing costs the test little.
const TIMEOUT_MS = 1_000;
const AT_ONCE = 200;
const FEW = 20;
// of those in which 20 show as much as 200
const LIKE_OTHERS = [
  'an answer that breaks off',
  'more than a megabyte',
  'a list that is not renewed',
];

t.setTimeout(120_000);

/** The app behind its own port, and the servers of a registry and of status lists, which may get into trouble. */
async function outside(t: Test) {
  const asked = { registry: 0, lists: 0 };
  const trouble: { registry?: Answer | undefined; lists?: Answer | undefined } = {};
  const published = new Map<string, string>();
  let world: World;

  const http = await serve(t, (request, response) => {
    const path = request.url ?? '';
    const kind = path.startsWith('/v1/snapshot') ? 'registry' : 'lists';
    asked[kind] += 1;
    const answer = trouble[kind] ?? answerWhole;
    void wholeOf[kind](path).then((whole) => answer(response, whole));
  });
  const wholeOf: Record<keyof typeof asked, (path: string) => Promise<Whole>> = {
    registry: async (path) => ({ type: 'application/jwt', body: await signState(path) }),
    lists: async (path) => ({ type: 'application/vc', body: published.get(path) ?? '' }),
  };
  const signState = async (path: string): Promise<string> => {
    const [cell] = world.cells;
    if (cell === undefined) throw new TypeError('There is no cell');
    const since = path.split('since=')[1];
    const statement = stateRegistry(world, cell.did, since === undefined ? since : Number(since));
    const records = statement.records.map(wireRecord);
    return signStatement({ ...statement, records }, cell.signingKey);
  };

  const built = await build(t, { fetchStatusList: createStatusListFetcher(http, TIMEOUT_MS) });
  world = built.world;
  const clock = () => world.now;
  world.registry.epoch = 1;
  world.registry.fetch = createStatementFetcher({
    http,
    clock,
    baseUrlOf: ({ did }) => originOf(did),
    timeoutMs: TIMEOUT_MS,
  });
  const base = await built.app.listen({ port: 0, host: '127.0.0.1' });

  const verify = async (verifiableCredential: JsonObject) => {
    const answer = await fetch(`${base}/v1/verifications`, {
      method: 'POST',
      headers: { ...built.bearerOf('ZZB02'), 'content-type': 'application/json' },
      body: JSON.stringify({ verifiableCredential }),
    });
    const { credentials } = (await answer.json()) as Verification;
    const [credential] = credentials;
    if (credential === undefined) throw new TypeError('It was not answered');
    return credential;
  };

  return {
    world,
    asked,
    trouble,
    verify,
    verifyAll: (credential: JsonObject, times = AT_ONCE) =>
      Promise.all(Array.from({ length: times }, () => verify(credential))),
    /** the pair of the trust's lists, as they are now and with a change */
    publish: async (options: Partial<Parameters<typeof publishList>[1]> = {}) => {
      const { revocation, suspension } = world.trust.urls;
      for (const url of [revocation, suspension]) {
        const list = await publishList(world, { ...options, url });
        published.set(new URL(url).pathname, JSON.stringify(list));
      }
    },
  };
}

function checkOf({ checks }: CredentialVerification, name: CheckName) {
  const check = checks.find((one) => one.check === name);
  return { outcome: check?.outcome, code: check?.code };
}

// In what is 500 or HTML stands all the same what would be good: only its status, or its type, says that it is not.
const DOWN: Record<string, Answer> = {
  'that breaks off': (response) => void response.destroy(),
  'of 500': (response, { type, body }) =>
    void response.writeHead(500, { 'content-type': type }).end(body),
  'of HTML': (response, { body }) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end(body),
  'that drips': (response, { type }) => {
    response.writeHead(200, { 'content-type': type });
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  'that does not come': () => {},
};

for (const [what, answer] of Object.entries(DOWN)) {
  t.test(
    `An answer of a registry ${what} changes nothing until the limit, then unknown`,
    async (t) => {
      const { publish, trouble, verify, world } = await outside(t);
      const credential = await issue(world, { change: { validUntil: undefined } });
      const stranger = await issue(world, { by: createTrust('ZZQ99') });
      const byNewKey = await issue(world, { signer: createKey(world.trust.did) });
      const ofNewType = await issue(world, { type: 'FireSafetyCredential' });
      await publish();
      t.equal((await verify(credential)).overall, 'pass');
      for (const one of [stranger, byNewKey, ofNewType]) {
        t.equal((await verify(one)).overall, 'fail', 'a registry that answers knows it');
      }

      trouble.registry = answer;
      const start = world.now;
      for (const age of [FRESHNESS_MS - 1, FRESHNESS_MS, STALE_LIMIT_MS / 2, STALE_LIMIT_MS]) {
        world.now = start + age;
        await publish();
        const result = await verify(credential);
        t.match(result, { overall: 'pass', registry: { ageMs: age } }, `${age} ms`);
      }
      for (const [one, check] of [
        [stranger, 'issuer-accredited'],
        [byNewKey, 'issuer-key'],
        [ofNewType, 'issuer-accredited'],
      ] as const) {
        const result = await verify(one);
        const unavailable = { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' };
        t.same(checkOf(result, check), unavailable, JSON.stringify(result.checks));
        t.match(result, { overall: 'unknown', verdict: 'undetermined' });
      }

      world.now = start + STALE_LIMIT_MS + 1;
      await publish();
      const late = await verify(credential);
      t.same(checkOf(late, 'issuer-key'), { outcome: 'unknown', code: 'REGISTRY_STALE' });
      t.match(late, { overall: 'unknown', verdict: 'undetermined' });

      trouble.registry = undefined;
      world.now += 1_000;
      await publish();
      t.match(await verify(credential), { overall: 'pass', registry: { ageMs: 0 } });
    },
  );
}

type Arrange = (to: Awaited<ReturnType<typeof outside>>) => void | Promise<void>;

const answers =
  (answer: Answer): Arrange =>
  ({ trouble }) => {
    trouble.lists = answer;
  };

const LISTS: [what: string, code: string, arrange: Arrange][] = [
  ...Object.entries(DOWN).map(
    ([what, answer]) =>
      [`an answer ${what}`, 'STATUS_RETRIEVAL_ERROR', answers(answer)] as (typeof LISTS)[number],
  ),
  [
    'more than a megabyte',
    'STATUS_RETRIEVAL_ERROR',
    answers((response, { type, body }) =>
      response.setHeader('content-type', type).end(body.padEnd(1024 * 1024 + 1)),
    ),
  ],
  [
    'a bomb',
    'STATUS_VERIFICATION_ERROR',
    ({ publish }) => publish({ encodedList: encodeBitstring(new Uint8Array(64 * 1024 * 1024)) }),
  ],
  [
    'an older list',
    'STATUS_LIST_ROLLBACK',
    ({ publish, world }) => publish({ version: world.now - 2 * FRESHNESS_MS }),
  ],
  [
    'a list that is not renewed',
    'STATUS_LIST_STALE',
    ({ publish, world }) => publish({ version: world.now - 11 * 60_000 }),
  ],
];

t.test(
  'Whatever is wrong with lists, the status is unknown by one fetch of each a window',
  async (t) => {
    const to = await outside(t);
    const { asked, publish, trouble, verify, verifyAll, world } = to;
    for (const [what, code, arrange] of LISTS) {
      trouble.lists = undefined;
      world.now += FRESHNESS_MS;
      await publish();
      const credential = await issue(world);
      t.equal((await verify(credential)).overall, 'pass', `before ${what}`);

      world.now += FRESHNESS_MS;
      await arrange(to);
      const before = asked.lists;
      const times = LIKE_OTHERS.includes(what) ? FEW : AT_ONCE;
      const results = await verifyAll(credential, times);
      t.equal(asked.lists, before + 2, `each list of the pair once for ${times}, of ${what}`);
      const found = results.map((result) => [
        result.overall,
        result.verdict,
        checkOf(result, 'status'),
      ]);
      const unknown = ['unknown', 'undetermined', { outcome: 'unknown', code }];
      t.same(
        found,
        Array.from({ length: times }, () => unknown),
        what,
      );
    }
  },
);

t.test('One fetch of each list serves all who verify within a window', async (t) => {
  const { asked, publish, verifyAll, world } = await outside(t);
  const credential = await issue(world);
  await publish();
  for (const later of [0, FRESHNESS_MS - 1]) {
    world.now += later;
    const results = await verifyAll(credential);
    t.ok(results.every(({ overall }) => overall === 'pass'));
    t.equal(asked.lists, 2);
  }
  t.equal(asked.registry, 1);
});
