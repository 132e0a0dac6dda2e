import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { publicKeyMultibaseOf, thumbprint } from '#did/keys';
import { signKeyProof } from '#trust/key-proof';
import type { JsonObject } from '#vc/data-model';
import { must } from '../local/seed.ts';
import { signDraft, withNewId, ZOO_FORMS } from './drafts.ts';
import { type Exhibit, type Expected, fails } from './exhibit.ts';
import { idOf } from './lived.ts';
import { goodName, named } from './names.ts';
import { ofType } from './signed-changes.ts';
import { agree, nextSecond, signerOf, type Workshop } from './workshop.ts';

// Of no other use in the sample data, so that nothing else of it changes.
const LAPSES = 'ConflictResolutionCredential';
const WITHDRAWN = 'PreventingRadicalisationCredential';

/**
 * Credentials whose issuer, or whose key, fell into disgrace after it signed. The registry is really changed, by two
 * people: accreditations come and go, and a key of its own is pinned and found compromised.
 */
export async function registryExhibits(workshop: Workshop): Promise<Exhibit[]> {
  const { drafts, signer, issuer, issuerOdsCode: odsCode } = workshop;
  const { privateKey } = generateKeyPairSync('ed25519');
  const publicKeyMultibase = publicKeyMultibaseOf(privateKey);
  const accredit = { operation: 'accredit', odsCode, action: 'issue', evidence: 'failure zoo' };
  const results = await agree(workshop, [
    await pinKey(workshop, privateKey),
    { ...accredit, credentialType: LAPSES },
    { ...accredit, credentialType: WITHDRAWN },
  ]);
  await nextSecond();
  const draft = drafts[ZOO_FORMS[0]];
  const stolen = await signDraft(withNewId(draft), signerOf(issuer, privateKey));
  const lapsed = await signDraft(withNewId(ofType(draft, LAPSES)), signer);
  const withdrawn = await signDraft(withNewId(ofType(draft, WITHDRAWN)), signer);
  await nextSecond();
  const reason = 'failure zoo';
  const withdraw = { operation: 'withdraw-accreditation', odsCode, reason };
  await agree(workshop, [
    { ...withdraw, id: idOf(results[1]), forCause: false },
    { ...withdraw, id: idOf(results[2]), forCause: true },
  ]);
  const print = thumbprint(publicKeyMultibase);
  const path = `/v1/organisations/${odsCode}/keys/${print}/compromise`;
  must(await workshop.administrator.post('trust-registry', path, { reason }), 200);
  return [
    exhibit(
      [
        {
          scope: 'credential',
          check: 'issuer-accredited',
          outcome: 'pass',
          code: 'ISSUER_ACCREDITATION_LAPSED',
        },
      ],
      'Its issuer was accredited when it signed, and is not any more: a warning, it passes.',
      lapsed,
    ),
    exhibit(
      [fails('issuer-accredited', 'ISSUER_ACCREDITATION_WITHDRAWN')],
      'The accreditation under which it was issued was withdrawn for cause.',
      withdrawn,
    ),
    exhibit(
      [
        fails('issuer-key', 'ISSUER_KEY_COMPROMISED'),
        fails('proof', 'INVALID_VERIFICATION_METHOD'),
      ],
      'The key that signed it was found compromised: nothing that it signed counts, whenever that was.',
      stolen,
    ),
  ];
}

function exhibit(expected: Expected[], what: string, signed: JsonObject | string): Exhibit {
  const [first] = expected;
  if (first === undefined) throw new Error('an exhibit shows something');
  return {
    ...named(first.code, ZOO_FORMS[0]),
    what,
    original: goodName(ZOO_FORMS[0]),
    overall: first.outcome,
    expected,
    request: { verifiableCredential: signed },
  };
}

async function pinKey(
  { administrator, issuerOdsCode: odsCode }: Workshop,
  privateKey: KeyObject,
): Promise<JsonObject> {
  const given = must(
    await administrator.post('trust-registry', '/v1/key-challenges', { odsCode }),
    201,
  );
  const { challenge, audience, issuer } = given.body as unknown as Record<string, string>;
  const publicKeyMultibase = publicKeyMultibaseOf(privateKey);
  const proof = signKeyProof(
    {
      issuer: String(issuer),
      audience: String(audience),
      challenge: String(challenge),
      publicKeyMultibase,
      issuedAt: Date.now(),
    },
    privateKey,
  );
  return { operation: 'pin-key', odsCode, purpose: 'assertion', publicKeyMultibase, proof };
}
