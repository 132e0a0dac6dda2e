import t from 'tap';
import { CONTEXT_URL } from '#catalogue/catalogue';
import { thumbprintOf } from '#did/verification-key';
import type { KnownSuite } from '#proofs/known-suites';
import type { CredentialForm } from '#vc/credential-form';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2018_CONTEXT,
  type JsonObject,
} from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueAs } from '../forms.ts';
import { asDidJwk, createTestKey, presentSecured, secure, type TestKey } from '../suites.ts';
import { pin } from '../trust.ts';
import { checkOf, createWorld, type World } from '../world.ts';
import { verify } from './presentation-helper.ts';

const V1 = [CREDENTIALS_V1_CONTEXT];
const V2 = [CREDENTIALS_V2_CONTEXT];

/** A key of the world's trust that its registry pins. */
function pinned(world: World, kind: 'ed25519' | 'P-256' | 'P-384'): TestKey {
  const key = createTestKey(kind, world.trust.did);
  const { publicKeyMultibase } = key;
  const usual = pin(world.trust.assertion.id, 'assertion');
  world.trust.record.keys.push({
    ...usual,
    thumbprint: thumbprintOf(publicKeyMultibase),
    publicKeyMultibase,
    verificationMethod: key.id,
  });
  return key;
}

/** A credential of the world's trust, with a proof by that key in place of the usual. */
async function issueSecured(
  world: World,
  suite: KnownSuite,
  key: TestKey,
  form: CredentialForm = 'vcdm2-eddsa-rdfc-2022',
): Promise<JsonObject> {
  const { proof: _, ...credential } = (await issueAs(world, form)) as JsonObject;
  return secure(credential, { suite, key, created: world.now });
}

