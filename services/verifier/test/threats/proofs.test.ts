import t from 'tap';
import { chainProof, signCredential } from '#proofs/add-proof';
import { verifyProofs } from '#proofs/verify-proofs';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { createTestKey, secure } from '../suites.ts';
import { createKey, createTrust, pin } from '../trust.ts';
import { createWorld, issue, tampered } from '../world.ts';
import { failuresOf, JSON_LD, proofsOf, refuses, refusesJsonLd, TEXT, textOf } from './helper.ts';

const FIRST = 'urn:uuid:0a000000-0000-4000-8000-000000000001';
const SUITES = ['vcdm2-ed25519-2020', 'vcdm2-eddsa-rdfc-2022'] as const;

t.test('V2: no proof, a foreign one beside a good one, or a broken chain is refused', async (t) => {
  await refusesJsonLd(t, 'no proof', ({ proof: _proof, ...unsigned }) => unsigned, {
    code: 'PROOF_MISSING',
  });
  await refusesJsonLd(t, 'an empty set', (copy) => void Object.assign(copy, { proof: [] }), {
    code: 'PROOF_MISSING',
  });
  await refusesJsonLd(
    t,
    'an unknown suite beside a good proof',
    (copy) => {
      const [proof] = proofsOf(copy);
      copy['proof'] = [...proofsOf(copy), { ...proof, type: 'Ed25519Signature2099' }];
    },
    { code: 'PROOF_VERIFICATION_ERROR' },
  );
  await refusesJsonLd(
    t,
    'a chain that dangles',
    (copy) => {
      for (const proof of proofsOf(copy)) proof['previousProof'] = FIRST;
    },
    { code: 'PROOF_VERIFICATION_ERROR' },
  );
  await refuses(t, 'no signature', (_, whole) => textOf(whole).replace(/\.[\w-]+(?=~|$)/, '.'), {
    code: 'PARSING_ERROR',
    forms: TEXT,
  });
});

t.test('V2: of two proofs the one that no trusted key made counts as much', async (t) => {
  for (const [whose, signerOf, code] of [
    ['a stranger', () => createKey('did:web:evil.example'), 'INVALID_VERIFICATION_METHOD'],
    ['nobody the registry knows', createKey, 'ISSUER_KEY_NOT_REGISTERED'],
  ] as const) {
    await refuses(
      t,
      `a second proof by ${whose}`,
      async (world, whole, form) => {
        const { proof, ...document } = whole as JsonObject;
        const { id } = document;
        const signer = signerOf(world.trust.did);
        const theirs = await issueAs(world, form, { id: id as string, signer });
        const { proof: second, ...same } = theirs as JsonObject;
        t.same(same, document, 'they signed the very same');
        return { ...document, proof: [proof, second].flat() as JsonObject[] };
      },
      { code, forms: JSON_LD },
    );
  }
});

t.test('V2: a chained proof covers the proof that it names', async (t) => {
  const world = createWorld();
  const suites = ['eddsa-rdfc-2022'] as const;
  const signed = await issue(world, { suites, proofIds: [FIRST] });
  const created = toDateTimeStamp(world.now);
  const signer = world.trust.assertion;
  const whole = await chainProof({ document: signed, signer, previousProof: FIRST, created });
  t.equal((await verifyCredential(whole, world.ports)).overall, 'pass');
  // Good by itself, but not the one that was chained.
  const { proof: _, ...unsigned } = signed;
  const earlier = toDateTimeStamp(world.now - 1_000);
  const options = { signer, suites, proofIds: [FIRST], created: earlier };
  const other = await signCredential({ credential: unsigned, ...options });
  t.equal((await verifyCredential(other, world.ports)).overall, 'pass');
  for (const [what, change] of [
    ['re-signed', (copy: JsonObject) => Object.assign(proofsOf(copy)[0] ?? {}, other.proof)],
    ['taken away', (copy: JsonObject) => Object.assign(copy, { proof: proofsOf(copy)[1] })],
    ['changed', (copy: JsonObject) => Object.assign(proofsOf(copy)[0] ?? {}, { nonce: 'a' })],
    [
      'there twice',
      (copy: JsonObject) => Object.assign(copy, { proof: [proofsOf(copy)[0], ...proofsOf(copy)] }),
    ],
  ] as const) {
    const result = await verifyCredential(
      tampered(whole, (copy) => void change(copy)),
      world.ports,
    );
    t.equal(result.overall, 'fail', what);
    t.same(failuresOf(result.checks), ['PROOF_VERIFICATION_ERROR'], what);
  }
});

