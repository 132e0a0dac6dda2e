import t from 'tap';
import { CONTEXT_URL } from '#catalogue/catalogue';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
} from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createWorld, tampered } from '../world.ts';
import { breaks, issued } from './credential-helper.ts';

t.test('A credential over 64 kB fails, and nothing else is tried', async (t) => {
  await breaks(t, (_, whole) => ({ ...whole, name: 'x'.repeat(65_536) }), {
    check: 'size',
    code: 'TOO_COMPLEX',
  });
  const world = createWorld();
  const result = await verifyCredential({ name: 'x'.repeat(65_536) }, world.ports);
  t.same(new Set(result.checks.slice(1).map(({ outcome }) => outcome)), new Set(['not-run']));
});

t.test('A credential nested too deeply fails', (t) =>
  breaks(
    t,
    (_, whole) => {
      let name: JsonObject = {};
      for (let depth = 0; depth < 40; depth += 1) name = { name };
      return { ...whole, name };
    },
    { check: 'size', code: 'TOO_COMPLEX' },
  ),
);

for (const [what, change, code] of [
  ['an unknown term', { evil: 1 }, 'UNKNOWN_TERM'],
  ['the contexts of VCDM 1.1', { '@context': [CREDENTIALS_V1_CONTEXT] }, 'UNKNOWN_TERM'],
  ['the date of VCDM 1.1', { issuanceDate: '2026-11-22T12:00:00Z' }, 'UNKNOWN_TERM'],
  ['the contexts of neither version', { '@context': [ED25519_2020_CONTEXT] }, undefined],
  ['no uuid of what it supersedes', { supersedes: 'urn:uuid:1' }, undefined],
  ['no id', { id: '' }, undefined],
  ['two kinds at once', { type: ['VerifiableCredential', 'A', 'B'] }, undefined],
  ['an issuer that is no DID', { issuer: 'https://trust.example' }, undefined],
  ['two subjects', { credentialSubject: [{ id: 'did:key:a' }, { id: 'did:key:b' }] }, undefined],
  ['a subject without an id', { credentialSubject: {} }, undefined],
  ['a start without a time zone', { validFrom: '2026-11-22T12:00:00' }, undefined],
  ['a leap second', { validFrom: '2026-11-22T12:00:60Z' }, undefined],
  ['an end before its start', { validUntil: '1970-01-01T00:00:00Z' }, undefined],
] as const) {
  t.test(`A credential with ${what} is not built as it must be`, (t) =>
    breaks(t, (_, whole) => ({ ...whole, ...change }) as JsonObject, {
      check: 'data-model',
      code: code ?? 'MALFORMED_VALUE_ERROR',
    }),
  );
}

for (const [what, context] of [
  ['a further context', [CREDENTIALS_V2_CONTEXT, CONTEXT_URL, 'https://evil.example/v1']],
  ['an inline context', [CREDENTIALS_V2_CONTEXT, CONTEXT_URL, { '@vocab': 'https://e.example/' }]],
  ['no context of ours', [CREDENTIALS_V2_CONTEXT]],
  ['ours twice', [CREDENTIALS_V2_CONTEXT, CONTEXT_URL, CONTEXT_URL]],
] as const) {
  t.test(`A credential with ${what} fails before anything is fetched`, async (t) => {
    await breaks(t, (_, whole) => ({ ...whole, '@context': [...context] }), {
      check: 'context',
      code: 'CONTEXT_NOT_ALLOWED',
    });
  });
}

t.test('A context inside of the subject fails', (t) =>
  breaks(
    t,
    (_, whole) =>
      tampered(whole, (copy) => {
        (copy['credentialSubject'] as JsonObject)['@context'] = CREDENTIALS_V2_CONTEXT;
      }),
    { check: 'context', code: 'CONTEXT_NOT_ALLOWED' },
  ),
);

t.test('A credential without its fields fails the schema', (t) =>
  breaks(t, issued({ change: { trustFramework: undefined } }), {
    check: 'schema',
    code: 'SCHEMA_MISMATCH',
  }),
);

t.test('A credential that names the schema of another kind fails', (t) =>
  breaks(
    t,
    issued({
      change: {
        credentialSchema: {
          id: 'https://staffpassport.example/schemas/FireSafetyCredential/1.0.0',
          type: 'JsonSchema',
        },
      },
    }),
    { check: 'schema', code: 'SCHEMA_MISMATCH' },
  ),
);
