import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import {
  CREDENTIAL_LIMITS,
  PRESENTATION_LIMITS,
  canonicalize,
  canonicalizeNQuads,
  createCanonicalize,
} from '../canonicalize.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';

function credential(changes: JsonObject = {}): JsonObject {
  return {
    '@context': [V2],
    id: 'urn:uuid:2f1d0f3e-6b6a-4f5b-9f0a-0a8f6d2b7c11',
    type: ['VerifiableCredential'],
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    validFrom: '2026-11-22T16:00:00Z',
    credentialSubject: { id: 'did:example:holder' },
    ...changes,
  };
}

// Every node names every other, so first-degree hashes tell none of them apart.
function clique(size: number): JsonObject {
  const labels = Array.from({ length: size }, (_, index) => `_:n${index}`);
  const graph = labels.map((id) => ({
    id,
    type: 'VerifiableCredential',
    relatedResource: labels.filter((other) => other !== id).map((other) => ({ id: other })),
  }));
  return { '@context': [V2], '@graph': graph };
}

function nquadsOfTwoCycles(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `_:a${index} <urn:p> _:b${index} .\n_:b${index} <urn:p> _:a${index} .\n`,
  ).join('');
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `name ${index}`);
}

function evidence(count: number): JsonObject[] {
  return names(count).map((name) => ({ name }));
}

// Over many properties, so that none has many values.
function said(count: number): JsonObject {
  return Object.fromEntries(names(count / 20).map((_name, at) => [`urn:x:${at}`, names(20)]));
}

function typed(count: number): JsonObject[] {
  return names(count).map((_name, at) => ({ id: `urn:x:${at}`, type: 'urn:t' }));
}

/** Of processor time: how much was done, whatever else the machine does. */
async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

