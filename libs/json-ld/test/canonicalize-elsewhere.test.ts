import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { canonicalize, createCanonicalize, PRESENTATION_LIMITS } from '../canonicalize.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const limits = PRESENTATION_LIMITS;

let threads = 0;
process.on('worker', () => {
  threads += 1;
});

function credential(at: number, changes: JsonObject = {}): JsonObject {
  return {
    '@context': [V2],
    id: `urn:x:${at}`,
    type: ['VerifiableCredential'],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    validFrom: '2026-11-22T16:00:00Z',
    credentialSubject: { id: 'did:example:holder' },
    evidence: { name: 'alike in each' },
    ...changes,
  };
}

function presentation(count: number, last: JsonObject = {}): JsonObject {
  return {
    '@context': [V2],
    type: ['VerifiablePresentation'],
    verifiableCredential: Array.from({ length: count }, (_, at) =>
      credential(at, at === count - 1 ? last : {}),
    ),
  };
}

t.test(
  'a credential, and a presentation of sixteen, are canonicalized without a thread',
  async (t) => {
    await canonicalize(credential(1));
    await canonicalize(presentation(16), { limits });
    t.equal(threads, 0);
  },
);

t.test('what is refused by its counts needs no thread', async (t) => {
  await t.rejects(canonicalize(presentation(1_000), { limits }), { code: 'TOO_COMPLEX' });
  t.equal(threads, 0);
});

t.test('a large presentation comes out of a thread as it would without', async (t) => {
  const large = presentation(120);
  t.equal(await canonicalize(large, { limits }), await createCanonicalize()(large, { limits }));
  t.equal(threads, 1);
});

t.test('so does one with blank nodes that take long to tell apart', async (t) => {
  // A ring: each is like all others, and looks at all of them.
  const ring = Array.from({ length: 30 }, (_, at) => ({
    '@id': `_:n${at}`,
    'urn:p': { '@id': `_:n${(at + 1) % 30}` },
  }));
  const document: JsonObject = { '@context': [V2], '@graph': ring };
  await t.rejects(canonicalize(document), { code: 'TOO_COMPLEX' });
  t.equal(
    await canonicalize(document, { limits }),
    await createCanonicalize()(document, { limits }),
  );
});

t.test('what a thread refuses keeps its code, its sentence and its place', async (t) => {
  await t.resolves(canonicalize(presentation(120), { limits }));
  const shoes = presentation(120, { shoeSize: '43' });
  await t.rejects(canonicalize(shoes, { limits }), {
    name: 'VcError',
    code: 'UNKNOWN_TERM',
    message: /"shoeSize"/,
    errors: [{ pointer: '/verifiableCredential/119/shoeSize' }],
  });
});

t.test('a context that is not pinned is refused before a thread is asked', async (t) => {
  const before = threads;
  const foreign = presentation(120, { '@context': [V2, 'https://contexts.example/v1'] });
  await t.rejects(canonicalize(foreign, { limits }), {
    code: 'CONTEXT_NOT_ALLOWED',
    errors: [{ pointer: '/verifiableCredential/119/@context/1' }],
  });
  t.equal(threads, before);
});

t.test('other work goes on while a thread canonicalizes', async (t) => {
  let turns = 0;
  const turning = setInterval(() => {
    turns += 1;
  }, 1);
  t.teardown(() => clearInterval(turning));
  // Some 90 ms of work.
  const typed = Array.from({ length: 18 }, (_, at) => ({
    '@id': `urn:x:${at}`,
    '@type': Array.from({ length: 30 }, (_one, type) => `urn:t:${at}:${type}`),
    'urn:p': Array.from({ length: 300 }, (_one, value) => `value ${value}`),
  }));
  await canonicalize({ '@context': [V2], '@graph': typed }, { limits });
  t.ok(turns >= 3, `${turns} turns`);
});

t.test('hostile documents leave Object.prototype of a thread as it was', async (t) => {
  // jsonld.js #584: a node with the id __proto__ writes into it.
  const module = new URL('../canonicalize-worker.ts', import.meta.url).href;
  const { port1, port2 } = new MessageChannel();
  const probing = `import ${JSON.stringify(module)};
    import { workerData } from 'node:worker_threads';
    workerData.on('message', () => workerData.postMessage(Object.keys(Object.prototype)));`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(probing)}`), {
    workerData: port2,
    transferList: [port2],
  });
  t.teardown(() => worker.terminate());
  const answerTo = async (document: JsonObject): Promise<unknown> => {
    worker.postMessage({ document, options: { limits } }, []);
    return ((await once(worker, 'message')) as unknown[])[0];
  };
  t.same(await once(worker, 'message'), ['ready']);
  t.match(await answerTo(credential(1)), { canonical: /urn:x:1/ });
  const hostile = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;
  for (const document of [
    credential(1, { id: '__proto__' }),
    credential(1, { credentialSubject: { id: '__proto__', name: 'polluted' } }),
    credential(1, { credentialSubject: hostile }),
    credential(1, { type: ['VerifiableCredential', '__proto__'] }),
  ]) {
    t.match(await answerTo(document), { refusal: { code: 'MALFORMED_VALUE_ERROR' } });
  }
  port1.postMessage('probe', []);
  t.same(await once(port1, 'message'), [[]]);
  t.match(await answerTo(credential(1)), { canonical: /urn:x:1/ });
  port1.close();
  t.same(Object.keys(Object.prototype), []);
});
