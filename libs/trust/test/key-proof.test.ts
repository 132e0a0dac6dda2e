import { sign } from 'node:crypto';
import t, { type Test } from 'tap';
import { keyProofInput, signKeyProof, verifyKeyProof } from '../key-proof.ts';
import { CELL_DID, NOW, newKey, resigned, tampered } from './helper.ts';

const ISSUER = `${CELL_DID}:trusts:ZZA01`;
const { privateKey, publicKeyMultibase } = newKey();
const other = newKey();
const proof = {
  issuer: ISSUER,
  audience: CELL_DID,
  challenge: 'tOIwUJzhWqcVYtAZ4sYV7A',
  publicKeyMultibase,
  issuedAt: NOW,
};
const expected = { issuer: ISSUER, audience: CELL_DID, publicKeyMultibase, now: NOW };
const signed = signKeyProof(proof, privateKey);
const signWith = (input: Buffer) => sign(null, input, privateKey);
const refused = { code: 'DID_CONTROL_NOT_PROVEN' };

async function refuses(t: Test, text: string, changes: Partial<typeof expected> = {}) {
  await t.resolves(verifyKeyProof(signed, expected), 'the unbroken proof is taken');
  await t.rejects(verifyKeyProof(text, { ...expected, ...changes }), refused);
}

t.test('a key proof answers the challenge that the key signed', async (t) => {
  t.same(await verifyKeyProof(signed, expected), { challenge: proof.challenge });
});

t.test('a key that signs elsewhere makes the same proof', async (t) => {
  const { signingInput, finish } = keyProofInput(proof);
  t.equal(finish(sign(null, signingInput, privateKey)), signed);
});

t.test('a proof with another challenge than the signed one is refused', async (t) => {
  await refuses(t, tampered(signed, { nonce: 'another' }));
});

t.test('a proof by another key than the one to be pinned is refused', async (t) => {
  await refuses(t, signKeyProof(proof, other.privateKey));
  const { publicKeyMultibase: otherMultibase } = other;
  await refuses(
    t,
    signKeyProof({ ...proof, publicKeyMultibase: otherMultibase }, other.privateKey),
  );
});

t.test('a proof for another organisation is refused', async (t) => {
  await refuses(t, signed, { issuer: `${CELL_DID}:trusts:ZZB02` });
});

t.test('a proof for another cell is refused', async (t) => {
  await refuses(t, signed, { audience: 'did:web:passport.eastvale.example' });
});

t.test('a proof from the future is refused', async (t) => {
  await refuses(t, signed, { now: NOW - 62_000 });
});

t.test('a proof without a challenge or a time is refused', async (t) => {
  await refuses(t, resigned(signed, { claims: { nonce: '' }, signWith }));
  await refuses(t, resigned(signed, { claims: { iat: 'now' }, signWith }));
});

t.test('another kind of JWS by the key is not a key proof', async (t) => {
  await refuses(t, resigned(signed, { header: { typ: 'openid4vci-proof+jwt' }, signWith }));
});
