import t from 'tap';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { type Issued, readForm, textOf } from '../../services/issuer/test/forms/helper.ts';
import { readTokenStatus, setTokenStatus } from '#status/token-status-list';
import { type Family, issueEveryForm } from './issue-every-form.ts';
import { type Trusted, verifyJsonLd, verifyJwt, verifySdJwt } from './verify-with-libraries.ts';

t.setTimeout(180_000);

const every = await issueEveryForm(t);
const trusting = (bytes: Uint8Array): Trusted => ({
  ...every,
  fetchTokenList: (url) => every.signTokenList(url, bytes),
});
const nothingRevoked = trusting(new Uint8Array(32_768));
const PROOFS: Partial<Record<CredentialForm, string[]>> = {
  'vcdm2-ed25519-2020': ['Ed25519Signature2020'],
  'vcdm2-eddsa-rdfc-2022': ['DataIntegrityProof'],
  'vcdm2-proof-set': ['Ed25519Signature2020', 'DataIntegrityProof'],
  'vcdm1-ed25519-2020': ['Ed25519Signature2020'],
  'vcdm1-eddsa-rdfc-2022': ['DataIntegrityProof'],
  'vcdm1-proof-set': ['Ed25519Signature2020', 'DataIntegrityProof'],
};

t.test('The catalogue has its 32 types, and each was issued in every form', async (t) => {
  t.equal(every.families.length, 32);
  for (const { entry, issued } of every.families) {
    t.same(
      issued.map(({ form }) => form),
      CREDENTIAL_FORMS,
      entry.type,
    );
  }
});

for (const family of every.families) {
  t.test(`${family.entry.type}, in each form, is good for the library of that form`, async (t) => {
    for (const [position, form] of CREDENTIAL_FORMS.entries()) {
      const claims = await verified(family, position, nothingRevoked);
      t.same(claims, family.entry.example, `${family.entry.type} as ${form}`);
    }
  });
}

t.test('The libraries find each form of each type that was tampered with', async (t) => {
  for (const family of every.families) {
    for (const [position, form] of CREDENTIAL_FORMS.entries()) {
      const issued = family.issued.with(position, tampered(family, position));
      await t.rejects(
        verified({ ...family, issued }, position, nothingRevoked),
        `${family.entry.type} as ${form}`,
      );
    }
  }
});

t.test(
  'A status decision about a family reaches its SD-JWT, as the library reads it',
  async (t) => {
    const [revoked, other] = every.families;
    if (revoked === undefined || other === undefined) throw new Error('nothing was issued');
    const position = CREDENTIAL_FORMS.indexOf('dc+sd-jwt');
    const index = readForm(revoked.issued[position] as Issued).status[0]?.index ?? -1;
    await t.resolves(verified(revoked, position, nothingRevoked));
    const bytes = new Uint8Array(32_768);
    setTokenStatus(bytes, index, 1);
    t.equal(readTokenStatus(bytes, index), 1);
    await t.rejects(verified(revoked, position, trusting(bytes)), /status/i);
    await t.resolves(verified(other, position, trusting(bytes)), 'and no other');
  },
);

/** The claims that the library of the form vouches for. */
async function verified(
  { issued }: Family,
  position: number,
  trusted: Trusted,
): Promise<JsonObject> {
  const one = issued[position];
  const form = one?.form ?? 'dc+sd-jwt';
  const proofs = PROOFS[form];
  if (proofs !== undefined) {
    const credential = one?.verifiableCredential as JsonObject;
    const good = await verifyJsonLd(credential, trusted);
    if (good.join() !== proofs.join()) throw new Error(`good proofs are only: ${good.join()}`);
    return claimsOf(credential);
  }
  if (form === 'jwt_vc_json') {
    const { vc } = await verifyJwt(textOf(one), trusted);
    return claimsOf(vc as JsonObject);
  }
  return disclosedClaims(await verifySdJwt(textOf(one), trusted));
}

function claimsOf({ credentialSubject }: JsonObject): JsonObject {
  const { id: _, ...claims } = credentialSubject as JsonObject;
  return claims;
}

const REGISTERED = new Set([
  'iss',
  'sub',
  'jti',
  'iat',
  'nbf',
  'vct',
  'cnf',
  'status',
  'trustFramework',
  'credentialSchema',
]);

function disclosedClaims(payload: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !REGISTERED.has(name)));
}

/** The credential with another provider in it, and everything else as it was signed. */
function tampered({ issued }: Family, position: number) {
  const one = issued[position];
  if (one === undefined) throw new Error('not issued');
  const { verifiableCredential } = one;
  if (typeof verifiableCredential !== 'string') {
    return { ...one, verifiableCredential: withOtherProvider(verifiableCredential) };
  }
  const [header, payload = '', ...rest] = verifiableCredential.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JsonObject;
  const { vc } = claims;
  const changed =
    vc === undefined
      ? withOtherProvider(claims)
      : { ...claims, vc: withOtherProvider(vc as JsonObject) };
  const text = Buffer.from(JSON.stringify(changed)).toString('base64url');
  return { ...one, verifiableCredential: [header, text, ...rest].join('.') };
}

function withOtherProvider(members: JsonObject): JsonObject {
  const trustFramework = members['trustFramework'] as JsonObject;
  return { ...members, trustFramework: { ...trustFramework, provider: 'Corvale' } };
}