t.test('a credential becomes sorted N-Quads over the pinned contexts', async (t) => {
  const canonical = await canonicalize(credential());
  t.equal(canonical.split('\n').length, 5);
  t.match(canonical, /credentials#issuer> <did:web:passport\.northmoor\.example:trusts:ZZA01> \./);
});

t.test('the input is not changed, even when it is frozen', async (t) => {
  const document = Object.freeze(credential());
  const before = structuredClone(document);
  await canonicalize(document);
  t.same(document, before);
});

t.test('a term that no context defines is named with its place', async (t) => {
  await t.resolves(canonicalize(credential()));
  const subject = { id: 'did:example:holder', shoeSize: '43' };
  await t.rejects(canonicalize(credential({ credentialSubject: subject })), {
    code: 'UNKNOWN_TERM',
    message: /"shoeSize"/,
    errors: [{ pointer: '/credentialSubject/shoeSize' }],
  });
});

t.test('a type that no context defines is named with its place', async (t) => {
  await t.rejects(canonicalize(credential({ type: ['VerifiableCredential', 'Invented'] })), {
    code: 'UNKNOWN_TERM',
    errors: [{ pointer: '/type' }],
  });
});

t.test('a relative identifier is refused', async (t) => {
  await t.rejects(canonicalize(credential({ id: 'credentials/1' })), {
    code: 'PROOF_TRANSFORMATION_ERROR',
  });
});

t.test('a context that is not pinned is refused wherever it stands', async (t) => {
  const unknown = 'https://contexts.example/v1';
  await t.rejects(canonicalize(credential({ '@context': [V2, unknown] })), {
    code: 'CONTEXT_NOT_ALLOWED',
    errors: [{ pointer: '/@context/1' }],
  });
  const subject = { '@context': unknown, id: 'did:example:holder' };
  await t.rejects(canonicalize(credential({ credentialSubject: subject })), {
    code: 'CONTEXT_NOT_ALLOWED',
    errors: [{ pointer: '/credentialSubject/@context' }],
  });
});

t.test('an inline context is refused', async (t) => {
  const inline = { '@vocab': 'https://vocabulary.example/' };
  await t.rejects(canonicalize(credential({ '@context': [V2, inline] as never })), {
    code: 'CONTEXT_NOT_ALLOWED',
    errors: [{ pointer: '/@context/1' }],
  });
});

t.test('a context given to one canonicalize stays unknown to the product', async (t) => {
  const url = 'https://contexts.example/shoes';
  const extraContexts = { [url]: { '@context': { shoeSize: 'https://shoes.example/#size' } } };
  const document = credential({ '@context': [V2, url], shoeSize: '43' });
  t.match(await createCanonicalize({ extraContexts })(document), /shoes\.example\/#size/);
  await t.rejects(canonicalize(document), { code: 'CONTEXT_NOT_ALLOWED' });
});

t.test('__proto__ as an identifier, a type or a key never reaches a node map', async (t) => {
  const hostile = [
    credential({ id: '__proto__' }),
    credential({ type: ['VerifiableCredential', '__proto__'] }),
    credential({ credentialSubject: { id: '__proto__', name: 'polluted' } }),
    credential(JSON.parse('{"credentialSubject":{"__proto__":{"polluted":true}}}') as JsonObject),
  ];
  for (const document of hostile) {
    await t.rejects(canonicalize(document), { code: 'MALFORMED_VALUE_ERROR' });
  }
  t.same(Object.keys(Object.prototype), []);
  t.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

t.test('nesting beyond the limit is refused before it is processed', async (t) => {
  let nested: JsonObject = { id: 'did:example:holder' };
  for (let depth = 0; depth < 10_000; depth += 1) {
    nested = { id: 'did:example:holder', holder: nested };
  }
  const milliseconds = await millisecondsOf(() =>
    t.rejects(canonicalize(nested), { code: 'TOO_COMPLEX' }),
  );
  t.ok(milliseconds < 250, `${milliseconds} ms`);
});

t.test('a million values are refused before they are processed', async (t) => {
  const many = credential({ relatedResource: Array.from({ length: 1_000_000 }, () => 'urn:x') });
  await t.rejects(canonicalize(many), { code: 'TOO_COMPLEX' });
});

t.test('more quads than the limit are refused', async (t) => {
  await t.resolves(canonicalize(credential(said(1_980))));
  await t.rejects(canonicalize(credential(said(2_020))), {
    code: 'TOO_COMPLEX',
    message: /quads/,
  });
});

t.test('a node of which too much is said is refused before its values are compared', async (t) => {
  const ways: Record<string, (name: string[]) => JsonObject> = {
    'in one place': (name) => credential({ name }),
    'as types': (name) =>
      credential({ type: ['VerifiableCredential', ...name.map((_name, at) => `urn:x:${at}`)] }),
    'in as many places': (name) =>
      credential({ relatedResource: name.map((one) => ({ id: 'urn:x', name: one })) }),
    'of it by others': (name) =>
      credential({
        '@reverse': { 'urn:p': [] },
        relatedResource: name.map((_, at) => ({
          id: `urn:x:${at}`,
          '@reverse': { 'urn:p': { id: 'urn:x' } },
        })),
      }),
  };
  for (const [way, document] of Object.entries(ways)) {
    await t.resolves(canonicalize(document(names(80))), way);
    for (const limits of [CREDENTIAL_LIMITS, PRESENTATION_LIMITS]) {
      const milliseconds = await millisecondsOf(() =>
        t.rejects(canonicalize(document(names(9_000)), { limits }), { code: 'TOO_COMPLEX' }, way),
      );
      t.ok(milliseconds < 250, `${way}: ${milliseconds} ms`);
    }
  }
});

t.test('more objects and types than a context may be looked up for are refused', async (t) => {
  await t.resolves(canonicalize(credential({ relatedResource: typed(200) })));
  await t.rejects(canonicalize(credential({ relatedResource: typed(250) })), {
    code: 'TOO_COMPLEX',
    message: /nodes/,
  });
});

t.test('permutations without end are refused quickly', async (t) => {
  // x and y are alike and name the same six nodes in three graphs; what tells the six apart is a step further on.
  const from = (node: string, graph: string) =>
    names(6).map((_name, to) => `_:${node} <urn:p> _:b${to} <urn:g:${graph}> .\n`);
  const named = ['1', '2', '3'].flatMap((graph) => [...from('x', graph), ...from('y', graph)]);
  const told = names(6).map(
    (_name, to) => `_:b${to} <urn:q> _:c${to} .\n_:c${to} <urn:q> <urn:${to}> .\n`,
  );
  const nquads = [...named, ...told].join('');
  for (const limits of [CREDENTIAL_LIMITS, PRESENTATION_LIMITS]) {
    const milliseconds = await millisecondsOf(() =>
      t.rejects(canonicalizeNQuads(nquads, { limits, signal: AbortSignal.timeout(5_000) }), {
        code: 'TOO_COMPLEX',
      }),
    );
    t.ok(milliseconds < 250, `${milliseconds} ms`);
  }
});

t.test('more blank nodes than the limit are refused, the larger limits allow them', async (t) => {
  await t.resolves(canonicalize(credential({ evidence: evidence(64) })));
  const many = credential({ evidence: evidence(65) });
  await t.rejects(canonicalize(many), { code: 'TOO_COMPLEX', message: /blank nodes/ });
  await t.resolves(canonicalize(many, { limits: PRESENTATION_LIMITS }));
});

t.test('cliques of blank nodes are refused quickly', async (t) => {
  await t.resolves(canonicalize(clique(2)));
  for (const size of [7, 10, 40, 64]) {
    for (const limits of [CREDENTIAL_LIMITS, PRESENTATION_LIMITS]) {
      const milliseconds = await millisecondsOf(() =>
        t.rejects(canonicalize(clique(size), { limits }), { code: 'TOO_COMPLEX' }),
      );
      t.ok(milliseconds < 1_000, `${size} nodes: ${milliseconds} ms`);
    }
  }
});

t.test('thousands of symmetric two-cycles are refused quickly', async (t) => {
  await t.resolves(canonicalizeNQuads(nquadsOfTwoCycles(3)));
  for (const limits of [CREDENTIAL_LIMITS, PRESENTATION_LIMITS]) {
    const milliseconds = await millisecondsOf(() =>
      t.rejects(canonicalizeNQuads(nquadsOfTwoCycles(4_000), { limits }), { code: 'TOO_COMPLEX' }),
    );
    t.ok(milliseconds < 250, `${milliseconds} ms`);
  }
});

t.test('work on blank nodes ends when the caller gives up', async (t) => {
  const limits = { ...CREDENTIAL_LIMITS, steps: 10_000_000 };
  const working = canonicalize(clique(10), { limits, signal: AbortSignal.timeout(50) });
  await t.rejects(working, { code: 'TOO_COMPLEX' });
});

t.test('N-Quads that do not parse are refused', async (t) => {
  await t.rejects(canonicalizeNQuads('<urn:a> <urn:b> "unfinished'), {
    code: 'PROOF_TRANSFORMATION_ERROR',
  });
});
