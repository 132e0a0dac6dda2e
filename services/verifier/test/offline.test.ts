import t from 'tap';
import { thumbprint } from '#did/keys';
import { generateEd25519Key } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import { CREDENTIAL_FORMS } from '#vc/credential-form';
import type { Submitted } from '../src/domain/forms/credential.ts';
import {
  collectTrustMaterial,
  createOfflineVerifier,
  type OfflineVerifierOptions,
  type TrustMaterial,
  type Verification,
} from '../src/offline.ts';
import { decide, issueAs, issueText } from './forms.ts';
import { anchorThumbprint, collect, genesisOf, networkOf, urlOf } from './offline-world.ts';
import { inEnvelope } from './presentations.ts';
import { DAY, NOON, ORIGIN, OTHER_ORIGIN } from './trust.ts';
import { createWorld, DOMAIN, issue, present, tampered, type World } from './world.ts';

const MINUTE = 60_000;

type Change = Partial<Omit<OfflineVerifierOptions, 'material'>> & {
  material?: Partial<TrustMaterial>;
};

/** A verifier with what was collected, as it comes out of a file, at a time that may be another. */
async function openVerifier(
  world: World,
  credentials: readonly Submitted[],
  { material: changed, ...change }: Change = {},
) {
  const saved: unknown = JSON.parse(JSON.stringify(await collect(world, credentials)));
  const material = { ...(saved as TrustMaterial), ...changed };
  return createOfflineVerifier({ material, anchorThumbprint, clock: () => world.now, ...change });
}

function findingsOf({ verdict, credentials }: Verification): string[] {
  const found = credentials.flatMap(({ checks }) => checks);
  const notes = found.filter(({ code }) => code !== undefined);
  return [verdict, ...notes.map(({ check, outcome, code }) => `${check} ${outcome} ${code}`)];
}

for (const form of CREDENTIAL_FORMS) {
  t.test(
    `A credential as ${form} is accepted offline, and refused once it is revoked`,
    async (t) => {
      const world = createWorld();
      const verifiableCredential = await issueAs(world, form, { index: 7 });
      const before = await openVerifier(world, [verifiableCredential]);
      t.same(findingsOf(await before.verify({ verifiableCredential })), ['accepted']);
      decide(world, 7, 'revoked');
      const after = await openVerifier(world, [verifiableCredential]);
      t.same(findingsOf(await after.verify({ verifiableCredential })), [
        'genuine-not-accepted',
        'status fail CREDENTIAL_REVOKED',
      ]);
    },
  );
}

t.test('What somebody else made of a credential is not genuine', async (t) => {
  const world = createWorld();
  const good = await issue(world);
  const verifier = await openVerifier(world, [good]);
  t.same(findingsOf(await verifier.verify({ verifiableCredential: good })), ['accepted']);
  const changed = tampered(good, (copy) => {
    copy['validUntil'] = toDateTimeStamp(NOON + 400 * DAY);
  });
  t.same(findingsOf(await verifier.verify({ verifiableCredential: changed })), [
    'not-genuine',
    'proof fail PROOF_VERIFICATION_ERROR',
  ]);
});

t.test(
  'A presentation must be over the challenge that was given out, for whom it was asked',
  async (t) => {
    const world = createWorld();
    const good = await issue(world);
    const verifiablePresentation = await present(world, [good]);
    const verifier = await openVerifier(world, [good]);
    const verify = (challenge: string, domain: string) =>
      verifier.verify({ verifiablePresentation, options: { challenge, domain } });
    t.match(await verify('a-challenge', DOMAIN), {
      scope: 'presentation',
      verdict: 'accepted',
      holder: world.holder.did,
    });
    const other = await verify('another', DOMAIN);
    t.match(
      other.checks.find(({ check }) => check === 'challenge'),
      {
        outcome: 'fail',
        code: 'INVALID_CHALLENGE_ERROR',
      },
    );
    const elsewhere = await verify('a-challenge', 'https://elsewhere.example');
    t.equal(elsewhere.checks.find(({ check }) => check === 'domain')?.code, 'INVALID_DOMAIN_ERROR');
  },
);

t.test(
  'Material that has grown old leaves it undetermined, unless longer was chosen',
  async (t) => {
    const world = createWorld();
    const verifiableCredential = await issue(world);
    const verifier = await openVerifier(world, [verifiableCredential]);
    const patient = await openVerifier(world, [verifiableCredential], {
      limits: { registryAgeMs: 10 * 60 * MINUTE, statusListAgeMs: 10 * 60 * MINUTE },
    });
    t.same(findingsOf(await verifier.verify({ verifiableCredential })), ['accepted']);
    world.now += 11 * MINUTE;
    t.same(findingsOf(await verifier.verify({ verifiableCredential })), [
      'undetermined',
      'status unknown STATUS_LIST_STALE',
    ]);
    t.same(findingsOf(await patient.verify({ verifiableCredential })), ['accepted']);
    world.now += 5 * MINUTE;
    t.same(findingsOf(await verifier.verify({ verifiableCredential })), [
      'undetermined',
      'issuer-key unknown REGISTRY_STALE',
      'issuer-accredited unknown REGISTRY_STALE',
    ]);
    t.same(findingsOf(await patient.verify({ verifiableCredential })), ['accepted']);
    world.now += 60 * MINUTE;
    t.same(
      findingsOf(await patient.verify({ verifiableCredential })),
      ['undetermined', 'status unknown STATUS_LIST_STALE'],
      'not past the end that its signer gave',
    );
  },
);

