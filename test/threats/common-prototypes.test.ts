import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { createClient } from '../end-to-end/client.ts';
import { nameOf, walkStack } from './walk.ts';

t.setTimeout(180_000);

// Each service tells at its end what became of its prototypes.
const folder = mkdtempSync(join(tmpdir(), 'prototypes-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const probe = new URL(`prototype-probe.ts?${encodeURIComponent(folder)}`, import.meta.url).href;
const { stack, bodyRoutes, send, stop } = await walkStack(t, { NODE_OPTIONS: `--import=${probe}` });
const [trust] = stack.clients;
if (trust === undefined) throw new Error('stack.json names trusts');
const hr = createClient(stack, trust);
const POLLUTING = [
  '{"__proto__":{"polluted":true}}',
  '{"a":[{"__proto__":{"polluted":true}}]}',
  '{"\\u005f_proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"prototype":{"polluted":true}}',
  '{"@id":"__proto__"}',
];

t.test('C4: __proto__ and constructor.prototype are refused as keys, and as an @id', async (t) => {
  for (const route of bodyRoutes) {
    const read = await send(route, '{"proto":{"polluted":true}}');
    t.not(read.code, 'PARSING_ERROR', nameOf(route));
    for (const body of POLLUTING) {
      const { status, code } = await send(route, body);
      t.same([status, code], [400, 'PARSING_ERROR'], `${nameOf(route)}: ${body}`);
    }
  }
});

/** What is found wrong with a credential. */
async function codesOf(verifiableCredential: string) {
  const body = { verifiableCredential };
  const answer = (await hr.send('verifier', '/v1/verifications', { body })).json();
  const [credential] = answer['credentials'] as { checks: { code?: string }[] }[];
  return credential?.checks.flatMap(({ code }) => code ?? []);
}

const encoded = (json: string) => Buffer.from(json).toString('base64url');

t.test('C4: nor are they read inside of a JWT or a disclosure', async (t) => {
  const header = encoded('{"alg":"EdDSA","typ":"dc+sd-jwt","kid":"did:example:a#a"}');
  const jwt = (claims: string) => `${header}.${encoded(claims)}.${'A'.repeat(86)}`;
  t.strictNotSame(await codesOf(`${jwt('{"proto":{"polluted":true}}')}~`), ['PARSING_ERROR']);
  for (const claims of POLLUTING) {
    t.same(await codesOf(`${jwt(claims)}~`), ['PARSING_ERROR'], claims);
    const disclosure = encoded(`["${'s'.repeat(22)}","claim",${claims}]`);
    t.same(await codesOf(`${jwt('{}')}~${disclosure}~`), ['PARSING_ERROR'], `disclosed ${claims}`);
  }
});

t.test('C7: a name is signed and kept as it was sent, whatever its form', async (t) => {
  const names = ['Zo\u00eb', 'Zoe\u0308', 'Ro\u202ewan', '\u0420owan', '\u1100\u1161'];
  const holder = createHolder();
  await bindHolder(hr, holder, 'EMP-names');
  for (const learningMethod of names) {
    const { credential } = stack.examples['issue'] as {
      credential: { type: string[]; credentialSubject: Record<string, string> };
    };
    const { id: _, ...claims } = credential.credentialSubject;
    const minted = await hr.send('issuer', '/v1/credentials', {
      body: {
        employeeId: 'EMP-names',
        type: credential.type[1],
        claims: { ...claims, learningMethod },
      },
      idempotencyKey: crypto.randomUUID(),
    });
    t.equal(minted.status, 201, minted.text);
    const { verifiableCredential } = minted.json() as {
      verifiableCredential: { id: string; credentialSubject: { learningMethod: string } };
    };
    t.equal(verifiableCredential.credentialSubject.learningMethod, learningMethod);
    const id = encodeURIComponent(verifiableCredential.id);
    const fetched = await hr.send('issuer', `/credentials/${id}`);
    t.match(fetched.text, JSON.stringify(learningMethod).slice(1, -1), fetched.text.slice(0, 200));
    const verify = (body: unknown) =>
      hr.send('verifier', '/v1/verifications', { body: { verifiableCredential: body } });
    t.equal((await verify(verifiableCredential)).json()['overall'], 'pass');
    const normalised = structuredClone(verifiableCredential);
    const { credentialSubject } = normalised;
    credentialSubject.learningMethod =
      learningMethod.normalize('NFC') === learningMethod
        ? learningMethod.normalize('NFD').concat('\u200d')
        : learningMethod.normalize('NFC');
    t.equal((await verify(normalised)).json()['overall'], 'fail', 'another spelling is not signed');
    for (const host of ['p\u0430ssport.northmoor.example', 'xn--pssport-2fg.northmoor.example']) {
      const issuer = `did:web:${host}:trusts:ZZA01`;
      const answer = await verify({ ...verifiableCredential, issuer });
      t.not(answer.json()['overall'], 'pass', host);
      t.ok(answer.status < 500, host);
    }
  }
});

const reportOf = (name: string) =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as string[];

t.test('C4: after all of it the prototypes of every service are as they were', async (t) => {
  const polluter = join(folder, 'polluter.mjs');
  execFileSync(process.execPath, [
    `--import=${probe}`,
    '--input-type=module',
    '--eval',
    `process.argv[1] = ${JSON.stringify(polluter)}; ({}).__proto__.polluted = true;`,
  ]);
  t.same(reportOf('polluter.mjs'), ['Object.prototype'], 'the probe finds one that is not');
  t.equal(await stop(), 0);
  for (const service of Object.keys(stack.services)) t.same(reportOf(service), [], service);
});
