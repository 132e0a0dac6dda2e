import t from 'tap';
import { publicKeyObject } from '#did/keys';
import { verifyKeyProof } from '#trust/key-proof';
import { OTHER, START, TRUST } from './fakes.ts';
import { build, type Issuer, send } from './helper.ts';

const ADMIN = { odsCode: undefined, scopes: ['keys:admin'] };

function create(issuer: Issuer, purpose = 'assertion', changes: object = {}) {
  const body = { odsCode: TRUST, purpose };
  return send(issuer, { url: '/v1/keys', body, ...ADMIN, ...changes });
}

t.test(
  'a key is made for a trust; its public half is answered, its private half only sealed',
  async (test) => {
    const issuer = await build(test);
    const answer = await create(issuer);
    test.equal(answer.statusCode, 201, answer.body);
    const { publicKeyMultibase, verificationMethod } = answer.json();
    test.equal(publicKeyObject(publicKeyMultibase).asymmetricKeyType, 'ed25519');
    test.equal(
      verificationMethod,
      `did:web:passport.northmoor.example:trusts:ZZA01#${publicKeyMultibase}`,
    );
    test.match(answer.json(), { odsCode: TRUST, purpose: 'assertion' });
    const [row] = await issuer.admin('select * from issuer.signing_keys');
    test.match(row, { ods_code: TRUST, public_key_multibase: publicKeyMultibase });
    const [key] = await issuer.core.keys.reload(TRUST, 'assertion');
    test.equal(key?.publicKeyMultibase, publicKeyMultibase);
    test.equal((await key?.signer.sign({ data: Buffer.from('x') }))?.length, 64);
    const [audit] = await issuer.admin('select event from issuer.audit');
    test.match(audit?.['event'], 'key.created');
  },
);

t.test('a retry gets the same key, another call another one', async (test) => {
  const issuer = await build(test);
  const first = await create(issuer, 'status', { key: 'key' });
  test.equal((await create(issuer, 'status', { key: 'key' })).body, first.body);
  test.not((await create(issuer, 'status', { key: 'other' })).body, first.body);
  test.equal(
    (await create(issuer, 'status', { key: null })).json().code,
    'IDEMPOTENCY_KEY_REQUIRED',
  );
  test.match(await issuer.admin('select count(*)::int n from issuer.signing_keys'), [{ n: 2 }]);
});

t.test("a sealed key that is moved to another trust's row does not open", async (test) => {
  const issuer = await build(test);
  await create(issuer);
  test.equal((await issuer.core.keys.reload(TRUST, 'assertion')).length, 1);
  await issuer.admin(`update issuer.signing_keys set ods_code = 'ZZB02'`);
  await test.rejects(issuer.core.keys.reload(OTHER, 'assertion'), {
    code: 'CRYPTOGRAPHIC_SECURITY_ERROR',
  });
});

t.test('keys are made by key administrators, and receipt keys elsewhere', async (test) => {
  const issuer = await build(test);
  const trusts = await create(issuer, 'assertion', { scopes: ['credentials:issue'] });
  test.equal(trusts.statusCode, 403);
  const receipt = await create(issuer, 'receipt');
  test.equal(receipt.statusCode, 400);
  test.equal(receipt.json().code, 'INVALID_REQUEST');
  const answer = await issuer.app.inject({ method: 'POST', url: '/v1/keys', payload: {} });
  test.equal(answer.statusCode, 401);
});

t.test("the new key signs the registry's challenge, for that registry alone", async (test) => {
  const issuer = await build(test);
  const body = { odsCode: TRUST, purpose: 'assertion', challenge: 'the-challenge' };
  const answer = await create(issuer, 'assertion', { body });
  test.equal(answer.statusCode, 201, answer.body);
  const { keyProof, publicKeyMultibase } = answer.json();
  const expected = {
    issuer: 'did:web:passport.northmoor.example:trusts:ZZA01',
    audience: 'did:web:passport.northmoor.example',
    publicKeyMultibase,
    now: START,
  };
  test.same(await verifyKeyProof(keyProof, expected), { challenge: 'the-challenge' });
  const elsewhere = { ...expected, audience: 'did:web:passport.southmere.example' };
  await test.rejects(verifyKeyProof(keyProof, elsewhere), { code: 'DID_CONTROL_NOT_PROVEN' });
  test.notOk('keyProof' in (await create(issuer)).json());
});