for (const form of ['vcdm2-eddsa-rdfc-2022', 'vcdm1-eddsa-rdfc-2022'] as const) {
  t.test(`A credential with eddsa-jcs-2022 by a pinned key passes: ${form}`, async (t) => {
    const world = createWorld();
    const key = pinned(world, 'ed25519');
    const credential = await issueSecured(world, 'eddsa-jcs-2022', key, form);
    const result = await verifyCredential(credential, world.ports);
    t.equal(result.overall, 'pass', JSON.stringify(result.checks));
    const changed = { ...credential, id: 'urn:uuid:00000000-0000-4000-8000-000000000001' };
    const broken = await verifyCredential(changed, world.ports);
    t.same(checkOf(broken, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  });
}

t.test('The contexts that a proof over JSON repeats are those of its document', async (t) => {
  const world = createWorld();
  const key = pinned(world, 'ed25519');
  const credential = await issueSecured(world, 'eddsa-jcs-2022', key);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  const proof = credential['proof'] as JsonObject;
  for (const context of [[CREDENTIALS_V2_CONTEXT], CREDENTIALS_V2_CONTEXT, {}]) {
    const changed = { ...credential, proof: { ...proof, '@context': context } };
    const result = await verifyCredential(changed, world.ports);
    t.same(checkOf(result, 'context'), { outcome: 'fail', code: 'CONTEXT_NOT_ALLOWED' });
  }
});

t.test('A proof over RDF that brings contexts of its own fails', async (t) => {
  const world = createWorld();
  const credential = (await issueAs(world, 'vcdm2-eddsa-rdfc-2022')) as JsonObject;
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  const proof = {
    ...(credential['proof'] as JsonObject),
    '@context': credential['@context'] ?? [],
  };
  const result = await verifyCredential({ ...credential, proof }, world.ports);
  t.same(checkOf(result, 'context'), { outcome: 'fail', code: 'CONTEXT_NOT_ALLOWED' });
});

for (const kind of ['P-256', 'P-384'] as const) {
  t.test(`A credential with ecdsa-rdfc-2019 needs a key of ${kind} that is pinned`, async (t) => {
    const world = createWorld();
    const key = pinned(world, kind);
    const credential = await issueSecured(world, 'ecdsa-rdfc-2019', key);
    const result = await verifyCredential(credential, world.ports);
    t.equal(result.overall, 'pass', JSON.stringify(result.checks));

    const stranger = createTestKey(kind, world.trust.did);
    const forged = await issueSecured(world, 'ecdsa-rdfc-2019', stranger);
    const refused = await verifyCredential(forged, world.ports);
    t.equal(refused.overall, 'fail');
    t.same(checkOf(refused, 'issuer-key'), {
      outcome: 'fail',
      code: 'ISSUER_KEY_NOT_REGISTERED',
    });
  });
}

t.test('A suite with a key of another algorithm fails', async (t) => {
  const world = createWorld();
  const [ed25519, p256] = [pinned(world, 'ed25519'), pinned(world, 'P-256')];
  const good = await issueSecured(world, 'eddsa-rdfc-2022', ed25519);
  t.equal((await verifyCredential(good, world.ports)).overall, 'pass');
  for (const [suite, key] of [
    ['eddsa-rdfc-2022', p256],
    ['eddsa-jcs-2022', p256],
    ['ecdsa-rdfc-2019', ed25519],
  ] as const) {
    const result = await verifyCredential(await issueSecured(world, suite, key), world.ports);
    t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' }, suite);
  }
});

t.test('A credential with Ed25519Signature2018 fails, by a pinned key, too', async (t) => {
  const world = createWorld();
  const key = pinned(world, 'ed25519');
  const form = 'vcdm1-eddsa-rdfc-2022';
  const good = await issueSecured(world, 'eddsa-rdfc-2022', key, form);
  t.equal((await verifyCredential(good, world.ports)).overall, 'pass');
  const credential = await issueSecured(world, 'Ed25519Signature2018', key, form);
  const result = await verifyCredential(credential, world.ports);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
});

const PRESENTATIONS: {
  suite: KnownSuite;
  kind: 'ed25519' | 'P-256' | 'P-384';
  form: CredentialForm;
  contexts: string[];
}[] = [
  // What wallets with a did:key sign around a credential of 2020.
  { suite: 'Ed25519Signature2018', kind: 'ed25519', form: 'vcdm1-ed25519-2020', contexts: V1 },
  {
    suite: 'Ed25519Signature2018',
    kind: 'ed25519',
    form: 'vcdm1-ed25519-2020',
    contexts: [...V1, CONTEXT_URL],
  },
  {
    suite: 'Ed25519Signature2018',
    kind: 'ed25519',
    form: 'vcdm2-ed25519-2020',
    contexts: [...V2, ED25519_2018_CONTEXT],
  },
  { suite: 'eddsa-jcs-2022', kind: 'ed25519', form: 'vcdm2-ed25519-2020', contexts: V2 },
  {
    suite: 'eddsa-jcs-2022',
    kind: 'ed25519',
    form: 'vcdm1-ed25519-2020',
    contexts: [...V1, DATA_INTEGRITY_V2_CONTEXT],
  },
  { suite: 'ecdsa-rdfc-2019', kind: 'P-256', form: 'vcdm2-ed25519-2020', contexts: V2 },
  { suite: 'ecdsa-rdfc-2019', kind: 'P-384', form: 'vcdm2-eddsa-rdfc-2022', contexts: V2 },
  {
    suite: 'ecdsa-rdfc-2019',
    kind: 'P-256',
    form: 'vcdm1-ed25519-2020',
    contexts: [...V1, DATA_INTEGRITY_V2_CONTEXT],
  },
];

for (const { suite, kind, form, contexts } of PRESENTATIONS) {
  const name = `${suite} by ${kind} around ${form} under ${contexts.join(', ')}`;
  t.test(`A presentation with ${name} passes, and fails by another key`, async (t) => {
    for (const key of [createTestKey(kind), asDidJwk(createTestKey(kind))]) {
      const world = createWorld();
      const credential = (await issueAs(world, form, { subjectId: key.did })) as JsonObject;
      const presentation = await presentSecured(world, [credential], { suite, key, contexts });
      const result = await verify(world, presentation);
      t.equal(
        result.overall,
        'pass',
        JSON.stringify([result.checks, result.credentials[0]?.checks]),
      );
      t.equal(result.holder, key.did);

      const thief = { ...createTestKey(kind), did: key.did, id: key.id };
      const stolen = await presentSecured(world, [credential], { suite, key: thief, contexts });
      const refused = await verify(world, stolen);
      t.same(checkOf(refused, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
      t.equal(refused.overall, 'fail');
    }
  });
}

t.test('A presentation around a credential with eddsa-jcs-2022 passes', async (t) => {
  for (const suite of ['eddsa-jcs-2022', 'eddsa-rdfc-2022'] as const) {
    const world = createWorld();
    const issuerKey = pinned(world, 'ed25519');
    const key = createTestKey('ed25519');
    const { proof: _, ...unsigned } = (await issueAs(world, 'vcdm2-eddsa-rdfc-2022', {
      subjectId: key.did,
    })) as JsonObject;
    const credential = await secure(unsigned, {
      suite: 'eddsa-jcs-2022',
      key: issuerKey,
      created: world.now,
    });
    const presentation = await presentSecured(world, [credential], { suite, key, contexts: V2 });
    const result = await verify(world, presentation);
    t.equal(result.overall, 'pass', JSON.stringify([result.checks, result.credentials[0]?.checks]));
    const changed = structuredClone(presentation);
    const [inner = {}] = changed['verifiableCredential'] as JsonObject[];
    inner['credentialSubject'] = { id: 'did:key:z6MkfNobody' };
    t.equal((await verify(world, changed)).overall, 'fail');
  }
});

t.test(
  'VCDM 1.1 with the context of Ed25519Signature2018 beside its own terms fails',
  async (t) => {
    const world = createWorld();
    const key = createTestKey('ed25519');
    const suite = 'Ed25519Signature2018';
    const credential = (await issueAs(world, 'vcdm1-ed25519-2020', {
      subjectId: key.did,
    })) as JsonObject;
    const good = await presentSecured(world, [credential], { suite, key, contexts: V1 });
    t.equal((await verify(world, good)).overall, 'pass');
    const contexts = [...V1, ED25519_2018_CONTEXT];
    const result = await verify(world, { ...good, '@context': contexts });
    t.same(checkOf(result, 'context'), { outcome: 'fail', code: 'CONTEXT_NOT_ALLOWED' });
  },
);

t.test('A holder whose DID would have to be fetched fails', async (t) => {
  const world = createWorld();
  const key = createTestKey('P-256');
  const credential = (await issueAs(world, 'vcdm2-ed25519-2020', {
    subjectId: key.did,
  })) as JsonObject;
  const suite = 'ecdsa-rdfc-2019';
  const good = await presentSecured(world, [credential], { suite, key, contexts: V2 });
  t.equal((await verify(world, good)).overall, 'pass');
  const web = createTestKey('P-256', 'did:web:holder.example');
  const other = await presentSecured(world, [credential], { suite, key: web, contexts: V2 });
  const result = await verify(world, other);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'INVALID_DID' });
});
