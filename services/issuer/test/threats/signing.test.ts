import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createEd25519Signer, generateEd25519Key, type Signer } from '#proofs/signer';
import { TRUST } from '../fakes.ts';
import {
  bindWallet,
  build,
  buildReady,
  type Issuer,
  mintBody,
  mintOnce,
  pin,
  send,
} from '../helper.ts';

type Sign = Signer['sign'];

/** Keys that are somewhere else, and do what the test says: `well` signs. */
function createHsm() {
  const hsm: { sign: (well: Sign) => Sign } = { sign: (well) => well };
  const createSigner: typeof createEd25519Signer = (options) => {
    const signer = createEd25519Signer(options);
    return { ...signer, sign: (data) => hsm.sign(signer.sign)(data) };
  };
  return { hsm, createSigner };
}

const FAULTS: [what: string, sign: (well: Sign) => Sign][] = [
  ['no answer', () => () => Promise.withResolvers<Uint8Array>().promise],
  ['an error', () => () => Promise.reject(new Error('CKR_DEVICE_REMOVED'))],
  [
    'an exception',
    () => () => {
      throw new Error('CKR_SESSION_HANDLE_INVALID');
    },
  ],
  ['64 bytes of garbage', () => async () => randomBytes(64)],
  ['too few bytes', (well) => async (data) => (await well(data)).subarray(0, 63)],
  ['no bytes at all', () => async () => 'signed' as unknown as Uint8Array],
  ['a signature of something else', (well) => async () => well({ data: randomBytes(64) })],
  ['a signature by another key', () => (data) => STRANGER.sign(data)],
];
const FORMS = ['vcdm2-ed25519-2020', 'jwt_vc_json', 'dc+sd-jwt'];
const STRANGER = createEd25519Signer({ id: 'did:key:z6Mk', ...generateEd25519Key() });

t.test(
  'I12: whatever a signer answers but a good signature is 503, and nothing is issued',
  async (test) => {
    const { hsm, createSigner } = createHsm();
    const issuer = await buildReady(test, { core: { createSigner, signTimeoutMs: 100 } });
    const all = mintBody({ forms: FORMS });
    test.equal((await mintOnce(issuer, all)).statusCode, 201, 'a good signer issues');
    const rows = () =>
      issuer.admin(`select list_index, (select count(*)::int from issuer.audit) audited,
      (select count(*)::int from issuer.idempotency_keys) answers from issuer.credentials`);
    const before = await rows();
    const used = Number(before[0]?.['list_index']);

    for (const [fault, sign] of FAULTS) {
      hsm.sign = sign;
      for (const form of FORMS) {
        const what = `${form}: ${fault}`;
        const answer = await mintOnce(issuer, mintBody({ forms: [form] }), 'retried');
        test.equal(answer.statusCode, 503, `${what}: ${answer.body}`);
        test.equal(answer.json().code, 'PROOF_GENERATION_ERROR', what);
        test.notMatch(answer.body, /proofValue|eyJ|CKR_|urn:uuid/, what);
      }
    }
    // There is no intent to close: before its commit a credential is in no table, so a signature that failed leaves
    // nothing but the status index that it was to have, which no other credential gets.
    test.same(await rows(), before, 'neither record nor audit row nor answer');

    hsm.sign = (well) => well;
    test.equal((await mintOnce(issuer, all, 'retried')).statusCode, 201, 'a retry issues');
    const indexes = (await rows()).map((row) => Number(row['list_index']));
    test.same(
      indexes.toSorted((a, b) => a - b),
      [used, used + FAULTS.length * FORMS.length + 1],
      'the indexes of the failed ones are used for nothing else',
    );
  },
);

const MINUTE_MS = 60_000;

/** The key that signs now: its registry answer is as old as the test lets it be. */
async function signsNow(issuer: Issuer): Promise<string> {
  const answer = await mintOnce(issuer);
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json().verifiableCredential.proof.verificationMethod;
}

/** Makes a key and pins it, as a registry does, from now on. */
async function pinNow(issuer: Issuer) {
  const body = { odsCode: TRUST, purpose: 'assertion' };
  const call = { url: '/v1/keys', body, odsCode: undefined, scopes: ['keys:admin'] };
  const key = (await send(issuer, call)).json();
  pin(issuer, key.publicKeyMultibase, 'assertion');
  const pinned = issuer.registry.of(TRUST).keys.at(-1);
  Object.assign(pinned ?? {}, { validFrom: new Date(issuer.time.now).toISOString() });
  return key as { publicKeyMultibase: string; verificationMethod: string };
}

t.test(
  'I13: one request is signed by one key, and a new key not before verifiers can know it',
  async (test) => {
    const { hsm, createSigner } = createHsm();
    // the registry is asked anew for each call
    const core = { createSigner, registryFreshnessMs: 0, keyLeadMs: MINUTE_MS };
    const issuer = await build(test, { core });
    await bindWallet(issuer);
    const first = await pinNow(issuer);
    test.equal(await signsNow(issuer), first.verificationMethod, 'the first key signs at once');

    issuer.time.now += MINUTE_MS;
    const second = await pinNow(issuer);
    issuer.time.now += MINUTE_MS - 1;
    test.equal(await signsNow(issuer), first.verificationMethod, 'the second waits for a minute');
    issuer.time.now += 1;
    test.equal(await signsNow(issuer), second.verificationMethod, 'and then signs');

    // rotated, and the older marked as compromised, while a credential of three forms is being signed
    const arrived = Promise.withResolvers<void>();
    const rotated = Promise.withResolvers<void>();
    hsm.sign = (well) => async (data) => {
      arrived.resolve();
      await rotated.promise;
      return well(data);
    };
    const forms = ['vcdm2-proof-set', 'jwt_vc_json', 'dc+sd-jwt'];
    const underway = mintOnce(issuer, mintBody({ forms }));
    await arrived.promise;
    const third = await pinNow(issuer);
    for (const key of issuer.registry.of(TRUST).keys.slice(0, 2)) key.state = 'compromised';
    rotated.resolve();
    const answer = await underway;
    test.equal(answer.statusCode, 201, answer.body);
    test.same(keysOf(answer.json()), [second.verificationMethod], 'every signature is of one key');
    const [row] = await issuer.admin(
      `select c.key_thumbprint = k.thumbprint same from issuer.credentials c, issuer.signing_keys k
        where c.id = $1 and k.public_key_multibase = $2`,
      [answer.headers.location?.replace('/credentials/', ''), second.publicKeyMultibase],
    );
    test.same(row, { same: true }, 'which is the one on record');

    test.equal(
      await signsNow(issuer),
      third.verificationMethod,
      'a key that has no older one beside it signs at once',
    );
  },
);

interface Family {
  verifiableCredential: { proof: { verificationMethod: string }[] };
  otherForms: { verifiableCredential: string }[];
}

/** The verification methods of all signatures of a family, each once. */
function keysOf({ verifiableCredential, otherForms }: Family): string[] {
  const embedded = verifiableCredential.proof.map(({ verificationMethod }) => verificationMethod);
  const headers = otherForms.map(({ verifiableCredential: text }) => {
    const [header = ''] = text.split('.');
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
  });
  return [...new Set([...embedded, ...headers])];
}