t.test('A check whose material is not there is unknown', async (t) => {
  const world = createWorld();
  const verifiableCredential = await issue(world);
  const verify = async (material: Partial<TrustMaterial>) => {
    const verifier = await openVerifier(world, [verifiableCredential], { material });
    return findingsOf(await verifier.verify({ verifiableCredential }));
  };
  t.same(await verify({}), ['accepted']);
  t.same(await verify({ statusLists: [] }), [
    'undetermined',
    'status unknown STATUS_RETRIEVAL_ERROR',
  ]);
  t.same(await verify({ snapshots: [] }), [
    'undetermined',
    'issuer-key unknown REGISTRY_UNAVAILABLE',
    'issuer-accredited unknown REGISTRY_UNAVAILABLE',
  ]);
});

t.test('Material that was changed where it was kept is not believed', async (t) => {
  const world = createWorld();
  const verifiableCredential = await issue(world, { index: 7 });
  const { snapshots, statusLists, ...rest } = await collect(world, [verifiableCredential]);
  decide(world, 7, 'revoked');
  const verify = async (change: Partial<TrustMaterial>, thumb = anchorThumbprint) => {
    const material = { ...rest, snapshots, statusLists, ...change };
    const options = { material, anchorThumbprint: thumb, clock: () => world.now };
    const verifier = await createOfflineVerifier(options);
    return findingsOf(await verifier.verify({ verifiableCredential }));
  };
  t.same(await verify({}), ['accepted']);
  const edited = statusLists.map((list) => ({
    ...list,
    body: list.body.replace(/"encodedList":"u/, '"encodedList":"uA'),
  }));
  t.same(await verify({ statusLists: edited }), [
    'undetermined',
    'status unknown STATUS_VERIFICATION_ERROR',
  ]);
  const swapped = snapshots.map(({ cell }, at) => ({
    cell,
    statement: snapshots[1 - at]?.statement ?? '',
  }));
  t.same(await verify({ snapshots: swapped }), [
    'undetermined',
    'issuer-key unknown REGISTRY_STATEMENT_INVALID',
    'issuer-accredited unknown REGISTRY_STATEMENT_INVALID',
  ]);
  const other = thumbprint(generateEd25519Key().publicKeyMultibase);
  await t.rejects(verify({}, other), { code: 'REGISTRY_STATEMENT_INVALID' });
});

t.test('What is no material, or no request, is refused by name', async (t) => {
  const world = createWorld();
  const verifiableCredential = await issue(world);
  const { genesis } = await collect(world, []);
  const material = { genesis } as TrustMaterial;
  await t.rejects(createOfflineVerifier({ material, anchorThumbprint }), {
    code: 'INVALID_REQUEST',
    message: /snapshots/,
  });
  const verifier = await openVerifier(world, [verifiableCredential]);
  const text = JSON.stringify({ verifiableCredential });
  t.equal((await verifier.verify(text)).verdict, 'accepted');
  const twice = text.replace('"id":', '"id":"urn:uuid:x","id":');
  await t.rejects(verifier.verify(twice), { code: 'PARSING_ERROR' }, 'a key that stands twice');
  await t.rejects(verifier.verify('{}'), { code: 'INVALID_REQUEST' });
  await t.rejects(verifier.verify({ verifiableCredential, watch: true }), {
    code: 'INVALID_REQUEST',
    errors: [{ pointer: '/watch' }],
  });
  const nested = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
  await t.rejects(verifier.verify({ verifiableCredential: { ...verifiableCredential, nested } }), {
    code: 'PARSING_ERROR',
  });
});

t.test('Collecting asks the admitted cells and nobody else, each thing once', async (t) => {
  const world = createWorld();
  const one = await issue(world);
  const sdJwt = await issueAs(world, 'dc+sd-jwt', { index: 8 });
  const other = await issueText(world, 'jwt_vc_json', { index: 9 });
  const asked: string[] = [];
  const elsewhere = tampered(one, (copy) => {
    copy['credentialStatus'] = JSON.parse(
      JSON.stringify(copy['credentialStatus']).replaceAll(ORIGIN, 'https://elsewhere.example'),
    );
  });
  const given = [one, one, sdJwt, inEnvelope(other), elsewhere, 'rubbish', {}];
  const { missing, statusLists, snapshots } = await collect(world, given, asked);
  const { message, revocation, suspension } = world.trust.urls;
  const lists = [message, revocation, suspension, world.trust.tokenList.url];
  const expected = [`${ORIGIN}/v1/snapshot`, `${OTHER_ORIGIN}/v1/snapshot`, ...lists];
  t.same(asked.toSorted(), expected.toSorted());
  t.same([snapshots.length, statusLists.length, missing.length], [2, 4, 0]);
});

t.test('Collecting says what it could not have, and goes on', async (t) => {
  const world = createWorld();
  const credential = await issue(world);
  const network = networkOf(world);
  const material = await collectTrustMaterial({
    genesis: await genesisOf(world),
    anchorThumbprint,
    credentials: [credential],
    fetch: async (url, init) => {
      if (urlOf(url).startsWith(OTHER_ORIGIN)) throw new TypeError('no route');
      if (urlOf(url) === world.trust.urls.suspension)
        return new Response('<html>', { status: 200 });
      return network(url, init);
    },
  });
  const { suspension } = world.trust.urls;
  t.same(material.missing.toSorted(), [suspension, `${OTHER_ORIGIN}/v1/snapshot`].toSorted());
  t.equal(material.snapshots.length, 1);
});
