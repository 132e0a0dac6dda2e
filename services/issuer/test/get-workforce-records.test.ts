import t from 'tap';
import { findCredentialType } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { published } from './domain/records.ts';
import { OTHER, PERIOD, TRUST } from './fakes.ts';
import { buildReady, type Issuer, mint, mintBody, send } from './helper.ts';

function recordsOf(issuer: Issuer, id: string, changes = {}) {
  return send(issuer, { method: 'GET', url: `/v1/credentials/${id}/records`, ...changes });
}

function accredit(issuer: Issuer, ...types: string[]): void {
  for (const credentialType of types) {
    const terms = { action: 'issue', withdrawnAt: null, ...PERIOD };
    issuer.registry.of(TRUST).accreditations.push({ credentialType, ...terms });
  }
}

async function mintRecord(issuer: Issuer, record: JsonObject, forms: string[]): Promise<string> {
  const body = { employeeId: 'E-1', record, forms };
  const answer = await send(issuer, { url: '/v1/credentials', body });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return String(answer.headers.location).replace('/credentials/', '');
}

t.test('a record that was issued comes back, from every form', async (test) => {
  const issuer = await buildReady(test);
  accredit(issuer, 'DbsCheckCredential');
  const record = published('DBSCheckOutcome');
  const mended = {
    ...record,
    adultsBarredListChecked: true,
    childrensBarredListChecked: true,
    informationDisclosed: false,
  };
  for (const form of ['vcdm2-ed25519-2020', 'vcdm1-eddsa-rdfc-2022', 'jwt_vc_json', 'dc+sd-jwt']) {
    const id = await mintRecord(issuer, record, [form]);
    const answer = await recordsOf(issuer, id);
    test.equal(answer.statusCode, 200, answer.body);
    test.same(answer.json(), { records: [mended] }, form);
  }
});

t.test('images are not there, and a GMC number keeps its zeros', async (test) => {
  const issuer = await buildReady(test);
  accredit(issuer, 'ProfessionalRegistrationCredential');
  const id = await mintRecord(issuer, published('RightToWork'), ['vcdm2-ed25519-2020']);
  const { records } = (await recordsOf(issuer, id)).json();
  const { photograph, biometricPageImage, ...rest } = published('RightToWork');
  test.ok(photograph && biometricPageImage, 'both were sent');
  test.same(records, [{ ...rest, identityVerified: true }]);

  const registration = { ...published('ProfessionalRegistration'), registrationNumber: 137 };
  const doctor = { ...registration, professionalBody: 'General Medical Council' };
  const other = await mintRecord(issuer, doctor, ['vcdm2-ed25519-2020']);
  test.match((await recordsOf(issuer, other)).json(), {
    records: [{ registrationNumber: '0000137' }],
  });
});

t.test('a type that the format lacks has an empty list', async (test) => {
  const issuer = await buildReady(test);
  const type = 'AccessKeyCredential';
  accredit(issuer, type);
  const claims = findCredentialType(type)?.example ?? {};
  const id = await mint(issuer, mintBody({ type, claims }));
  test.same((await recordsOf(issuer, id)).json(), { records: [] });
});

t.test("another trust's credential, and one that is not there, are 404", async (test) => {
  const issuer = await buildReady(test);
  const id = await mint(issuer);
  test.equal((await recordsOf(issuer, id)).statusCode, 200);
  test.equal((await recordsOf(issuer, id, { odsCode: OTHER })).statusCode, 404);
  test.equal((await recordsOf(issuer, '00000000-0000-4000-8000-000000000000')).statusCode, 404);
  test.equal((await recordsOf(issuer, 'x')).statusCode, 404);
  test.equal((await recordsOf(issuer, id, { scopes: ['credentials:issue'] })).statusCode, 403);
});
