import t, { type Test } from 'tap';
import { CONTEXT_URL } from '#catalogue/catalogue';
import { chainProof } from '#proofs/add-proof';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import type { CheckName, Outcome } from '../../src/domain/report.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import {
  accredit,
  checkOf,
  createKey,
  createWorld,
  DAY,
  didDocumentOf,
  type IssueOptions,
  issue,
  NOON,
  pin,
  revoke,
  tampered,
  type World,
} from '../world.ts';

interface Expected {
  check: CheckName;
  code: string;
  outcome?: Outcome;
  overall?: Outcome;
}

/** Shows that the unbroken credential passes, then what becomes of the broken one. */
async function breaks(
  t: Test,
  arrange: (world: World, whole: JsonObject) => Promise<JsonObject> | JsonObject,
  { check, code, outcome = 'fail', overall = outcome }: Expected,
) {
  const world = createWorld();
  const whole = await issue(world);
  const good = await verifyCredential(whole, world.ports);
  t.equal(good.overall, 'pass', JSON.stringify(good.checks));
  t.equal(checkOf(good, check).outcome, 'pass');

  const another = createWorld();
  const broken = await arrange(another, await issue(another));
  const bad = await verifyCredential(broken, another.ports);
  t.equal(bad.overall, overall, JSON.stringify(bad.checks));
  t.same(checkOf(bad, check), { outcome, code });
  const { detail } = bad.checks.find((one) => one.check === check) ?? {};
  t.match(detail, /^[A-Z].*\.$/s, 'a sentence goes with it');
}

/** As `breaks`, with a credential that its issuer signed as it is. */
const issued = (options: IssueOptions) => (world: World) => issue(world, options);

t.test('A credential of an accredited trust passes every check that is made of it', async (t) => {
  const world = createWorld();
  const result = await verifyCredential(await issue(world), world.ports);
  t.equal(result.overall, 'pass');
  t.equal(result.type, 'ResuscitationCredential');
  t.equal(result.issuer, world.trust.did);
  t.same(result.statusList, { version: NOON, fetchedAt: NOON, ageMs: 0 });
  const notRun = result.checks.filter(({ outcome }) => outcome !== 'pass');
  t.same(notRun, [
    { check: 'duplicate', outcome: 'not-run' },
    { check: 'holder-binding', outcome: 'not-run' },
  ]);
});

t.test('A credential with both suites passes', async (t) => {
  const world = createWorld();
  const suites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const;
  t.equal((await verifyCredential(await issue(world, { suites }), world.ports)).overall, 'pass');
});

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
  ['VCDM 1.1 contexts', { '@context': ['https://www.w3.org/2018/credentials/v1'] }, undefined],
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

function changeClaim(_: World, whole: JsonObject) {
  return tampered(whole, (copy) => {
    (copy['credentialSubject'] as JsonObject)['subjectLevel'] = '2';
  });
}

t.test('A changed claim fails the proof and no later check is made', async (t) => {
  await breaks(t, changeClaim, { check: 'proof', code: 'PROOF_VERIFICATION_ERROR' });
  const world = createWorld();
  const result = await verifyCredential(changeClaim(world, await issue(world)), world.ports);
  t.same(checkOf(result, 'status').outcome, 'not-run');
  t.equal(world.lists.calls, 0, 'no list is fetched for what nobody signed');
});

t.test('A credential without a proof fails', (t) =>
  breaks(t, (_, { proof: _proof, ...unsigned }) => unsigned, {
    check: 'proof',
    code: 'PROOF_MISSING',
  }),
);

t.test('A proof set with one tampered proof fails, whichever it is', async (t) => {
  const suites = ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const;
  for (const at of [0, 1]) {
    await breaks(
      t,
      async (world) => {
        const other = await issue(world, { suites });
        return tampered(await issue(world, { suites }), (copy) => {
          const stolen = (other.proof as JsonObject[])[at]?.['proofValue'] ?? '';
          ((copy.proof as JsonObject[])[at] as JsonObject)['proofValue'] = stolen;
        });
      },
      { check: 'proof', code: 'PROOF_VERIFICATION_ERROR' },
    );
  }
});

t.test('A proof chain passes, and fails once the proof that it names is gone', async (t) => {
  const world = createWorld();
  const proofIds = ['urn:uuid:0a000000-0000-4000-8000-000000000001'];
  const first = await issue(world, { suites: ['eddsa-rdfc-2022'], proofIds });
  const chained = await chainProof({
    document: first,
    signer: world.trust.assertion,
    previousProof: proofIds,
    created: toDateTimeStamp(world.now),
  });
  t.equal((await verifyCredential(chained, world.ports)).overall, 'pass');
  const cut = tampered(chained, (copy) => {
    copy['proof'] = (copy['proof'] as JsonObject[]).slice(1);
  });
  const result = await verifyCredential(cut, world.ports);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
});

