import { createHash } from 'node:crypto';
import t from 'tap';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import { OTHER } from '../fakes.ts';
import { buildReady, mintBody, mintOnce, send } from '../helper.ts';
import { mintForms, readForm, textOf } from './helper.ts';

t.test(
  'all forms of a family have one id, index, key, holder, schema and provenance',
  async (test) => {
    const issuer = await buildReady(test);
    const { family, uuid } = await mintForms(issuer, CREDENTIAL_FORMS);
    test.same(
      family.map(({ form }) => form),
      CREDENTIAL_FORMS,
      'in the order asked for',
    );
    const read = family.map(readForm);
    for (const one of read) {
      test.equal(one.id, `urn:uuid:${uuid}`);
      test.equal(one.holder, issuer.wallet.did);
      test.same(new Set(one.keys), new Set([issuer.key.verificationMethod]));
      test.equal(one.schema, read[0]?.schema);
      test.same(one.trustFramework, read[0]?.trustFramework);
      test.same(new Set(one.status.map(({ index }) => index)), new Set([0]));
    }
    const lists = new Set(read.flatMap(({ status }) => status.map(({ list }) => list)));
    test.equal(lists.size, 4, 'revocation, suspension, message and token list');
    const pairs = new Set([...lists].map((list) => list.replace(/.*\/./, '')));
    test.equal(pairs.size, 1, 'of one pair');
  },
);

t.test(
  'one revocation reaches every form: they all point at the index that it changes',
  async (test) => {
    const issuer = await buildReady(test);
    const { family, uuid } = await mintForms(issuer, CREDENTIAL_FORMS);
    const body = { status: 'revoked', reason: 'issued-in-error' };
    const answer = await send(issuer, { url: `/v1/credentials/${uuid}/status`, body });
    test.equal(answer.statusCode, 200, answer.body);
    const { changes } = issuer.statusLists.state;
    test.equal(changes.length, 1);
    for (const one of family) {
      for (const { list, index } of readForm(one).status) {
        test.equal(index, changes[0]?.index);
        test.equal(list.slice(-35), String(changes[0]?.listPairId).slice(-35), one.form);
      }
    }
  },
);

t.test('the record, each further form and the audit row have what was answered', async (test) => {
  const issuer = await buildReady(test);
  const forms = ['dc+sd-jwt', 'vcdm2-proof-set', 'jwt_vc_json'] as const;
  const { family, uuid } = await mintForms(issuer, forms);
  const [record] = await issuer.admin('select * from issuer.credentials');
  const others = await issuer.admin('select * from issuer.credential_forms');
  const kept = new Map([record, ...others].map((row) => [row?.['form'], row]));
  const digests: string[] = [];
  for (const { form, verifiableCredential } of family) {
    const text =
      typeof verifiableCredential === 'string'
        ? verifiableCredential
        : JSON.stringify(verifiableCredential);
    const digest = createHash('sha256').update(text).digest();
    test.equal(kept.get(form)?.['document'], text);
    test.ok(digest.equals(kept.get(form)?.['digest'] as Buffer));
    digests.push(digest.toString('hex'));
  }
  test.match(record, { id: uuid, form: 'dc+sd-jwt', provider: 'Ashmere Teaching Hospitals Trust' });
  const events = await issuer.admin(
    `select event from issuer.audit where event like '%credential.issued%'`,
  );
  test.equal(events.length, 1);
  const { subject } = JSON.parse(String(events[0]?.['event'])) as { subject: unknown };
  test.match(subject, {
    form: forms[0],
    form2: forms[1],
    form3: forms[2],
    digest: digests[0],
    digest2: digests[1],
    digest3: digests[2],
  });
});

