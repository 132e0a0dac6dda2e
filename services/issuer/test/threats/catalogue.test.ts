import t, { type Test } from 'tap';
import { findCredentialType, schemaUrl } from '#catalogue/catalogue';
import { type Catalogue, createCatalogue } from '#catalogue/create-catalogue';
import { editionsOf } from '#catalogue/edition-store';
import type { EditionFile, EditionStatus } from '#catalogue/entry';
import type { JsonObject } from '#vc/data-model';
import { TRUST, TYPE } from '../fakes.ts';
import { buildReady, CLAIMS, type Issuer, mintBody, mintOnce } from '../helper.ts';

/** A catalogue of one type, in these versions. `change` makes a version's schema and example of the published ones. */
function catalogueOf(versions: Record<string, EditionStatus>, change = unchanged): Catalogue {
  const entry = findCredentialType(TYPE);
  if (entry === undefined) throw new Error(`there is no ${TYPE}`);
  const { status: _status, fields: _fields, ...published } = entry;
  return createCatalogue(
    editionsOf(
      Object.entries(versions).map(([version, status]) => ({
        edition: change({ ...published, version }),
        status,
      })),
    ),
  );
}

function unchanged(edition: EditionFile): EditionFile {
  return edition;
}

async function refused(test: Test, issuer: Issuer, body: JsonObject, as: [number, string]) {
  const answer = await mintOnce(issuer, body);
  test.same([answer.statusCode, answer.json().code], as, JSON.stringify(body));
}

t.test(
  'I4: a type that the trust may not issue, and a draft or retired version, are refused',
  async (test) => {
    const catalogue = catalogueOf({
      '1.0.0': 'deprecated',
      '1.1.0': 'approved',
      '1.2.0': 'approved',
      '2.0.0': 'draft',
    });
    const issuer = await buildReady(test, { core: { catalogue } });
    const issuedVersion = async (body: JsonObject) => {
      const answer = await mintOnce(issuer, body);
      return answer.json().verifiableCredential?.credentialSchema.id ?? answer.body;
    };
    test.equal(await issuedVersion(mintBody()), schemaUrl(TYPE, '1.2.0'), 'the newest approved');
    const older = mintBody({ version: '1.1.0' });
    test.equal(
      await issuedVersion(older),
      schemaUrl(TYPE, '1.1.0'),
      'or the approved one asked for',
    );

    const notIssuable: [number, string] = [409, 'CATALOGUE_VERSION_NOT_ISSUABLE'];
    await refused(test, issuer, mintBody({ version: '2.0.0' }), notIssuable);
    await refused(test, issuer, mintBody({ version: '1.0.0' }), notIssuable);
    const unknown: [number, string] = [422, 'UNKNOWN_CREDENTIAL_TYPE'];
    await refused(test, issuer, mintBody({ version: '1.3.0' }), unknown);
    await refused(test, issuer, mintBody({ type: 'WizardCredential' }), unknown);

    issuer.registry.of(TRUST).accreditations = issuer.registry
      .of(TRUST)
      .accreditations.filter(({ credentialType }) => credentialType !== TYPE);
    issuer.time.now += 30_001;
    await refused(test, issuer, mintBody(), [403, 'ISSUER_NOT_ACCREDITED']);
    test.match(await issuer.admin('select count(*)::int n from issuer.credentials'), [{ n: 2 }]);
  },
);

t.test(
  'I15: a catalogue that changes during issuance changes nothing of what is under way',
  async (test) => {
    const before = catalogueOf({ '1.0.0': 'approved' });
    // the next version has another framework block, and demands what was optional
    const after = catalogueOf({ '1.0.0': 'deprecated', '2.0.0': 'approved' }, (edition) => {
      if (edition.version === '1.0.0') return edition;
      const required = [...(edition.schema['required'] as string[]), 'learningMethod'];
      const trustFramework = { ...edition.trustFramework, assuranceOutcome: 'CSTF 2 applied' };
      return { ...edition, schema: { ...edition.schema, required }, trustFramework };
    });
    let current = before;
    const catalogue: Catalogue = {
      ...before,
      editionToIssue: (type, version) => current.editionToIssue(type, version),
    };
    const { learningMethod: _, ...claims } = CLAIMS;
    const issuer = await buildReady(test, { core: { catalogue } });
    test.equal((await mintOnce(issuer, mintBody({ claims }))).statusCode, 201);

    // the registry is asked after the claims were checked and before anything is built
    issuer.time.now += 30_001;
    const loadTrust = issuer.registry.loadTrust.bind(issuer.registry);
    issuer.registry.loadTrust = async (odsCode) => {
      current = after;
      return loadTrust(odsCode);
    };
    const forms = ['vcdm2-ed25519-2020', 'vcdm1-ed25519-2020'];
    const body = mintBody({ claims, forms });
    const answer = await mintOnce(issuer, body, 'under-way');
    test.equal(current, after, 'it changed meanwhile');
    test.equal(answer.statusCode, 201, answer.body);
    const { verifiableCredential, otherForms } = answer.json();
    for (const credential of [verifiableCredential, otherForms[0].verifiableCredential]) {
      test.equal(credential.credentialSchema.id, schemaUrl(TYPE, '1.0.0'), 'its schema');
      test.equal(credential.trustFramework.assuranceOutcome, 'CSTF applied', 'its framework');
      test.same(after.checkCredentialSchema(credential), [], 'it keeps what its schema says');
    }
    const recorded = await issuer.admin(
      'select distinct catalogue_version from issuer.credentials',
    );
    test.same(recorded, [{ catalogue_version: '1.0.0' }], 'and the record says so');

    const replay = await mintOnce(issuer, body, 'under-way');
    test.equal(replay.body, answer.body, 'a retry is no new issuance');
    await refused(test, issuer, body, [422, 'CLAIMS_INVALID']);
    const next = await mintOnce(issuer);
    test.equal(next.json().verifiableCredential.credentialSchema.id, schemaUrl(TYPE, '2.0.0'));
  },
);
