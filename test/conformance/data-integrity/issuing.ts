import type { Test } from 'tap';
import { decodeBase58btc } from '#did/multibase';
import { createDidResolver } from '#did/resolver';
import { canonicalize } from '#json-ld/canonicalize';
import { asArray, isJsonObject, type JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import type { SuiteClient } from '../helper.ts';
import { DATA_INTEGRITY, ED25519_2020, proofOf, unsigned, V2 } from '../signed-credentials.ts';

export interface Issuing {
  client: SuiteClient;
  name: 'eddsa-rdfc-2022' | 'Ed25519Signature2020';
  /** of the issuer */
  did: string;
}

const resolver = createDidResolver({
  now: Date.now,
  fetchDocument: () => Promise.reject(new Error('nothing is fetched')),
});

/** The members of a proof that the suites look at, of credentials that are issued to them. */
export async function issuing(t: Test, { client, name, did }: Issuing): Promise<void> {
  const isCryptosuite = name === 'eddsa-rdfc-2022';
  for (const version of ['1.1', '2.0'] as const) {
    const credential = unsigned(did, 'eddsa-rdfc-2022', version);
    // as the suites send it: the issuer adds the contexts that its proof needs
    const asked = { ...credential, '@context': credential['@context'].slice(0, 1) };
    const path = `/issuers/${name}/credentials/issue`;
    const answer = await client.post('issuer', path, { credential: asked, options: {} });
    t.equal(answer.status, 201, answer.text);
    const issued = answer.body['verifiableCredential'] as JsonObject;
    const proof = proofOf(issued);

    await t.test(`VCDM ${version}: the credential is as it was sent`, async (t) => {
      const { proof: _, '@context': context, ...members } = issued;
      const { '@context': _own, ...sent } = asked;
      t.same(members, sent);
      const contexts = asArray(context);
      t.ok(
        isCryptosuite
          ? contexts.includes(V2) || contexts.includes(DATA_INTEGRITY)
          : contexts.includes(ED25519_2020),
      );
    });
    await t.test(`VCDM ${version}: the proof is one object of its type and suite`, async (t) => {
      t.ok(isJsonObject(issued['proof']));
      t.equal(proof['type'], isCryptosuite ? 'DataIntegrityProof' : name);
      t.equal(proof['cryptosuite'], isCryptosuite ? name : undefined);
      t.equal(proof['proofPurpose'], 'assertionMethod');
      t.ok(parseDateTimeStamp(proof['created']) !== undefined);
      for (const member of ['id', 'expires', 'domain', 'challenge', 'previousProof', 'nonce']) {
        t.notOk(member in proof, member);
      }
    });
    await t.test(`VCDM ${version}: the suite's name is of its own type of text`, async (t) => {
      const quads = await canonicalize({ '@context': issued['@context'] ?? null, ...proof });
      const typed = `"${name}"^^<https://w3id.org/security#cryptosuiteString>`;
      t.equal(quads.includes(typed), isCryptosuite);
    });
    await t.test(`VCDM ${version}: the key is an Ed25519 Multikey of the issuer`, async (t) => {
      const id = proof['verificationMethod'] as string;
      const { verificationMethod, assertionMethod } = await resolver.resolve(id.replace(/#.*/, ''));
      const methods = verificationMethod as JsonObject[];
      t.match(methods, [{ id, type: 'Multikey', controller: did }]);
      t.same(assertionMethod, [id]);
      const key = methods[0]?.['publicKeyMultibase'] as string;
      t.match(key, /^z6Mk[1-9A-HJ-NP-Za-km-z]+$/);
      t.equal(decodeBase58btc(key).length, 34);
    });
    await t.test(`VCDM ${version}: the signature is 64 bytes in base58-btc`, async (t) => {
      const value = proof['proofValue'] as string;
      t.match(value, /^z[1-9A-HJ-NP-Za-km-z]+$/);
      t.equal(decodeBase58btc(value).length, 64);
    });
    await t.test(`VCDM ${version}: it verifies`, async (t) => {
      const verified = await client.verify(issued);
      t.equal(verified.status, 200, verified.text);
    });
  }
}
