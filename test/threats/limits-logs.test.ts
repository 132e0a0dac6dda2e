import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { randomTraining } from '../end-to-end/claims.ts';
import { createClient } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { seededRandom } from '../seeded-random.ts';
import { openForge } from './forged-tokens.ts';
import { walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, dataDir, routes, token } = await walkStack(t);
const [trust] = stack.clients;
if (!trust) throw new Error('stack.json names a trust');
const hr = createClient(stack, trust);

// No NHS number is one of these digits: it fails the check of its last.
const WORD = `canary${randomUUID()}`;
const NHS_NUMBER = '999 123 4560';
const INJECTED = `${WORD}\r\n{"level":60,"msg":"${WORD}"}\u001b[31m\u2028 ${NHS_NUMBER}`;

function logLines(service: string): string[] {
  return readFileSync(join(dataDir, 'logs', `${service}.log`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function requestLines(service: string): number {
  return logLines(service).filter((line) => line.includes('"event":"request"')).length;
}

/** A document of the members that routes take, with the canary in every place where text may stand. */
function everywhere(text: string): JsonObject {
  const names = [
    'employeeId',
    'type',
    'reason',
    'holderText',
    'internalNote',
    'status',
    'event',
    'url',
    'note',
    'odsCode',
    'name',
    'verifiableCredential',
    'verifiablePresentation',
    'credential',
    'challenge',
    'listId',
    text,
  ];
  return Object.fromEntries(names.map((name) => [name, text]));
}

t.test(
  'C22: no line break, escape or word of a caller gets into a log, from any field',
  async (t) => {
    const services = Object.keys(stack.services);
    const before = new Map(services.map((service) => [service, requestLines(service)]));
    const sent = new Map(services.map((service) => [service, 0]));
    const scopes = [...new Set(routes.flatMap(({ scope }) => scope ?? []))];
    const forge = await openForge(stack, dataDir, scopes);
    const strange = await forge.sign({ claims: { sub: WORD, client_id: WORD, jti: INJECTED } });
    for (const { service, port, method, template, scope } of routes) {
      const good = scope === undefined ? strange : await token(scope);
      const text = encodeURIComponent(INJECTED);
      const path = template.replaceAll(/\{\w+\}/g, text);
      for (const bearer of [good, strange, WORD]) {
        for (const body of [JSON.stringify(everywhere(INJECTED)), `{"${WORD}": ${NHS_NUMBER}`]) {
          const response = await fetch(`http://127.0.0.1:${port}${path}?name=${text}&q=${text}`, {
            method,
            headers: {
              authorization: `Bearer ${bearer}`,
              'content-type': 'application/json',
              'idempotency-key': WORD,
              'user-agent': WORD,
              'x-request-id': WORD,
              'x-forwarded-for': WORD,
              traceparent: WORD,
              cookie: `session=${WORD}`,
            },
            redirect: 'manual',
            ...(method !== 'GET' && { body }),
          });
          await response.arrayBuffer();
          t.ok(response.status < 500, `${method} ${service}${template}: ${response.status}`);
          sent.set(service, (sent.get(service) ?? 0) + 1);
        }
      }
    }

    // what goes well: a holder, a credential of theirs, a verification
    const employeeId = `EMP-${WORD}`;
    const holder = createHolder();
    await bindHolder(hr, holder, employeeId);
    const { type, claims } = randomTraining(seededRandom(), trust.odsCode);
    const minted = await hr.send('issuer', '/v1/credentials', {
      body: { employeeId, type, claims: { ...claims, learningMethod: WORD } },
      idempotencyKey: randomUUID(),
    });
    t.equal(minted.status, 201, minted.text);
    const { verifiableCredential } = minted.json();
    const verified = await hr.send('verifier', '/v1/verifications', {
      body: { verifiableCredential },
    });
    t.equal(verified.json()['overall'], 'pass', verified.text);

    for (const service of services) {
      const expected = (before.get(service) ?? 0) + (sent.get(service) ?? 0);
      while (requestLines(service) < expected) await wait(50);
      const lines = logLines(service);
      const faults = lines.filter((line) => !isLogLine(line));
      t.same(faults, [], `${service}: each line is one JSON object of ours`);
      const text = lines.join('\n');
      for (const secret of [WORD, NHS_NUMBER, holder.did, await hr.token(), strange]) {
        t.notOk(text.includes(secret), `${service} does not log ${secret.slice(0, 20)}`);
      }
      t.notMatch(text, /[^\P{Cc}\n]|\u2028/u, `${service}: no control character`);
    }
  },
);

function isLogLine(line: string): boolean {
  try {
    const { level, time, msg } = JSON.parse(line) as Record<string, unknown>;
    return typeof level === 'number' && typeof time === 'number' && typeof msg === 'string';
  } catch {
    return false;
  }
}
