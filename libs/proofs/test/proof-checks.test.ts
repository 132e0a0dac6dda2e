import t from 'tap';
import { decodeBase58btc, encodeBase58btc } from '#did/multibase';
import { toDateTimeStamp } from '#vc/clock';
import type { JsonObject } from '#vc/data-model';
import {
  DOMAIN,
  HOLDER,
  issuerKey,
  NOW,
  signedBy,
  signedPresentation,
  signedTwice,
  V2,
  verifyCredential,
  verifyPresentation,
  withProof,
} from './helper.ts';

const ED25519_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';

const signedAt = (time: number) => signedBy(issuerKey, {}, toDateTimeStamp(time));

t.test('a set without the context of one of its suites is bad', async (t) => {
  const signed = await signedTwice();
  t.ok(signed['@context'].includes(ED25519_2020));
  const without = { ...signed, '@context': [V2] };
  const result = await verifyCredential(without);
  t.equal(result.verified, false);
  t.match(result.proofs[0], { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] });
});

t.test('an unknown suite makes the set bad', async (t) => {
  const signed = await signedTwice();
  for (const changes of [
    { cryptosuite: 'eddsa-jcs-2022' },
    { cryptosuite: 'ecdsa-rdfc-2019' },
    { type: 'Ed25519Signature2018' },
    { type: 'Ed25519Signature2020' },
  ]) {
    const result = await verifyCredential(withProof(signed, 1, changes));
    t.equal(result.verified, false);
    t.match(result.proofs[1], { problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] });
  }
});

t.test('another proof purpose is a mismatch', async (t) => {
  const signed = await signedBy(issuerKey);
  t.match(await verifyCredential(signed, { purpose: 'authentication' }), {
    verified: false,
    problems: [{ code: 'PROOF_PURPOSE_MISMATCH' }],
  });
  t.match(await verifyCredential(withProof(signed, 0, { proofPurpose: 'authentication' })), {
    problems: [{ code: 'PROOF_PURPOSE_MISMATCH' }],
  });
});

t.test('created is required, well formed and at most a minute ahead', async (t) => {
  t.match(await verifyCredential(await signedAt(NOW + 60_000)), { verified: true });
  const code = 'PROOF_CREATED_INVALID';
  t.match(await verifyCredential(await signedAt(NOW + 61_000)), {
    verified: false,
    problems: [{ code }],
  });
  const signed = await signedBy(issuerKey);
  for (const malformed of [
    '2026-11-22',
    '2026-02-30T00:00:00Z',
    '2026-02-30T00:00:00',
    '2026-11-22T16:00',
    '2026-11-22T16:00:60Z',
    7,
    null,
  ]) {
    t.match(await verifyCredential(withProof(signed, 0, { created: malformed })), {
      verified: false,
      problems: [{ code }],
    });
  }
});

t.test('a time without an offset is read as UTC, whatever the host’s zone is', async (t) => {
  const told = await verifyCredential(await signedBy(issuerKey, {}, '2026-11-22T16:00:00'));
  t.match(told, { verified: true, proofs: [{ created: '2026-11-22T16:00:00Z' }] });
  t.match(await verifyCredential(await signedBy(issuerKey, {}, '2026-11-22T16:01:01')), {
    problems: [{ code: 'PROOF_CREATED_INVALID' }],
  });
  const signed = await signedBy(issuerKey);
  for (const [expires, detail] of [
    ['2026-11-22T15:59:59', /expired/],
    ['2026-11-22T16:00:01', /signature/],
  ] as const) {
    const { problems } = await verifyCredential(withProof(signed, 0, { expires }));
    t.match(problems, [{ code: 'PROOF_VERIFICATION_ERROR', detail }]);
  }
});

t.test('a proof without created passes only where it is not required', async (t) => {
  const { proof, ...document } = await signedBy(issuerKey);
  const { created: _created, ...rest } = proof as JsonObject;
  const stripped = { ...document, proof: rest };
  t.match(await verifyCredential(stripped), {
    verified: false,
    problems: [{ code: 'PROOF_CREATED_INVALID' }],
  });
  const relaxed = await verifyCredential(stripped, { createdRequired: false });
  t.match(
    relaxed,
    { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] },
    'it was signed',
  );
});

t.test('a proof whose id is no URL is refused', async (t) => {
  const signed = await signedTwice();
  t.match(await verifyCredential(signed), { verified: true });
  for (const id of ['proof-1', '', 7, null, ['urn:x:1']]) {
    t.match(
      await verifyCredential(withProof(signed, 1, { id })),
      { proofs: [{}, { problems: [{ detail: /id of the proof/ }] }], verified: false },
      JSON.stringify(id),
    );
  }
});

t.test('a domain is a text or a set of texts', async (t) => {
  const options = { domain: undefined };
  t.match(await verifyPresentation(await signedPresentation(), options), { verified: true });
  for (const domain of [7, null, {}, [], [DOMAIN, 7]]) {
    const changed = withProof(await signedPresentation(), 0, { domain });
    t.match(
      await verifyPresentation(changed, options),
      { verified: false, problems: [{ detail: /neither a text nor a set/ }] },
      JSON.stringify(domain),
    );
  }
});