t.test('V3: a key of somebody else, or for something else, signs no credential', async (t) => {
  await refuses(
    t,
    'the key of another registered trust',
    (world, _, form) => {
      const other = createTrust('ZZC03');
      world.trusts.push(other);
      world.now += 31_000;
      return issueAs(world, form, { signer: other.assertion });
    },
    { code: 'INVALID_VERIFICATION_METHOD' },
  );
  await refuses(
    t,
    'the key of the holder',
    (world, _, form) => issueAs(world, form, { signer: world.holder.signer }),
    { code: 'INVALID_VERIFICATION_METHOD' },
  );
  for (const purpose of ['status', 'receipt'] as const) {
    await refuses(
      t,
      `a key for ${purpose}`,
      (world, _, form) => {
        const signer = createKey(world.trust.did);
        world.trust.record.keys.push(pin(signer.id, purpose));
        world.now += 31_000;
        return issueAs(world, form, { signer });
      },
      { code: 'ISSUER_KEY_NOT_REGISTERED' },
    );
  }
  await refusesJsonLd(
    t,
    'the name of another key of the issuer',
    (copy, world) => {
      const other = createKey(world.trust.did);
      world.trust.record.keys.push(pin(other.id, 'assertion'));
      world.now += 31_000;
      for (const proof of proofsOf(copy)) proof['verificationMethod'] = other.id;
    },
    { code: 'PROOF_VERIFICATION_ERROR' },
  );
});

t.test('V4: a proof under another purpose, suite or type is refused', async (t) => {
  for (const proofPurpose of ['authentication', 'capabilityInvocation', ''] as const) {
    await refusesJsonLd(t, `proofPurpose ${proofPurpose}`, swap({ proofPurpose }), {
      code: 'PROOF_PURPOSE_MISMATCH',
    });
  }
  for (const members of [
    { type: 'DataIntegrityProof', cryptosuite: 'eddsa-jcs-2022' },
    { type: 'DataIntegrityProof', cryptosuite: 'ecdsa-rdfc-2019' },
    { type: 'DataIntegrityProof', cryptosuite: 'ecdsa-jcs-2019' },
    { type: 'DataIntegrityProof', cryptosuite: 'bbs-2023' },
    { type: 'DataIntegrityProof', cryptosuite: 'EDDSA-RDFC-2022' },
    { type: 'Ed25519Signature2018' },
    { type: 'Ed25519Signature2020', cryptosuite: 'eddsa-rdfc-2022' },
    { type: 'JsonWebSignature2020' },
    { type: ['DataIntegrityProof', 'Ed25519Signature2020'] },
  ]) {
    await refusesJsonLd(t, JSON.stringify(members), swap(members), {
      code: 'PROOF_VERIFICATION_ERROR',
      forms: SUITES,
    });
  }
  // The two suites that are signed here, each under the other's name.
  await refusesJsonLd(
    t,
    'eddsa-rdfc-2022',
    swap({ type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022' }),
    { code: 'PROOF_VERIFICATION_ERROR', forms: ['vcdm2-ed25519-2020'] },
  );
  for (const alg of ['ES256', 'HS256', 'none', 'eddsa', 'Ed25519']) {
    await refuses(t, `alg ${alg}`, (_, whole) => withHeader(textOf(whole), { alg }), {
      code: 'MALFORMED_VALUE_ERROR',
      forms: TEXT,
    });
  }
  for (const typ of ['statuslist+jwt', 'kb+jwt', 'at+jwt']) {
    await refuses(t, `typ ${typ}`, (_, whole) => withHeader(textOf(whole), { typ }), {
      code: 'MALFORMED_VALUE_ERROR',
      forms: TEXT,
    });
  }
});

/** The members in every proof, in the place of its own. */
function swap(members: JsonObject) {
  return (copy: JsonObject) => {
    for (const proof of proofsOf(copy)) Object.assign(proof, members);
  };
}

/** The text under another header, its signature left as it was. */
function withHeader(whole: string, change: JsonObject): string {
  const [encoded = '', ...rest] = whole.split('.');
  const header = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as JsonObject;
  const changed = Buffer.from(JSON.stringify({ ...header, ...change })).toString('base64url');
  return [changed, ...rest].join('.');
}

t.test('V4: a cryptosuite is no type of proof, and a type no cryptosuite', async (t) => {
  const world = createWorld();
  const key = createTestKey('ed25519');
  const { proof: _, ...document } = (await issueAs(world, 'vcdm2-ed25519-2020')) as JsonObject;
  const isVerified = async (options: Record<string, unknown>) => {
    const secured = { suite: 'eddsa-jcs-2022', key, created: world.now, options } as const;
    const { verified } = await verifyProofs({
      document: await secure(document, secured),
      purpose: 'assertionMethod',
      resolveVerificationMethod: world.ports.resolveVerificationMethod,
      now: world.now,
    });
    return verified;
  };
  t.ok(await isVerified({}), 'any text can be signed as it stands');
  t.notOk(await isVerified({ type: 'eddsa-jcs-2022' }));
  t.notOk(await isVerified({ type: 'eddsa-jcs-2022', cryptosuite: undefined }));
  t.notOk(await isVerified({ cryptosuite: 'Ed25519Signature2020' }));
  t.notOk(await isVerified({ type: 'Ed25519Signature2020' }));
});
