import t from 'tap';
import { chainProof } from '#proofs/add-proof';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { createKey, NOON, pin } from '../trust.ts';
import { checkOf, createWorld, issue, tampered, type World } from '../world.ts';
import { breaks, issued } from './credential-helper.ts';

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

t.test('A proof by the key of somebody else fails and nothing is fetched', async (t) => {
  const signer = createKey('did:web:evil.example');
  await breaks(t, issued({ signer }), { check: 'proof', code: 'INVALID_VERIFICATION_METHOD' });
  const world = createWorld();
  await verifyCredential(await issue(world, { signer }), world.ports);
  t.equal(world.lists.calls, 0);
});

t.test('A proof dated over 60 s ahead fails', (t) =>
  breaks(t, issued({ created: NOON + 61_000 }), {
    check: 'proof',
    code: 'PROOF_CREATED_INVALID',
  }),
);

t.test('A proof that names another key of its issuer fails', async (t) => {
  const world = createWorld();
  const other = createKey(world.trust.did);
  world.trust.record.keys.push(pin(other.id, 'assertion'));
  const credential = await issue(world);
  t.equal((await verifyCredential(credential, world.ports)).overall, 'pass');
  const stolen = tampered(credential, (copy) => {
    (copy.proof as JsonObject)['verificationMethod'] = other.id;
  });
  const result = await verifyCredential(stolen, world.ports);
  t.same(checkOf(result, 'proof'), { outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
});
