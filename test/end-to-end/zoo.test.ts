import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Verification } from '#api/verifier';
import { PROBLEMS } from '#kit/problem';
import type { Expected, Exhibit, ExhibitRequest, ZooIndex } from '../../deploy/zoo/exhibit.ts';
import { EXHIBITED } from '../../deploy/zoo/exhibited.ts';
import { type Client, createClient } from './client.ts';
import { startRunningStack } from './running-stack.ts';

t.setTimeout(240_000);

const running = await startRunningStack(t);
const stack = running.file();
const index = await makeByAsking();
const asker = stack.clients.find(({ odsCode }) => odsCode === index.asker.odsCode);
if (asker === undefined) throw new Error('the asker of the zoo is a trust of the stack');
const host = createClient(stack, asker);

/** What a newcomer does: the first request has the zoo made. */
async function makeByAsking(): Promise<ZooIndex> {
  const response = await fetch(stack.zoo ?? '', { signal: AbortSignal.timeout(90_000) });
  t.equal(response.status, 200);
  return (await response.json()) as ZooIndex;
}

async function verify(client: Client, body: ExhibitRequest): Promise<Verification> {
  const answer = await client.send('verifier', '/v1/verifications', { body });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.json() as unknown as Verification;
}

/** Every finding with a code, sorted; of a presentation those of its first credential too. */
function findingsOf({ checks, credentials }: Verification): string[] {
  const found = [
    ...checks.map((check) => ({ scope: 'presentation' as const, ...check })),
    ...(credentials[0]?.checks ?? []).map((check) => ({ scope: 'credential' as const, ...check })),
  ];
  return found
    .filter(({ code }) => code !== undefined)
    .map(say)
    .toSorted();
}

function say({
  scope,
  check,
  outcome,
  code,
}: Omit<Expected, 'code' | 'outcome'> & { outcome: string; code?: string }) {
  return `${scope}: ${check} ${outcome} ${code}`;
}

async function read(file: string): Promise<ExhibitRequest> {
  const response = await fetch(new URL(file, stack.zoo), { signal: AbortSignal.timeout(10_000) });
  return (await response.json()) as ExhibitRequest;
}

const goods = index.exhibits.filter(({ code }) => code === null);
const broken = index.exhibits.filter(({ code }) => code !== null);

for (const good of goods) {
  t.test(`The exhibit ${good.name}, from which others are made, verifies`, async (t) => {
    const verification = await verify(host, await read(good.file));
    t.equal(verification.overall, 'pass', JSON.stringify(verification));
    t.equal(verification.verdict, 'accepted');
    t.same(findingsOf(verification), []);
  });
}

for (const exhibit of broken) {
  t.test(`The exhibit ${exhibit.name} has its code on its check, and no other`, async (t) => {
    t.ok(
      goods.some(({ name }) => name === exhibit.original),
      'it is made from one that verifies',
    );
    const verification = await verify(host, await read(exhibit.file));
    t.same(findingsOf(verification), exhibit.expected.map(say).toSorted(), exhibit.what);
    t.equal(verification.overall, exhibit.overall);
    t.equal(verification.verdict, exhibit.verdict, verification.sentence);
    t.equal(exhibit.expected[0]?.code, exhibit.code);
  });
}

t.test(
  'Each check that does not pass says where, in a place that is there or is missing',
  async (t) => {
    for (const { name, file } of broken) {
      const { verifiableCredential, verifiablePresentation, ...rest } = await read(file);
      const document = verifiableCredential ?? verifiablePresentation;
      const asked = { verifiableCredential, verifiablePresentation, ...rest };
      const { checks, credentials } = await verify(host, asked as ExhibitRequest);
      const all = [...checks, ...credentials.flatMap((each) => each.checks)];
      for (const { check, outcome, pointer } of all) {
        if (outcome !== 'fail' && outcome !== 'unknown') continue;
        t.type(pointer, 'string', `${name}: ${check}`);
        if (typeof document === 'string' || pointer === undefined) continue;
        // of a member that is missing it is the object that lacks it
        const [, ...steps] = pointer.split('/').slice(0, -1);
        const place = steps.reduce<unknown>((value, step) => memberOf(value, step), document);
        t.ok(typeof place === 'object' && place !== null, `${name}: ${check} ${pointer}`);
      }
    }
  },
);

function memberOf(value: unknown, step: string): unknown {
  const members = (value ?? {}) as Record<string, unknown>;
  return members[step.replaceAll('~1', '/').replaceAll('~0', '~')];
}

t.test('Of a status that was looked up the version and the age of the list are said', async (t) => {
  for (const { name, code, file } of index.exhibits) {
    if (code !== null && !['CREDENTIAL_REVOKED', 'CREDENTIAL_SUSPENDED'].includes(code)) continue;
    const { credentials } = await verify(host, await read(file));
    t.match(
      credentials[0]?.statusList,
      { version: Number, fetchedAt: String, ageMs: Number },
      name,
    );
  }
});

t.test('The zoo has what the error catalogue promises', async (t) => {
  const promised = new Set(EXHIBITED.map(({ name }) => name));
  t.same(new Set(broken.map(({ name }) => name)), promised);
  t.equal(broken.length, promised.size);
});

t.test('The zoo and what it cannot show are all the codes that a verification says', async (t) => {
  const shown = [...broken.map(({ code }) => code), ...index.elsewhere.map(({ code }) => code)];
  t.ok(shown.every((code) => code !== null && code in PROBLEMS));
  t.same(
    codesOfVerifications().filter((code) => !shown.includes(code)),
    [],
  );
  const both = index.elsewhere.filter(({ code }) => broken.some((one) => one.code === code));
  t.same(both, [], 'nothing is said not to be shown that is');
});

t.test('The files in the data directory are those that are served', async (t) => {
  for (const { file } of index.exhibits.slice(0, 3)) {
    t.same(JSON.parse(readFileSync(join(running.dataDir, 'zoo', file), 'utf8')), await read(file));
  }
  const outside = await fetch(new URL('../stack.json', stack.zoo));
  t.equal(outside.status, 404, 'nothing else of the data directory is served');
});

/** Codes for which the verifier has plain words: those that it answers. */
function codesOfVerifications(): Exhibit['code'][] {
  const source = new URL('../../services/verifier/src/domain/plain-words.ts', import.meta.url);
  const codes = [...readFileSync(source, 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)];
  t.ok(codes.length > 40);
  return codes.map(([, code]) => code as Exhibit['code']);
}
