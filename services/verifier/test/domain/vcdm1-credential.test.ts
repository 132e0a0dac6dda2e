import t from 'tap';
import { CONTEXT_URL } from '#catalogue/catalogue';
import type { CredentialForm } from '#vc/credential-form';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  type JsonObject,
  STATUS_V1_CONTEXT,
} from '#vc/data-model';
import { issueAs } from '../forms.ts';
import { breaksInEveryForm, issuedWith, JWT, malformedAs } from './form-helper.ts';

const VCDM_1_1: readonly CredentialForm[] = [
  'vcdm1-ed25519-2020',
  'vcdm1-eddsa-rdfc-2022',
  'vcdm1-proof-set',
];

for (const [what, change] of [
  ['the start of VCDM 2.0', { validFrom: '2026-11-22T12:00:00Z' }],
  ['the end of VCDM 2.0', { validUntil: '2026-11-23T12:00:00Z' }],
  ['a member of VCDM 2.0', { renderMethod: [] }],
] as const) {
  t.test(`A credential of VCDM 1.1 with ${what} fails`, (t) =>
    breaksInEveryForm(
      t,
      async (world, form) => {
        if (form === 'jwt_vc_json') return issueAs(world, form, { change });
        return { ...((await issueAs(world, form)) as JsonObject), ...change } as JsonObject;
      },
      { forms: [...VCDM_1_1, ...JWT], check: 'data-model', code: 'UNKNOWN_TERM' },
    ),
  );
}

t.test('A JWT with a proof inside of its credential fails', (t) =>
  malformedAs(t, JWT, issuedWith({ change: { proof: { type: 'DataIntegrityProof' } } })),
);

for (const context of [
  [CREDENTIALS_V1_CONTEXT, STATUS_V1_CONTEXT, CONTEXT_URL],
  [CREDENTIALS_V1_CONTEXT, CONTEXT_URL],
  [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, STATUS_V1_CONTEXT, 'https://evil.example/v1'],
  [CREDENTIALS_V1_CONTEXT, CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
]) {
  t.test(`A credential of VCDM 1.1 under ${context.slice(1).join(', ')} fails`, (t) =>
    breaksInEveryForm(
      t,
      async (world, form) => {
        const change = { '@context': context };
        if (form === 'jwt_vc_json') return issueAs(world, form, { change });
        return { ...((await issueAs(world, form)) as JsonObject), ...change };
      },
      { forms: [...VCDM_1_1, ...JWT], check: 'context', code: 'CONTEXT_NOT_ALLOWED' },
    ),
  );
}

t.test('A JWT whose credential has the context of a suite fails', (t) =>
  breaksInEveryForm(
    t,
    issuedWith({
      change: {
        '@context': [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, STATUS_V1_CONTEXT, ED25519_2020_CONTEXT],
      },
    }),
    { forms: JWT, check: 'context', code: 'CONTEXT_NOT_ALLOWED' },
  ),
);

t.test('VCDM 1.1 with a list of status entries fails', (t) =>
  breaksInEveryForm(
    t,
    async (world, form) => {
      const { credentialStatus } = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
      return issueAs(world, form, { change: { credentialStatus } });
    },
    { forms: [...VCDM_1_1, ...JWT], check: 'status', code: 'STATUS_ENTRY_MISSING' },
  ),
);
