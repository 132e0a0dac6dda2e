import t from 'tap';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { createClient } from '../end-to-end/client.ts';
import { parseStrictJson } from '#vc/strict-json';
import { nameOf, walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, bodyRoutes, send } = await walkStack(t);
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
  const before = Object.getOwnPropertyNames(Object.prototype);
  for (const body of POLLUTING) t.throws(() => parseStrictJson(Buffer.from(body)));
  t.same(Object.getOwnPropertyNames(Object.prototype), before);
  t.notOk('polluted' in {});
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
