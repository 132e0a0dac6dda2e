import t from 'tap';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { decide, issueAs } from '../forms.ts';
import { createKey, createTrust, DAY, NOON, OTHER_ORIGIN } from '../trust.ts';
import { tampered, createWorld } from '../world.ts';
import { breaksInEveryForm, issuedWith } from './form-helper.ts';

for (const form of CREDENTIAL_FORMS) {
  t.test(`A credential as ${form} passes every check that is made of it`, async (t) => {
    const world = createWorld();
    const supersedes = 'urn:uuid:0a000000-0000-4000-8000-000000000001';
    const credential = await issueAs(world, form, { change: { supersedes } });
    const result = await verifyCredential(credential, world.ports);
    t.equal(result.overall, 'pass', JSON.stringify(result.checks));
    t.match(result, {
      type: 'ResuscitationCredential',
      issuer: world.trust.did,
      format: form.startsWith('vcdm') ? 'ldp_vc' : form,
      credentialId: /^urn:uuid:/,
    });
    t.same(
      result.checks.filter(({ outcome }) => outcome !== 'pass').map(({ check }) => check),
      ['duplicate', 'holder-binding'],
    );
  });
}

t.test('A changed credential fails its proof in every form', (t) =>
  breaksInEveryForm(t, async (world, form) => changed(await issueAs(world, form)), {
    check: 'proof',
    code: 'PROOF_VERIFICATION_ERROR',
  }),
);

t.test('The key of somebody else fails the proof in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ signer: createKey('did:web:evil.example') }), {
    check: 'proof',
    code: 'INVALID_VERIFICATION_METHOD',
  }),
);

t.test('A key of the issuer that no registry pins fails in every form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => issueAs(world, form, { signer: createKey(world.trust.did) }),
    { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' },
  ),
);

t.test('A compromised key fails in every form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
      return issueAs(world, form);
    },
    { check: 'issuer-key', code: 'ISSUER_KEY_COMPROMISED' },
  ),
);

t.test('A key whose time was over fails in every form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      Object.assign(world.trust.record.keys[0] ?? {}, { validUntil: toDateTimeStamp(NOON) });
      return issueAs(world, form);
    },
    { check: 'issuer-key', code: 'ISSUER_KEY_OUT_OF_PERIOD' },
  ),
);

t.test('A time of issue to come fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ created: NOON + 61_000, validFrom: NOON }), {
    check: 'proof',
    code: 'PROOF_CREATED_INVALID',
  }),
);

t.test('An issuer that no registry knows fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ by: createTrust('ZZX99') }), {
    check: 'issuer-accredited',
    code: 'ISSUER_NOT_REGISTERED',
  }),
);

t.test('An issuer that is not accredited for the type fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ type: 'FireSafetyCredential' }), {
    check: 'issuer-accredited',
    code: 'ISSUER_NOT_ACCREDITED',
  }),
);

t.test('An expired credential fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ validFrom: NOON - DAY, validUntil: NOON - 1_000 }), {
    check: 'validity',
    code: 'CREDENTIAL_EXPIRED',
  }),
);

t.test('A credential that is not valid yet fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ validFrom: NOON + 61_000 }), {
    check: 'validity',
    code: 'CREDENTIAL_NOT_YET_VALID',
  }),
);

t.test('A credential that ends before it starts is not built as it must be', (t) =>
  breaksInEveryForm(t, issuedWith({ validUntil: NOON - 1_000 }), {
    check: 'data-model',
    code: 'MALFORMED_VALUE_ERROR',
  }),
);

for (const [decision, code] of [
  ['revoked', 'CREDENTIAL_REVOKED'],
  ['suspended', 'CREDENTIAL_SUSPENDED'],
] as const) {
  t.test(`A ${decision} credential fails in every form`, (t) =>
    breaksInEveryForm(
      t,
      (world, form) => {
        decide(world, 7, decision);
        return issueAs(world, form);
      },
      { check: 'status', code },
    ),
  );
}

t.test('A credential without a status fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ change: { credentialStatus: undefined, status: undefined } }), {
    check: 'status',
    code: 'STATUS_ENTRY_MISSING',
  }),
);

t.test('A place that the status list does not have fails in every form', (t) =>
  breaksInEveryForm(t, issuedWith({ index: 131_072 }), { check: 'status', code: 'RANGE_ERROR' }),
);

t.test('A status list on another host fails in every form', (t) =>
  breaksInEveryForm(
    t,
    (world, form) => {
      const elsewhere = createTrust('ZZA01', OTHER_ORIGIN);
      world.trust.urls = elsewhere.urls;
      world.trust.tokenList = elsewhere.tokenList;
      return issueAs(world, form);
    },
    { check: 'status', code: 'STATUS_VERIFICATION_ERROR' },
  ),
);

for (const [what, options] of [
  ['a value that its field cannot have', { claims: { subjectLevel: '9' } }],
  ['no provenance', { change: { trustFramework: undefined } }],
  ['no schema', { change: { credentialSchema: undefined } }],
  [
    'the schema of another type',
    { change: { credentialSchema: schemaOf('FireSafetyCredential') } },
  ],
] as const) {
  t.test(`A credential with ${what} fails the schema in every form`, (t) =>
    breaksInEveryForm(t, issuedWith(options), { check: 'schema', code: 'SCHEMA_MISMATCH' }),
  );
}

function schemaOf(type: string): JsonObject {
  return { id: `https://staffpassport.example/schemas/${type}/1.0.0`, type: 'JsonSchema' };
}

/** One fact is another, and the signature that of before. */
function changed(credential: Submitted): Submitted {
  if (isJsonObject(credential)) {
    return tampered(credential, (copy) => {
      (copy['credentialSubject'] as JsonObject)['subjectLevel'] = '2';
    });
  }
  const [header = '', claims = '', ...rest] = credential.split('.');
  const text = Buffer.from(claims, 'base64url').toString();
  const other = Buffer.from(text.replace('"subjectLevel":"', '"subjectLevel":"1')).toString(
    'base64url',
  );
  return [header, other, ...rest].join('.');
}