t.test('an expiry that cannot be read is over', async (t) => {
  const signed = await signedBy(issuerKey);
  t.match(await verifyCredential(signed), { verified: true });
  for (const expires of ['never', '2027-01-01', 1_798_761_600, null]) {
    t.match(
      await verifyCredential(withProof(signed, 0, { expires })),
      { verified: false, problems: [{ detail: /expired/ }] },
      JSON.stringify(expires),
    );
  }
});

t.test('an expired proof is refused', async (t) => {
  const signed = withProof(await signedBy(issuerKey), 0, { expires: '2026-11-22T15:59:59Z' });
  t.match(await verifyCredential(signed), {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR', detail: /expired/ }],
  });
});

t.test('a proof with a context of its own is refused unless it is the document’s', async (t) => {
  const signed = await signedTwice();
  const own = withProof(signed, 1, { '@context': signed['@context'] });
  t.match(await verifyCredential(own), { verified: true });
  t.match(await verifyCredential(withProof(signed, 1, { '@context': [V2] })), { verified: false });
});

t.test('a second signature value that is not signed over is refused', async (t) => {
  const signed = await signedTwice();
  t.match(await verifyCredential(withProof(signed, 0, { jws: 'a..b' })), { verified: false });
  t.match(await verifyCredential(withProof(signed, 0, { signatureValue: 'a' })), {
    verified: false,
  });
});

t.test('a signature in another spelling, length or base is refused', async (t) => {
  const signed = await signedBy(issuerKey);
  const { proofValue } = signed.proof as { proofValue: string };
  const refused = [
    `z1${proofValue.slice(1)}`,
    `${proofValue} `,
    proofValue.slice(1),
    `u${proofValue.slice(1)}`,
    proofValue.slice(0, -1),
    `z${'1'.repeat(64)}`,
    'z',
    '',
    7,
    null,
    [proofValue],
  ];
  for (const value of refused) {
    t.match(await verifyCredential(withProof(signed, 0, { proofValue: value })), {
      verified: false,
      problems: [{ code: 'PROOF_VERIFICATION_ERROR' }],
    });
  }
});

t.test('a presentation’s proof is over challenge and domain', async (t) => {
  const signed = await signedPresentation();
  t.match(await verifyPresentation(signed), { verified: true, proofs: [{ controller: HOLDER }] });
  t.match(await verifyPresentation(signed, { challenge: 'another' }), {
    verified: false,
    problems: [{ code: 'INVALID_CHALLENGE_ERROR' }],
  });
  t.match(await verifyPresentation(signed, { domain: 'https://elsewhere.example' }), {
    verified: false,
    problems: [{ code: 'INVALID_DOMAIN_ERROR' }],
  });
  t.match(
    await verifyPresentation(withProof(signed, 0, { challenge: 'another' }), {
      challenge: 'another',
    }),
    { verified: false, problems: [{ code: 'PROOF_VERIFICATION_ERROR' }] },
  );
});

t.test('a proof for several domains is for none of them alone', async (t) => {
  const signed = await signedPresentation();
  t.match(await verifyPresentation(signed), { verified: true });
  for (const domain of [[DOMAIN, 'https://elsewhere.example'], ['https://elsewhere.example']]) {
    t.match(await verifyPresentation(withProof(signed, 0, { domain })), {
      verified: false,
      problems: [{ code: 'INVALID_DOMAIN_ERROR' }],
    });
  }
});

t.test('a proof that lacks its purpose or its verification method is refused', async (t) => {
  const signed = await signedBy(issuerKey);
  t.match(await verifyCredential(signed), { verified: true });
  for (const [member, code] of [
    ['type', 'PROOF_VERIFICATION_ERROR'],
    ['cryptosuite', 'PROOF_VERIFICATION_ERROR'],
    ['proofPurpose', 'PROOF_PURPOSE_MISMATCH'],
    ['verificationMethod', 'INVALID_VERIFICATION_METHOD'],
    ['proofValue', 'PROOF_VERIFICATION_ERROR'],
  ] as const) {
    const { [member]: _left, ...rest } = signed.proof as JsonObject;
    const result = await verifyCredential({ ...signed, proof: rest });
    t.match(result, { verified: false, problems: [{ code }] }, member);
  }
});

t.test('a signature whose S is over the group order is refused', async (t) => {
  const signed = await signedBy(issuerKey);
  const { proofValue } = signed.proof as { proofValue: string };
  const signature = decodeBase58btc(proofValue);
  // RFC 8032 §5.1.7: S + L verifies as S does unless the range is checked.
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const scalar = BigInt(`0x${Buffer.from(signature.slice(32).toReversed()).toString('hex')}`);
  const hex = (scalar + order).toString(16).padStart(64, '0');
  const raised = Buffer.concat([signature.slice(0, 32), Buffer.from(hex, 'hex').toReversed()]);
  t.match(
    await verifyCredential(withProof(signed, 0, { proofValue: encodeBase58btc(signature) })),
    { verified: true },
  );
  t.match(await verifyCredential(withProof(signed, 0, { proofValue: encodeBase58btc(raised) })), {
    verified: false,
    problems: [{ code: 'PROOF_VERIFICATION_ERROR' }],
  });
});