t.test('A proof by the key of somebody else fails and their host is not asked', async (t) => {
  const signer = createKey('did:web:evil.example');
  await breaks(t, issued({ signer }), { check: 'proof', code: 'INVALID_VERIFICATION_METHOD' });
  const world = createWorld();
  await verifyCredential(await issue(world, { signer }), world.ports);
  t.same(world.dids.calls, []);
});

t.test('A proof dated over 60 s ahead fails', (t) =>
  breaks(t, issued({ created: NOON + 61_000 }), {
    check: 'proof',
    code: 'PROOF_CREATED_INVALID',
  }),
);

t.test('Without the DID document the proof is unknown', (t) =>
  breaks(
    t,
    (world, whole) => {
      world.dids.fetch = async () => {
        throw new Error('no route');
      };
      return whole;
    },
    { check: 'proof', code: 'DID_NOT_FOUND', outcome: 'unknown' },
  ),
);

t.test('A key that the domain serves and the registry does not pin fails', (t) =>
  breaks(
    t,
    (world) => {
      const signer = createKey(world.trust.did);
      world.dids.fetch = async () => didDocumentOf(world.trust.did, [signer.id]);
      return issue(world, { signer });
    },
    { check: 'issuer-key', code: 'ISSUER_KEY_NOT_REGISTERED' },
  ),
);

t.test('A key that is pinned for status lists does not sign credentials', (t) =>
  breaks(t, (world) => issue(world, { signer: world.trust.status }), {
    check: 'issuer-key',
    code: 'ISSUER_KEY_NOT_REGISTERED',
  }),
);

for (const [what, change, code] of [
  ['compromised', { state: 'compromised' }, 'ISSUER_KEY_COMPROMISED'],
  ['over before the proof', { validUntil: toDateTimeStamp(NOON) }, 'ISSUER_KEY_OUT_OF_PERIOD'],
  ['begun after the proof', { validFrom: '2026-11-22T12:00:01Z' }, 'ISSUER_KEY_OUT_OF_PERIOD'],
] as const) {
  t.test(`A proof by a key that is ${what} fails`, (t) =>
    breaks(
      t,
      (world, whole) => {
        Object.assign(world.trust.record.keys[0] ?? {}, change);
        return whole;
      },
      { check: 'issuer-key', code },
    ),
  );
}

t.test('A compromised key that is published no longer is still named as compromised', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  world.dids.fetch = async () => didDocumentOf(world.trust.did, [world.trust.status.id]);
  const gone = await verifyCredential(credential, world.ports);
  t.same(checkOf(gone, 'proof'), { outcome: 'fail', code: 'INVALID_VERIFICATION_METHOD' });
  t.same(checkOf(gone, 'issuer-key'), { outcome: 'not-run', code: undefined });

  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  const stolen = await verifyCredential(credential, world.ports);
  t.equal(stolen.overall, 'fail');
  t.same(checkOf(stolen, 'issuer-key'), { outcome: 'fail', code: 'ISSUER_KEY_COMPROMISED' });
});

t.test('A key that was retired after the proof still passes', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  Object.assign(world.trust.record.keys[0] ?? {}, {
    state: 'retired',
    validUntil: toDateTimeStamp(NOON + 1_000),
  });
  world.now += 3_600_000;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
});

t.test('A key that was pinned a moment ago is found after a second', async (t) => {
  const world = createWorld();
  const keys = world.trust.record.keys.splice(0, 1);
  const credential = await issue(world);
  const early = await verifyCredential(credential, world.ports);
  t.same(checkOf(early, 'issuer-key').code, 'ISSUER_KEY_NOT_REGISTERED');
  t.equal(world.registry.calls, 1, 'an answer of this very moment is not asked for again');
  world.trust.record = { ...world.trust.record, keys: [...keys, ...world.trust.record.keys] };
  world.now += 1_001;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  t.equal(world.registry.calls, 2);
});

for (const [what, arrange] of [
  ['whom the registry does not know', (world: World) => createTrustOf(world, 'ZZQ99')],
  ['of another cell', () => 'did:web:passport.elsewhere.example:trusts:ZZA01'],
  ['with a did:key', (world: World) => world.holder.did],
] as const) {
  t.test(`An issuer ${what} fails and its keys are not asked for`, async (t) => {
    await breaks(t, (world, whole) => ({ ...whole, issuer: arrange(world) }), {
      check: 'issuer-accredited',
      code: 'ISSUER_NOT_REGISTERED',
    });
    const world = createWorld();
    await verifyCredential({ ...(await issue(world)), issuer: arrange(world) }, world.ports);
    t.same(world.dids.calls, []);
  });
}

