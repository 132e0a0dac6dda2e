import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { TRUST } from '../fakes.ts';
import { buildReady, type Issuer, mintBody, mintOnce } from '../helper.ts';
import type { KilledIssuer } from './killed-issuer.ts';

const PROGRAM = fileURLToPath(new URL('killed-issuer.ts', import.meta.url));

/** Sends one call to another process of the same issuer, which dies over it. @returns how it ended */
async function sendToVictim(
  test: Test,
  issuer: Issuer,
  diesAfter: KilledIssuer['diesAfter'],
  key: string,
) {
  const orders: KilledIssuer = {
    databaseUrl: issuer.databaseUrl,
    keyEncryptionKey: issuer.keyEncryptionKey.toString('base64'),
    record: issuer.registry.of(TRUST),
    now: issuer.time.now,
    diesAfter,
  };
  const victim = spawn(process.execPath, [PROGRAM, JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  test.teardown(() => victim.kill('SIGKILL'));
  const ended = once(victim, 'exit');
  const [address] = await Promise.race([
    once(createInterface(victim.stdout), 'line'),
    ended.then(() => ['']),
  ]);
  const answered = await fetch(`${String(address)}/v1/credentials`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer token',
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(mintBody()),
  }).then(
    (answer) => answer.text(),
    () => undefined,
  );
  const [, signal] = (await ended) as [number | null, string | null];
  return { answered, signal };
}

const documents = async (issuer: Issuer) =>
  (await issuer.admin('select document from issuer.credentials')).map(({ document }) => document);

t.test(
  'I10: killed after it signed, an issuer has issued nothing or gives the same bytes again',
  async (test) => {
    const issuer = await buildReady(test);
    test.same(await sendToVictim(test, issuer, 'signature', 'first'), {
      answered: undefined,
      signal: 'SIGKILL',
    });
    test.same(await documents(issuer), [], 'what was signed was in memory only');
    const retried = await mintOnce(issuer, mintBody(), 'first');
    test.equal(retried.statusCode, 201, 'and the key is free for the retry');
    const [first, ...more] = await documents(issuer);
    test.same(more, [], 'which issues one');

    test.same(await sendToVictim(test, issuer, 'commit', 'second'), {
      answered: undefined,
      signal: 'SIGKILL',
    });
    const [committed, ...others] = (await documents(issuer)).filter((each) => each !== first);
    test.type(committed, 'string', 'it was committed, and nobody was told');
    test.same(others, []);
    for (let n = 0; n < 2; n += 1) {
      const answer = await mintOnce(issuer, mintBody(), 'second');
      test.equal(answer.statusCode, 201);
      test.equal(answer.body, `{"verifiableCredential":${String(committed)}}`, 'to the byte');
    }
    test.equal((await documents(issuer)).length, 2, 'nothing was signed again');
    const audited = await issuer.admin(
      `select 1 from issuer.audit where event like '%credential.issued%'`,
    );
    test.equal(audited.length, 2);
  },
);
