import t, { type Test } from 'tap';
import type { Verification } from '#api/verifier';
import { createStatusListFetcher } from '../src/fetchers.ts';
import { decide, issueAs } from './forms.ts';
import { build } from './helper.ts';
import { serve } from './loopback.ts';
import { FRESHNESS_MS, type World } from './world.ts';

/** The service with a status-list service that answers over HTTP, and an SD-JWT that passes. */
async function relyingOnLists(t: Test) {
  let world: World | undefined;
  const served = { isUp: true, requests: [] as (string | undefined)[] };
  const http = await serve(t, (request, response) => {
    served.requests.push(request.headers.accept);
    if (!served.isUp || world === undefined) {
      response.writeHead(503).end();
      return;
    }
    void world.tokens.fetch(world.trust.tokenList.url).then((token) => {
      response.setHeader('content-type', 'application/statuslist+jwt').end(token);
    });
  });
  const verifier = await build(t, { fetchStatusList: createStatusListFetcher(http, 1_000) });
  ({ world } = verifier);
  const verifiableCredential = await issueAs(world, 'dc+sd-jwt');
  const verify = async () => {
    const answer = await verifier.post('/v1/verifications', { verifiableCredential });
    return answer.json<Verification>();
  };
  t.match(await verify(), { overall: 'pass' });
  t.same(served.requests, ['application/statuslist+jwt']);
  return { world: verifier.world, served, verify };
}

function statusOf({ credentials: [credential] }: Verification) {
  const check = credential?.checks.find((one) => one.check === 'status');
  return { outcome: check?.outcome, code: check?.code };
}

for (const [decision, code] of [
  ['revoked', 'CREDENTIAL_REVOKED'],
  ['suspended', 'CREDENTIAL_SUSPENDED'],
] as const) {
  t.test(`An SD-JWT that was ${decision} fails with ${code}`, async (t) => {
    const { world, verify } = await relyingOnLists(t);
    decide(world, 7, decision);
    world.now += FRESHNESS_MS;
    const answer = await verify();
    t.equal(answer.overall, 'fail');
    t.same(statusOf(answer), { outcome: 'fail', code });
  });
}

t.test('An SD-JWT whose list cannot be had is unknown, and good when it can be', async (t) => {
  const { world, served, verify } = await relyingOnLists(t);
  served.isUp = false;
  world.now += FRESHNESS_MS;
  const answer = await verify();
  t.equal(answer.overall, 'unknown');
  t.same(statusOf(answer), { outcome: 'unknown', code: 'STATUS_RETRIEVAL_ERROR' });
  served.isUp = true;
  world.now += 1_000;
  t.equal((await verify()).overall, 'pass');
});
