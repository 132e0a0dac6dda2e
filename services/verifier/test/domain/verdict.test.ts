import t from 'tap';
import { CHECK_NAMES, VERDICTS } from '#api/verifier';
import type { VerifierPorts } from '../../src/domain/ports.ts';
import { type CheckCode, plainWords } from '../../src/domain/plain-words.ts';
import type { Check, CheckName, Finding } from '../../src/domain/report.ts';
import { judgeCredential, judgePresentation, type Verdict } from '../../src/domain/verdict.ts';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { verifyPresentation } from '../../src/domain/verify-presentation.ts';
import { becomes, createHolder, createKey, NOON } from '../trust.ts';
import { ASKER, createWorld, DOMAIN, issue, present, revoke, tampered } from '../world.ts';

type Row = [check: CheckName, outcome: Finding['outcome'], verdict: Verdict];

const REFUTES = 'not-genuine';
const REFUSED = 'genuine-not-accepted';
const OPEN = 'undetermined';

// Where a code stands in an answer, and what it makes of a document of which everything else passed.
const TABLE: Record<CheckCode, Row> = {
  PARSING_ERROR: ['parse', 'fail', REFUTES],
  TOO_COMPLEX: ['size', 'fail', OPEN],
  MALFORMED_VALUE_ERROR: ['data-model', 'fail', REFUTES],
  UNKNOWN_TERM: ['data-model', 'fail', REFUTES],
  CONTEXT_NOT_ALLOWED: ['context', 'fail', REFUTES],
  PROOF_MISSING: ['proof', 'fail', REFUTES],
  PROOF_VERIFICATION_ERROR: ['proof', 'fail', REFUTES],
  PROOF_TRANSFORMATION_ERROR: ['proof', 'fail', REFUTES],
  PROOF_PURPOSE_MISMATCH: ['proof', 'fail', REFUTES],
  PROOF_CREATED_INVALID: ['proof', 'fail', REFUTES],
  INVALID_VERIFICATION_METHOD: ['proof', 'fail', REFUTES],
  INVALID_DID: ['proof', 'fail', OPEN],
  INVALID_DID_URL: ['proof', 'fail', REFUTES],
  INVALID_DID_DOCUMENT: ['proof', 'fail', REFUTES],
  DID_NOT_FOUND: ['proof', 'unknown', OPEN],
  ISSUER_NOT_REGISTERED: ['issuer-accredited', 'fail', REFUSED],
  ISSUER_NOT_ACCREDITED: ['issuer-accredited', 'fail', REFUSED],
  ISSUER_ACCREDITATION_LAPSED: ['issuer-accredited', 'pass', 'accepted'],
  ISSUER_ACCREDITATION_WITHDRAWN: ['issuer-accredited', 'fail', REFUSED],
  ISSUER_KEY_NOT_REGISTERED: ['issuer-key', 'fail', REFUTES],
  ISSUER_KEY_OUT_OF_PERIOD: ['issuer-key', 'fail', REFUTES],
  ISSUER_KEY_COMPROMISED: ['issuer-key', 'fail', REFUTES],
  REGISTRY_UNAVAILABLE: ['issuer-key', 'unknown', OPEN],
  REGISTRY_STALE: ['issuer-key', 'unknown', OPEN],
  REGISTRY_STATEMENT_INVALID: ['issuer-key', 'unknown', OPEN],
  REGISTRY_ROLLBACK: ['issuer-key', 'unknown', OPEN],
  CREDENTIAL_NOT_YET_VALID: ['validity', 'fail', REFUSED],
  CREDENTIAL_EXPIRED: ['validity', 'fail', REFUSED],
  CREDENTIAL_REVOKED: ['status', 'fail', REFUSED],
  CREDENTIAL_SUSPENDED: ['status', 'fail', REFUSED],
  STATUS_ENTRY_MISSING: ['status', 'fail', REFUSED],
  STATUS_RETRIEVAL_ERROR: ['status', 'unknown', OPEN],
  STATUS_VERIFICATION_ERROR: ['status', 'unknown', OPEN],
  STATUS_LIST_LENGTH_ERROR: ['status', 'unknown', OPEN],
  STATUS_LIST_STALE: ['status', 'unknown', OPEN],
  STATUS_LIST_ROLLBACK: ['status', 'unknown', OPEN],
  STATUS_AT_TIME_UNKNOWN: ['status', 'unknown', OPEN],
  RANGE_ERROR: ['status', 'fail', REFUSED],
  SCHEMA_MISMATCH: ['schema', 'fail', REFUSED],
  HOLDER_MISMATCH: ['holder-binding', 'fail', REFUSED],
  KEY_BINDING_MISSING: ['holder-binding', 'fail', REFUSED],
  DUPLICATE_CREDENTIAL: ['duplicate', 'fail', REFUSED],
  CHALLENGE_UNKNOWN: ['challenge', 'fail', REFUSED],
  CHALLENGE_USED: ['challenge', 'fail', REFUSED],
  CHALLENGE_EXPIRED: ['challenge', 'fail', REFUSED],
  INVALID_CHALLENGE_ERROR: ['challenge', 'fail', REFUSED],
  INVALID_DOMAIN_ERROR: ['domain', 'fail', REFUSED],
};