t.test('the same key gives the same bytes of all forms', async (test) => {
  const issuer = await buildReady(test);
  const body = mintBody({ forms: [...CREDENTIAL_FORMS] });
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => mintOnce(issuer, body, 'one-key')),
  );
  test.equal(new Set(answers.map((answer) => answer.body)).size, 1);
  test.equal(new Set(answers.map(({ headers }) => headers.location)).size, 1);
  test.equal((await mintOnce(issuer, body, 'one-key')).body, answers[0]?.body);
  test.match(await issuer.admin('select count(*)::int n from issuer.credential_forms'), [{ n: 7 }]);
});

t.test('a family is committed whole or not at all', async (test) => {
  const issuer = await buildReady(test);
  await mintForms(issuer, CREDENTIAL_FORMS);
  await issuer.admin(`create function issuer.refuse() returns trigger language plpgsql as $$
    begin if new.form = 'jwt_vc_json' then raise exception 'not kept'; end if; return new; end $$`);
  await issuer.admin(`create trigger refuse before insert on issuer.credential_forms
    for each row execute function issuer.refuse()`);
  const answer = await mintOnce(issuer, mintBody({ forms: [...CREDENTIAL_FORMS] }), 'key');
  test.equal(answer.statusCode, 500);
  test.notMatch(answer.body, /proof|eyJ/);
  const counts = await issuer.admin(`select
    (select count(*) from issuer.credentials)::int credentials,
    (select count(*) from issuer.credential_forms)::int forms,
    (select count(*) from issuer.audit where event like '%credential.issued%')::int audit,
    (select count(*) from issuer.idempotency_keys where key = 'key')::int keys`);
  test.same(counts, [{ credentials: 1, forms: 7, audit: 1, keys: 0 }]);
});

t.test('each form is read again as it was signed, by its own trust only', async (test) => {
  const issuer = await buildReady(test);
  const { family, uuid } = await mintForms(issuer, [
    'jwt_vc_json',
    'vcdm2-ed25519-2020',
    'dc+sd-jwt',
  ]);
  for (const one of family) {
    const url = `/v1/credentials/${uuid}/forms/${encodeURIComponent(one.form)}`;
    const answer = await send(issuer, { method: 'GET', url });
    test.equal(answer.statusCode, 200, answer.body);
    test.equal(answer.body, JSON.stringify(one));
    const others = await send(issuer, { method: 'GET', url, odsCode: OTHER });
    test.equal(others.statusCode, 404);
    test.equal(others.json().code, 'NOT_FOUND');
  }
  const absent = `/v1/credentials/${uuid}/forms/vcdm1-proof-set`;
  test.equal((await send(issuer, { method: 'GET', url: absent })).statusCode, 404);
  const unknown = `/v1/credentials/${uuid}/forms/ldp_vc`;
  test.equal((await send(issuer, { method: 'GET', url: unknown })).statusCode, 400);
});

t.test('VCALM gets a first form that is text in an envelope', async (test) => {
  const issuer = await buildReady(test);
  for (const [form, mediaType] of [
    ['jwt_vc_json', 'application/jwt'],
    ['dc+sd-jwt', 'application/dc+sd-jwt'],
  ] as const) {
    const { family, uuid } = await mintForms(issuer, [form]);
    const answer = await send(issuer, { method: 'GET', url: `/credentials/${uuid}` });
    test.same(answer.json(), {
      verifiableCredential: {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        id: `data:${mediaType},${textOf(family[0])}`,
        type: 'EnvelopedVerifiableCredential',
      },
    });
  }
});

t.test('forms that there are not, none and one twice are refused', async (test) => {
  const issuer = await buildReady(test);
  const forms = ['dc+sd-jwt'];
  test.equal((await mintOnce(issuer, mintBody({ forms }))).statusCode, 201);
  for (const refused of [[], ['mso_mdoc'], ['dc+sd-jwt', 'dc+sd-jwt'], 'dc+sd-jwt']) {
    const answer = await mintOnce(issuer, mintBody({ forms: refused }));
    test.equal(answer.statusCode, 400, JSON.stringify(refused));
    test.equal(answer.json().code, 'INVALID_REQUEST');
  }
});
