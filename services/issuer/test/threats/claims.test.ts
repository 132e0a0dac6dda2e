import t, { type Test } from 'tap';
import { credentialTypes, findCredentialType } from '#catalogue/catalogue';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { PERIOD, TRUST, TYPE } from '../fakes.ts';
import { buildReady, CLAIMS, type Issuer, issueBody, mintBody, mintOnce, send } from '../helper.ts';

const MINUTE_MS = 60_000;

async function refused(test: Test, issuer: Issuer, body: JsonObject, code: string) {
  const answer = await mintOnce(issuer, body);
  const what = JSON.stringify(body);
  test.equal(answer.statusCode, 422, `${what} ${answer.body}`);
  test.equal(answer.json().code, code, what);
}

async function nothingIssued(test: Test, issuer: Issuer, issued: number) {
  const [row] = await issuer.admin('select count(*)::int n from issuer.credentials');
  test.same(row, { n: issued }, 'nothing of what was refused was kept');
}

t.test(
  'I5: claims that are not exactly of the type, and an unreal period, are 422',
  async (test) => {
    const issuer = await buildReady(test);
    const at = (ms: number) => new Date(issuer.time.now + ms).toISOString();
    const good = mintBody({ validFrom: at(0), validUntil: at(MINUTE_MS) });
    test.equal((await mintOnce(issuer, good)).statusCode, 201, 'the unbroken one is issued');

    const extra = { ...CLAIMS, shoeSize: '9' };
    await refused(test, issuer, { ...good, claims: extra }, 'UNKNOWN_TERM');
    const { dateLastAwarded: _, ...missing } = CLAIMS;
    for (const claims of [
      missing,
      { ...CLAIMS, subjectLevel: 1 },
      { ...CLAIMS, attainmentStatus: ['ACHIEVED'] },
      { ...CLAIMS, dateLastAwarded: '2026-02-30' },
      { ...CLAIMS, dateLastAwarded: '2026-11-22T16:00:00Z' },
    ]) {
      await refused(test, issuer, { ...good, claims }, 'CLAIMS_INVALID');
    }
    for (const period of [
      { validUntil: at(-1_000) },
      { validFrom: at(-2 * MINUTE_MS), validUntil: at(-MINUTE_MS) },
      { validFrom: at(-2 * MINUTE_MS), validUntil: at(0) },
      { validFrom: at(2 * MINUTE_MS), validUntil: at(MINUTE_MS) },
      { validFrom: at(MINUTE_MS), validUntil: at(MINUTE_MS) },
      { validUntil: '2027-02-30T12:00:00Z' },
      { validFrom: '2027-02-30T12:00:00Z', validUntil: at(500 * 24 * 60 * MINUTE_MS) },
    ]) {
      await refused(test, issuer, { ...good, ...period }, 'CLAIMS_INVALID');
    }
    await nothingIssued(test, issuer, 1);

    // No type of the catalogue has a longest validity: each says when its facts were so, and how long to rely on them
    // is the policy of who receives them. Nor does the key's own end bound a credential: what a key signed while the
    // registry pinned it stays good after it is retired, or each rotation would end a trust's credentials.
    const [key] = issuer.registry.of(TRUST).keys;
    if (key === undefined) throw new Error('the trust has no key');
    Object.assign(key, { ...PERIOD, validUntil: at(60 * MINUTE_MS) });
    issuer.time.now += MINUTE_MS;
    const outlives = await mintOnce(issuer, { ...good, validUntil: at(1_000 * 60 * MINUTE_MS) });
    test.equal(outlives.statusCode, 201, 'validUntil may be after the end of the key');
  },
);

const BODIES: [body: string, good: string[], bad: JsonValue[]][] = [
  ['General Medical Council', ['0000001', 'L123456'], ['123456', '12345678', 'l123456', 1_234_567]],
  ['Nursing and Midwifery Council', ['12A3456B'], ['12A3456', '1AA3456B', '12a3456b']],
  ['Health and Care Professions Council', ['PH123456'], ['PH', 'P123456', 'PHX12345']],
  ['General Dental Council', ['123456'], ['X123456', '1234567', '']],
  ['General Pharmaceutical Council', ['2000001'], ['1000001', '200001', '20000011']],
];

t.test(
  'I6: a registration number is of its body’s form, and no NHS number is taken',
  async (test) => {
    const issuer = await buildReady(test);
    const type = 'ProfessionalRegistrationCredential';
    const example = findCredentialType(type)?.example ?? {};
    issuer.registry
      .of(TRUST)
      .accreditations.push({ credentialType: type, action: 'issue', withdrawnAt: null, ...PERIOD });
    let issued = 0;
    for (const [professionalBody, good, bad] of BODIES) {
      const numbered = (registrationNumber: JsonValue) =>
        mintBody({ type, claims: { ...example, professionalBody, registrationNumber } });
      for (const number of good) {
        const answer = await mintOnce(issuer, numbered(number));
        test.equal(answer.statusCode, 201, `${professionalBody} ${number} ${answer.body}`);
        const { credentialSubject } = answer.json().verifiableCredential;
        test.equal(credentialSubject.registrationNumber, number, 'kept as it was sent');
        issued += 1;
      }
      for (const number of bad) await refused(test, issuer, numbered(number), 'CLAIMS_INVALID');
    }
    // Modulus 11 has nothing to check: no type carries an NHS number, so none can be wrong, from the reserved 999 range
    // or any other.
    for (const entry of credentialTypes()) {
      test.notMatch(namesIn(entry.schema).join(' '), /nhs-?_?number/i, entry.type);
    }
    for (const nhsNumber of ['9990000018', '9990000019']) {
      await refused(test, issuer, mintBody({ claims: { ...CLAIMS, nhsNumber } }), 'UNKNOWN_TERM');
    }
    await nothingIssued(test, issuer, issued);
  },
);