const WHOLE: Check[] = CHECK_NAMES.map((check) => ({ check, outcome: 'pass' }));

function withOne(found: Check): Check[] {
  return WHOLE.map((check) => (check.check === found.check ? found : check));
}

t.test('Each code that a check answers leads to its verdict, and one sentence says why', (t) => {
  t.match(judgeCredential('pass', WHOLE), { verdict: 'accepted' });
  for (const [code, [check, outcome, verdict]] of Object.entries(TABLE) as [CheckCode, Row][]) {
    const detail = plainWords(code);
    t.not(detail, 'The document could not be accepted.', `${code} has words of its own`);
    const checks = withOne({ check, outcome, code, detail });
    for (const judged of [
      judgeCredential(outcome, checks),
      judgePresentation(outcome, WHOLE, [{ checks: WHOLE }, { checks }]),
      judgePresentation(outcome, checks, [{ checks: WHOLE }]),
    ]) {
      t.equal(judged.verdict, verdict, code);
      t.match(judged.sentence, /^[A-Z][^\n]*[a-z]\.$/, code);
      t.notMatch(judged.sentence, /\. [A-Z]/, `${code}: one sentence`);
      t.ok(judged.sentence.includes(detail.slice(1).split('. ')[0] ?? ''), judged.sentence);
    }
  }
  t.equal(new Set(Object.values(TABLE).map(([, , one]) => one)).size, VERDICTS.length);
  t.end();
});

t.test('Who presents it says nothing of whether a presentation is genuine', (t) => {
  for (const code of ['KEY_BINDING_MISSING', 'HOLDER_MISMATCH'] as const) {
    const checks = withOne({ check: 'proof', outcome: 'fail', code, detail: plainWords(code) });
    t.equal(judgePresentation('fail', checks, [{ checks: WHOLE }]).verdict, REFUSED, code);
  }
  t.end();
});

function judge(...parts: Check[][]): Verdict {
  const credentials = parts.map((checks) => ({ checks }));
  return judgePresentation('fail', WHOLE, credentials).verdict;
}

t.test('What is not genuine comes before what is unknown, and that before what is refused', (t) => {
  const refused = withOne({ check: 'status', outcome: 'fail', code: 'CREDENTIAL_REVOKED' });
  const open = withOne({ check: 'proof', outcome: 'unknown', code: 'REGISTRY_STALE' });
  const refuted = withOne({ check: 'proof', outcome: 'fail', code: 'PROOF_VERIFICATION_ERROR' });
  t.equal(judge(refused), REFUSED);
  t.equal(judge(refused, open), OPEN);
  t.equal(judge(refused, open, refuted), REFUTES);
  t.equal(judgeCredential('unknown', []).verdict, 'undetermined', 'of nothing nothing is said');
  t.end();
});

