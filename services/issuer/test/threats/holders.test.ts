import t, { type Test } from 'tap';
import { trustDid } from '#did/identifiers';
import type { JsonObject } from '#vc/data-model';
import { ORIGIN, OTHER, TRUST } from '../fakes.ts';
import { askChallenge, build, type Issuer, newWallet, prove, send } from '../helper.ts';

/** How a wallet proves its key; each case breaks one thing of it. */
interface Proof {
  challenge?: string;
  domain?: string;
  /** what the presentation calls its holder; the wallet that signs when left out */
  holder?: string;
}

async function proofOf(issuer: Issuer, changes: Proof = {}): Promise<JsonObject> {
  const { challenge, domain } = await askChallenge(issuer);
  const { holder, ...others } = changes;
  return prove({
    wallet: newWallet(),
    challenge,
    domain,
    at: issuer.time.now,
    changes: holder === undefined ? {} : { holder },
    ...others,
  });
}

/** One holder, and over the same challenge the proofs of its own key and of another. */
async function signedByTwo(issuer: Issuer): Promise<JsonObject> {
  const { challenge, domain } = await askChallenge(issuer);
  const own = newWallet();
  const common = { challenge, domain, at: issuer.time.now, changes: { holder: own.did } };
  const [one, other] = await Promise.all(
    [own, newWallet()].map((wallet) => prove({ ...common, wallet })),
  );
  return { ...one, proof: [one?.['proof'] ?? null, other?.['proof'] ?? null] };
}

function bind(issuer: Issuer, verifiablePresentation: JsonObject, employeeId = 'E-1') {
  return send(issuer, { url: '/v1/holders', body: { employeeId, verifiablePresentation } });
}

async function refused(test: Test, issuer: Issuer, presentation: JsonObject, what: string) {
  const answer = await bind(issuer, presentation);
  test.equal(answer.statusCode, 400, `${what}: ${answer.body}`);
  test.equal(answer.json().code, 'KEY_PROOF_INVALID', what);
}

t.test(
  'I1: a holder is bound only by its own key, over our unused challenge, for this trust',
  async (test) => {
    const issuer = await build(test);
    const good = await proofOf(issuer);
    test.equal((await bind(issuer, good)).statusCode, 201, 'the unbroken one binds');

    await refused(test, issuer, good, 'a used challenge');
    await refused(test, issuer, await proofOf(issuer, { challenge: 'made-up' }), 'an unknown one');
    const { challenge } = await askChallenge(issuer, OTHER);
    await refused(test, issuer, await proofOf(issuer, { challenge }), "another trust's");
    const domain = trustDid(ORIGIN, OTHER);
    await refused(test, issuer, await proofOf(issuer, { domain }), 'for another audience');
    const holder = newWallet().did;
    await refused(test, issuer, await proofOf(issuer, { holder }), 'signed by another key');
    const swapped = { ...(await proofOf(issuer)), holder };
    await refused(test, issuer, swapped, 'the holder changed after signing');
    const altered = {
      ...(await proofOf(issuer)),
      id: 'urn:uuid:00000000-0000-4000-8000-000000000000',
    };
    await refused(test, issuer, altered, 'by its key, and then altered');
    const { proof, ...unsigned } = await proofOf(issuer);
    test.ok(proof, 'it was signed');
    await refused(test, issuer, unsigned, 'without a proof');
    await refused(test, issuer, { ...unsigned, proof: [] }, 'with an empty set of them');
    await refused(
      test,
      issuer,
      await signedByTwo(issuer),
      'with one of another key beside its own',
    );
    const late = await proofOf(issuer);
    issuer.time.now += 10 * 60_000;
    await refused(test, issuer, late, 'an expired challenge');

    const replayed = await proofOf(issuer);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => bind(issuer, replayed, `E-${n + 2}`)),
    );
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b);
    test.same(
      statuses,
      [201, ...Array.from({ length: 49 }, () => 400)],
      'fifty replays, one binds',
    );
    const held = await issuer.admin('select ods_code from issuer.holders');
    test.same(held, [{ ods_code: TRUST }, { ods_code: TRUST }], 'the first and that one');
  },
);