function createTrustOf(world: World, odsCode: string): string {
  return world.trust.did.replace(world.trust.odsCode, odsCode);
}

t.test('An issuer that is suspended from the registry fails', (t) =>
  breaks(
    t,
    (world, whole) => {
      world.trust.record.organisation.status = 'suspended';
      return whole;
    },
    { check: 'issuer-accredited', code: 'ISSUER_NOT_REGISTERED' },
  ),
);

for (const [what, change, code] of [
  ['for another type', { credentialType: 'FireSafetyCredential' }, 'ISSUER_NOT_ACCREDITED'],
  ['to request only', { action: 'request' }, 'ISSUER_NOT_ACCREDITED'],
  ['from a later day', { validFrom: toDateTimeStamp(NOON + DAY) }, 'ISSUER_NOT_ACCREDITED'],
  ['until an earlier day', { validUntil: toDateTimeStamp(NOON - DAY) }, 'ISSUER_NOT_ACCREDITED'],
  [
    'no longer, for cause',
    { withdrawnAt: toDateTimeStamp(NOON + 1_000), withdrawnForCause: true },
    'ISSUER_ACCREDITATION_WITHDRAWN',
  ],
] as const) {
  t.test(`An issuer accredited ${what} fails`, (t) =>
    breaks(
      t,
      (world, whole) => {
        Object.assign(world.trust.record.accreditations[0] ?? {}, change);
        return whole;
      },
      { check: 'issuer-accredited', code },
    ),
  );
}

t.test('An accreditation that lapsed since passes with a warning', async (t) => {
  for (const end of [
    { validUntil: toDateTimeStamp(NOON + 1_000) },
    { withdrawnAt: toDateTimeStamp(NOON + 1_000) },
  ]) {
    const world = createWorld();
    const credential = await issue(world);
    world.trust.record.accreditations = [{ ...accredit('ResuscitationCredential'), ...end }];
    world.now += 2_000;
    const result = await verifyCredential(credential, world.ports);
    t.equal(result.overall, 'pass');
    t.equal(checkOf(result, 'issuer-accredited').code, 'ISSUER_ACCREDITATION_LAPSED');
  }
});

t.test('With the registry down past its freshness the answer is unknown', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.registry.load = async () => {
    throw new VcError('SERVICE_UNAVAILABLE', 'did not answer');
  };
  world.now += 29_999;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  world.now += 1;
  const result = await verifyCredential(credential, world.ports);
  t.equal(result.overall, 'unknown');
  for (const check of ['issuer-key', 'issuer-accredited'] as const) {
    t.same(checkOf(result, check), { outcome: 'unknown', code: 'REGISTRY_UNAVAILABLE' });
  }
  t.equal(world.registry.calls, 2, 'a registry that is down is not asked again at once');
});

function ahead(ms: number) {
  return {
    validFrom: toDateTimeStamp(NOON + ms),
    validUntil: toDateTimeStamp(NOON + DAY),
  };
}

function until(ms: number) {
  return {
    validFrom: toDateTimeStamp(NOON - DAY),
    validUntil: toDateTimeStamp(NOON + ms),
  };
}

t.test('validFrom may be 60 s ahead and no more', async (t) => {
  const world = createWorld();
  for (const seconds of [59, 60]) {
    const credential = await issue(world, { change: ahead(seconds * 1_000) });
    t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  }
  await breaks(t, issued({ change: ahead(61_000) }), {
    check: 'validity',
    code: 'CREDENTIAL_NOT_YET_VALID',
  });
});

t.test('validUntil is the last moment that counts', async (t) => {
  const world = createWorld();
  const credential = await issue(world, { change: until(0) });
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  await breaks(t, issued({ change: until(-1_000) }), {
    check: 'validity',
    code: 'CREDENTIAL_EXPIRED',
  });
});

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

t.test('A revoked and a suspended credential fail', async (t) => {
  for (const [purpose, code] of [
    ['revocation', 'CREDENTIAL_REVOKED'],
    ['suspension', 'CREDENTIAL_SUSPENDED'],
  ] as const) {
    await breaks(
      t,
      (world, whole) => {
        revoke(world, 7, purpose);
        return whole;
      },
      { check: 'status', code },
    );
  }
});

t.test('A proof that names a pinned key which the domain does not serve fails', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const other = createKey(world.trust.did);
  world.trust.record.keys.push(pin(other.id, 'assertion'));
  const stolen = tampered(credential, (copy) => {
    (copy.proof as JsonObject)['verificationMethod'] = other.id;
  });
  const result = await verifyCredential(stolen, world.ports);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'INVALID_VERIFICATION_METHOD' });
});
