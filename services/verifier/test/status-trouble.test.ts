import type { ServerResponse } from 'node:http';
import t from 'tap';
import { verifyCredential } from '../src/domain/verify-credential.ts';
import { createStatusListFetcher } from '../src/fetchers.ts';
import { serve } from './loopback.ts';
import { checkOf, connect, createWorld, issue, type World } from './world.ts';

type Trouble = (response: ServerResponse) => void;

const TROUBLES: Record<string, Trouble> = {
  'a connection that breaks': (response) => void response.destroy(),
  '404': (response) => void response.writeHead(404).end('{}'),
  '500': (response) => void response.writeHead(500).end('{}'),
  'a drip': (response) => {
    response.writeHead(200, { 'content-type': 'application/vc' });
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  },
  silence: () => {},
  HTML: (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
  'another media type': (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  'a redirect to another host': (response) =>
    void response.writeHead(302, { location: 'https://passport.southmere.example/' }).end(),
};

// shorter than in earnest, so that what drips or says nothing costs the test little
const TIMEOUT_MS = 300;

async function verifyAll(world: World, times: number) {
  const credential = await issue(world);
  return Promise.all(
    Array.from({ length: times }, () => verifyCredential(credential, world.ports)),
  );
}

// Before they are asked for: the time to sign them is not the fetch's.
async function publishPair(world: World): Promise<Map<string, string>> {
  const { revocation, suspension } = world.trust.urls;
  const texts = [revocation, suspension].map(async (url) => {
    const list = await world.lists.fetch(url);
    return [new URL(url).pathname, JSON.stringify(list)] as const;
  });
  return new Map(await Promise.all(texts));
}

t.test(
  'V16: whatever goes wrong with fetching a list leaves the status unknown, once a window',
  async (t) => {
    for (const [what, answer] of Object.entries(TROUBLES)) {
      let trouble: Trouble | undefined;
      let requests = 0;
      const world = createWorld();
      const lists = await publishPair(world);
      const http = await serve(t, (request, response) => {
        requests += 1;
        if (trouble) trouble(response);
        else response.setHeader('content-type', 'application/vc').end(lists.get(request.url ?? ''));
      });
      connect(world, { fetchStatusList: createStatusListFetcher(http, TIMEOUT_MS) });

      const good = await verifyAll(world, 50);
      t.ok(
        good.every(({ overall }) => overall === 'pass'),
        `without ${what}`,
      );
      t.equal(requests, 2, 'each list of the pair once');

      trouble = answer;
      world.now += 30_000;
      for (const results of [await verifyAll(world, 50), await verifyAll(world, 10)]) {
        t.ok(
          results.every(({ overall }) => overall === 'unknown'),
          what,
        );
        const [first] = results;
        const unknown = { outcome: 'unknown', code: 'STATUS_RETRIEVAL_ERROR' };
        t.same(first && checkOf(first, 'status'), unknown, what);
      }
      t.equal(requests, 4, `each list once more for 60 verifications with ${what}`);
    }
  },
);
