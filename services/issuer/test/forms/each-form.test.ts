import t from 'tap';
import { parseJwtCredential } from '#proofs/jwt-credential';
import { parseSdJwt } from '#proofs/sd-jwt';
import { publicJwk } from '#did/keys';
import { findCredentialType } from '#catalogue/catalogue';
import type { CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { ORIGIN, START, TYPE } from '../fakes.ts';
import { buildReady, CLAIMS, mint } from '../helper.ts';
import { mintForms, readForm, textOf } from './helper.ts';

const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const OURS = 'https://staffpassport.example/contexts/v1';
const STATUS = 'https://www.w3.org/ns/credentials/status/v1';
const ED25519 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
const UNTIL = '2028-11-22T16:00:00Z';
const TRUST_DID = 'did:web:passport.northmoor.example:trusts:ZZA01';

const EMBEDDED: [CredentialForm, string[], string[]][] = [
  ['vcdm2-ed25519-2020', [V2, OURS, ED25519], ['Ed25519Signature2020']],
  ['vcdm2-eddsa-rdfc-2022', [V2, OURS], ['DataIntegrityProof']],
  ['vcdm2-proof-set', [V2, OURS, ED25519], ['Ed25519Signature2020', 'DataIntegrityProof']],
  ['vcdm1-ed25519-2020', [V1, OURS, STATUS, ED25519], ['Ed25519Signature2020']],
  ['vcdm1-eddsa-rdfc-2022', [V1, OURS, STATUS, DATA_INTEGRITY], ['DataIntegrityProof']],
  [
    'vcdm1-proof-set',
    [V1, OURS, STATUS, ED25519, DATA_INTEGRITY],
    ['Ed25519Signature2020', 'DataIntegrityProof'],
  ],
];

for (const [form, contexts, proofs] of EMBEDDED) {
  t.test(
    `${form} has its contexts in order, its proofs and its names of the dates`,
    async (test) => {
      const issuer = await buildReady(test);
      const { family } = await mintForms(issuer, [form], { validUntil: UNTIL });
      test.equal(family.length, 1);
      const credential = family[0]?.verifiableCredential as JsonObject;
      test.same(credential['@context'], contexts);
      test.same(
        [credential['proof']].flat().map((proof) => (proof as JsonObject)['type']),
        proofs,
      );
      const is2 = form.startsWith('vcdm2');
      const dates = ['validFrom', 'validUntil', 'issuanceDate', 'expirationDate'];
      test.same(
        dates.map((name) => credential[name]),
        is2
          ? ['2026-11-22T16:00:00Z', UNTIL, undefined, undefined]
          : [undefined, undefined, '2026-11-22T16:00:00Z', UNTIL],
      );
      test.equal(Array.isArray(credential['credentialStatus']), is2, 'one status object in 1.1');
      if (!is2) {
        test.match(credential['credentialStatus'], { statusPurpose: 'message', statusSize: 2 });
      }
      test.same(credential['credentialSubject'], { id: issuer.wallet.did, ...CLAIMS });
    },
  );
}

t.test(
  'jwt_vc_json says a VCDM 1.1 credential, and its registered claims say it again',
  async (test) => {
    const issuer = await buildReady(test);
    issuer.time.now += 250;
    const { family } = await mintForms(issuer, ['jwt_vc_json'], { validUntil: UNTIL });
    const text = textOf(family[0]);
    const { header, payload, credential } = parseJwtCredential(text);
    test.same(header, { alg: 'EdDSA', typ: 'JWT', kid: issuer.key.verificationMethod });
    test.match(payload, {
      iss: TRUST_DID,
      sub: issuer.wallet.did,
      jti: credential['id'],
      nbf: START / 1_000,
      iat: START / 1_000,
      exp: Date.parse(UNTIL) / 1_000,
    });
    test.same(payload['vc'], credential, 'the whole credential is in it');
    test.same(credential['@context'], [V1, OURS, STATUS]);
    test.match(credential, {
      issuer: TRUST_DID,
      issuanceDate: '2026-11-22T16:00:00Z',
      expirationDate: UNTIL,
      credentialSubject: { id: issuer.wallet.did, ...CLAIMS },
      credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'message' },
    });
  },
);

t.test(
  'dc+sd-jwt shows what verifiers always need, and each other claim by itself',
  async (test) => {
    const issuer = await buildReady(test);
    const { family } = await mintForms(issuer, ['dc+sd-jwt'], { validUntil: UNTIL });
    const text = textOf(family[0]);
    const { header, issuerJwt, payload, disclosed, hidden } = parseSdJwt(text);
    test.same(header, { alg: 'EdDSA', typ: 'dc+sd-jwt', kid: issuer.key.verificationMethod });
    const shown = JSON.parse(
      Buffer.from(issuerJwt.split('.')[1] ?? '', 'base64url').toString(),
    ) as JsonObject;
    const always = findCredentialType(TYPE)?.alwaysDisclosed ?? [];
    const others = Object.keys(CLAIMS).filter((name) => !always.includes(name));
    test.ok(others.length > 0);
    test.same(new Set(disclosed), new Set(others));
    test.equal(hidden, 0);
    const { _sd: digests, ...plain } = shown;
    test.same(digests, (digests as string[]).toSorted(), 'their order tells nothing');
    test.equal((digests as string[]).length, others.length);
    test.strictSame(plain, {
      iss: `${ORIGIN}/trusts/ZZA01`,
      sub: issuer.wallet.did,
      jti: payload['jti'],
      iat: START / 1_000,
      nbf: START / 1_000,
      exp: Date.parse(UNTIL) / 1_000,
      vct: `https://staffpassport.example/vct/${TYPE}/1`,
      cnf: { jwk: publicJwk(issuer.wallet.did.replace('did:key:', '')) },
      status: payload['status'],
      trustFramework: payload['trustFramework'],
      credentialSchema: payload['credentialSchema'],
      _sd_alg: 'sha-256',
      ...Object.fromEntries(always.map((name) => [name, CLAIMS[name]])),
    });
    test.match(payload, CLAIMS, 'with its disclosures it says everything');
    test.match(payload['jti'], /^urn:uuid:/);
  },
);

t.test(
  'a time between two seconds is inside the period that the other forms state',
  async (test) => {
    const issuer = await buildReady(test);
    const period = {
      validFrom: '2026-11-22T16:00:00.500Z',
      validUntil: '2027-11-22T16:00:00.500Z',
    };
    const { family } = await mintForms(issuer, ['dc+sd-jwt'], period);
    const { payload } = parseSdJwt(textOf(family[0]));
    test.match(payload, { nbf: Date.parse('2026-11-22T16:00:01Z') / 1_000 });
    test.match(payload, { exp: Date.parse('2027-11-22T16:00:00Z') / 1_000 });
  },
);

t.test('no form is issued before the lists that it names are there', async (test) => {
  const issuer = await buildReady(test);
  await mint(issuer);
  test.same(issuer.statusLists.state.leasedForms, [''], 'the default form needs no two-bit list');
  const { family } = await mintForms(issuer, ['jwt_vc_json', 'dc+sd-jwt']);
  test.equal(issuer.statusLists.state.leasedForms[1], 'message token');
  test.same(
    family.map((one) => readForm(one).status[0]?.index),
    [1, 1],
    'the slice at hand is of the same pair',
  );
  const { family: next } = await mintForms(issuer, ['dc+sd-jwt']);
  test.equal(readForm(next[0] as (typeof next)[0]).status[0]?.index, 2);
  test.equal(issuer.statusLists.state.leases, 2);
});