/** Every name of a property in a JSON Schema, at any depth. */
function namesIn(schema: JsonValue): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (!isJsonObject(schema)) return [];
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)];
}

const KEYWORDS = ['@context', '@id', '@type', '@value', '@graph'];

function withText(learningMethod: JsonValue): JsonObject {
  return mintBody({ claims: { ...CLAIMS, learningMethod } });
}

t.test('I7: JSON-LD keywords in claims, as text or as names, are 422', async (test) => {
  const issuer = await buildReady(test);
  test.equal((await mintOnce(issuer, withText('by e-mail from a@b.example'))).statusCode, 201);
  for (const keyword of KEYWORDS) {
    await refused(test, issuer, withText(`see ${keyword}`), 'CLAIMS_INVALID');
    await refused(test, issuer, withText(`"${keyword.toUpperCase()}": "x"`), 'CLAIMS_INVALID');
    await refused(test, issuer, withText({ [keyword]: 'e-Learning' }), 'CLAIMS_INVALID');
    await refused(
      test,
      issuer,
      mintBody({ claims: { ...CLAIMS, [keyword]: 'x' } }),
      'UNKNOWN_TERM',
    );
    const { credential } = issueBody(issuer.wallet.did);
    const subject = { ...(credential['credentialSubject'] as JsonObject), [keyword]: 'x' };
    const body = { credential: { ...credential, credentialSubject: subject } };
    const answer = await send(issuer, { url: '/credentials/issue', body });
    test.equal(answer.statusCode, 422, answer.body);
    test.equal(answer.json().code, 'UNKNOWN_TERM');
  }
  await nothingIssued(test, issuer, 1);
});

t.test('I8: another @context than ours, or a term that it lacks, is 422', async (test) => {
  const issuer = await buildReady(test);
  const issue = (changes: JsonObject) =>
    send(issuer, { url: '/credentials/issue', body: issueBody(issuer.wallet.did, changes) });
  test.equal((await issue({})).statusCode, 201, 'the unbroken one is issued');
  const { credential } = issueBody(issuer.wallet.did);
  const [base = '', ours = ''] = credential['@context'] as string[];
  for (const context of [
    base,
    [base],
    [ours, base],
    [base, ours.toUpperCase()],
    [base, `${ours}/`],
    [base, ours, ours],
    [base, ours, 'https://attacker.example/v1'],
    [base, ours, { subjectLevel: 'https://attacker.example/level' }],
    [base, ours, { '@vocab': 'https://attacker.example/' }],
    { '@vocab': 'https://attacker.example/' },
  ]) {
    const answer = await issue({ '@context': context });
    test.equal(answer.statusCode, 422, JSON.stringify(context));
    test.equal(answer.json().code, 'CONTEXT_NOT_ALLOWED', JSON.stringify(context));
  }
  // A JSON-LD processor drops a term without a definition, and what it drops is in no signature.
  for (const changes of [
    { favouriteColour: 'teal' },
    { credentialSubject: { id: issuer.wallet.did, ...CLAIMS, favouriteColour: 'teal' } },
  ]) {
    const answer = await issue(changes);
    test.equal(answer.statusCode, 422, answer.body);
    test.equal(answer.json().code, 'UNKNOWN_TERM');
    test.match(answer.json().detail, /favouriteColour/, 'by its name');
  }
  await nothingIssued(test, issuer, 1);
});

t.test("I19: an issuer other than the calling trust's DID is refused", async (test) => {
  const issuer = await buildReady(test);
  const issue = (by: JsonValue) => {
    const body = issueBody(issuer.wallet.did, { issuer: by });
    return send(issuer, { url: '/credentials/issue', body });
  };
  const own = issueBody(issuer.wallet.did).credential['issuer'] as string;
  test.equal((await issue(own)).statusCode, 201);
  test.equal((await issue({ id: own })).statusCode, 201);
  for (const other of [
    own.replace(TRUST, 'ZZB02'),
    { id: own.replace(TRUST, 'ZZB02') },
    own.toUpperCase(),
    `${own}/`,
    `${own}#key`,
    'did:web:passport.northmoor.example',
    'https://passport.northmoor.example/trusts/ZZA01',
    '',
    [own],
    null,
  ]) {
    const answer = await issue(other);
    test.equal(answer.statusCode, 422, JSON.stringify(other));
    test.equal(answer.json().code, 'ISSUER_MISMATCH', JSON.stringify(other));
  }
  await nothingIssued(test, issuer, 2);
  test.match(await issuer.admin('select distinct ods_code from issuer.credentials'), [
    { ods_code: TRUST },
  ]);
  test.equal((await mintOnce(issuer, mintBody({ issuer: own }))).statusCode, 400, 'nor by name');
  test.equal((await mintOnce(issuer, mintBody({ type: TYPE }))).statusCode, 201);
});