async function judgedBy(
  input: Parameters<typeof verifyCredential>[0],
  ports: VerifierPorts,
): Promise<string> {
  const { verdict, sentence } = await verifyCredential(input, ports);
  return `${verdict}: ${sentence}`;
}

t.test(
  'A credential that is genuine is told apart from one that is not, whatever else fails',
  async (t) => {
    const world = createWorld();
    const { ports, trust } = world;
    revoke(world, 3);
    const whole = await issue(world);
    t.equal(await judgedBy(whole, ports), 'accepted: The credential is genuine and accepted here.');

    t.equal(
      await judgedBy(await issue(world, { index: 3 }), ports),
      'genuine-not-accepted: The credential is genuine but not accepted here: the issuer has revoked this credential.',
    );
    const forged = tampered(await issue(world, { index: 3 }), (copy) => {
      copy['validUntil'] = '2030-01-01T00:00:00Z';
    });
    t.match(
      await judgedBy(forged, ports),
      /^not-genuine: The credential is not genuine: the signature/,
    );
    const byAnother = await issue(world, { signer: createKey(trust.did) });
    t.equal(
      await judgedBy(byAnother, ports),
      'not-genuine: The credential is not genuine: the key that signed is not registered for the issuer.',
    );
    t.match(await judgedBy('a.b.c', ports), /^not-genuine: .*cannot be read\.$/);
    t.match(
      await judgedBy('x'.repeat(65_537), ports),
      /^undetermined: .*it is not known whether it is genuine: the document is larger/,
    );
    const stranger = { ...whole, issuer: trust.did.replace('ZZA01', 'ZZQ99') };
    t.match(
      await judgedBy(stranger, ports),
      /^undetermined: .*is not a registered organisation\.$/,
    );
  },
);

t.test(
  'What a suspended issuer signed before is genuine, and a forgery in its name is not',
  async (t) => {
    const world = createWorld();
    const whole = await issue(world);
    t.match(await judgedBy(whole, world.ports), /^accepted/);
    becomes(world.trust, 'suspended', NOON + 1);
    world.now += 31_000;
    t.match(await judgedBy(whole, world.ports), /^genuine-not-accepted/);
    const forged = tampered(whole, (copy) => void (copy['validUntil'] = '2030-01-01T00:00:00Z'));
    t.match(await judgedBy(forged, world.ports), /^not-genuine/);
  },
);

t.test('A key that is compromised is the reason that is given', async (t) => {
  const world = createWorld();
  const whole = await issue(world);
  t.match(await judgedBy(whole, world.ports), /^accepted/);
  Object.assign(world.trust.record.keys[0] ?? {}, { state: 'compromised' });
  world.now += 31_000;
  t.match(
    await judgedBy(whole, world.ports),
    /^not-genuine: .*: the key that signed is no longer safe\.$/,
  );
});

t.test('A presentation is judged by what holds for all of it', async (t) => {
  const world = createWorld();
  revoke(world, 3);
  const [whole, revoked] = [await issue(world), await issue(world, { index: 3 })];
  const judged = async (presentation: Awaited<ReturnType<typeof present>>, challenge: string) => {
    const options = { asker: ASKER, challenge, domain: DOMAIN, watch: false };
    return (await verifyPresentation(presentation, options, world.ports)).verdict;
  };
  const one = await present(world, [whole], { challenge: 'one' });
  t.equal(await judged(one, 'one'), 'accepted');
  t.equal(await judged(one, 'one'), 'genuine-not-accepted', 'it was received before');
  t.equal(
    await judged(await present(world, [whole, revoked], { challenge: 'two' }), 'two'),
    REFUSED,
  );
  const by = createHolder();
  const stolen = await present(world, [whole], { challenge: 'three', by });
  t.equal(await judged(stolen, 'three'), REFUSED, 'the credentials are genuine');
  const forged = tampered(await present(world, [whole], { challenge: 'four' }), (copy) => {
    copy['id'] = 'urn:uuid:5ae0d1b5-1c5b-4b7e-8e5c-5ab2bb3a3c1d';
  });
  t.equal(await judged(forged, 'four'), REFUTES);
});
