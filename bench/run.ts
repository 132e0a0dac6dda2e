import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findCredentialType } from '#catalogue/catalogue';
import type { JsonObject } from '#vc/data-model';
import { createHolder, bindHolder } from '../deploy/local/holder.ts';
import { createHrClient } from '../deploy/local/hr-client.ts';
import { createLayout, layoutFromEnvironment, ROOT } from '../deploy/local/layout.ts';
import { must } from '../deploy/local/seed.ts';
import { type Stack, startStack } from '../deploy/local/stack.ts';
import { type Figure, type Load, measure, median } from './measure.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? '3');
const CONNECTIONS = 16;
const EMPLOYEE = 'BENCH-1';
const TYPE = 'FireSafetyCredential';
const DOMAIN = 'https://bench.example';
const PORT_OFFSET = 700;

interface Subject {
  name: string;
  operations: number;
  baseline: Omit<Load, 'connections' | 'operations'>;
  ours: Omit<Load, 'connections' | 'operations'>;
}

interface Baseline {
  url: string;
  did: string;
  pid: number;
  child: ChildProcess;
}

const dataDir = mkdtempSync(join(tmpdir(), 'staff-passport-bench-'));
const layout = createLayout(dataDir, layoutFromEnvironment().port('issuer') - 1 + PORT_OFFSET);
console.log('starting the services and the baseline');
const stack = await startStack({ layout, log: () => undefined });
const baseline = await startBaseline();
try {
  for (const subject of await prepare(stack, baseline)) await compare(subject);
} finally {
  baseline.child.kill();
  await stack.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Takes the two in turn, so that what else the machine does weighs on both. */
async function compare({ name, operations, baseline: theirs, ours }: Subject): Promise<void> {
  const figures: { theirs: Figure; ours: Figure }[] = [];
  const warm = Math.ceil(operations / 5);
  await measure({ ...theirs, connections: CONNECTIONS, operations: warm });
  await measure({ ...ours, connections: CONNECTIONS, operations: warm });
  for (let round = 0; round < ROUNDS; round++) {
    figures.push({
      theirs: await measure({ ...theirs, connections: CONNECTIONS, operations }),
      ours: await measure({ ...ours, connections: CONNECTIONS, operations }),
    });
  }
  console.log(
    `\n${name} (${ROUNDS} rounds of ${operations}, ${CONNECTIONS} connections, taken in turn)`,
  );
  print(
    'baseline',
    figures.map(({ theirs: figure }) => figure),
  );
  print(
    'ours',
    figures.map(({ ours: figure }) => figure),
  );
  const rates = figures.map((pair) => pair.ours.perSecond / pair.theirs.perSecond);
  const cpu = figures.map(
    (pair) => (pair.theirs.cpuMs ?? Number.NaN) / (pair.ours.cpuMs ?? Number.NaN),
  );
  console.log(`  ratio     by rate ${spread(rates)}   by server CPU ${spread(cpu)}`);
}

function print(label: string, figures: Figure[]): void {
  const of = (pick: (figure: Figure) => number) => median(figures.map(pick));
  const cpu = of(({ cpuMs }) => cpuMs ?? Number.NaN).toFixed(2);
  console.log(
    `  ${label.padEnd(9)} ${of(({ perSecond }) => perSecond)
      .toFixed(1)
      .padStart(
        8,
      )}/s   CPU ${cpu.padStart(7)} ms   p50 ${of(({ p50Ms }) => p50Ms).toFixed(1)} ms   p99 ${of(({ p99Ms }) => p99Ms).toFixed(1)} ms`,
  );
}

function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${median(sorted).toFixed(2)} (${sorted.at(0)?.toFixed(2)} to ${sorted.at(-1)?.toFixed(2)})`;
}

async function startBaseline(): Promise<Baseline> {
  const child = spawn(process.execPath, ['bench/baseline-server.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const url = /^listening (.*)$/.exec(line)?.[1];
    if (url === undefined || child.pid === undefined) continue;
    const { did } = (await (await fetch(`${url}/did`)).json()) as { did: string };
    return { url, did, pid: child.pid, child };
  }
  throw new Error('the baseline did not start');
}

async function prepare({ file }: Stack, theirs: Baseline): Promise<Subject[]> {
  const [first] = file.clients;
  if (first === undefined) throw new Error('the sample cell has trusts');
  const hr = createHrClient(file, first);
  const holder = createHolder();
  await bindHolder(hr, holder, EMPLOYEE);
  const claims = findCredentialType(TYPE)?.example;
  const mint = async () => {
    const answer = must(
      await hr.post('issuer', '/v1/credentials', { employeeId: EMPLOYEE, type: TYPE, claims }),
      201,
    );
    return answer.body['verifiableCredential'] as unknown as JsonObject;
  };
  const ourCredentials: JsonObject[] = [];
  for (let count = 0; count < 16; count++) ourCredentials.push(await mint());
  const [sample] = ourCredentials;
  const { proof: _proof, id: _id, ...unsigned } = sample as JsonObject;
  const theirIssue = () =>
    post(
      `${theirs.url}/credentials/issue`,
      { credential: { ...unsigned, id: `urn:uuid:${randomUUID()}` } },
      201,
    );
  const theirCredentials: JsonObject[] = [];
  for (let count = 0; count < 16; count++) {
    theirCredentials.push(
      ((await theirIssue()) as { verifiableCredential: JsonObject }).verifiableCredential,
    );
  }
  const pid = (name: string) => file.processes[name] ?? 0;
  const operations = { issue: 600, verify: 600, present: 24 };
  const challenges = async () => {
    const answer = must(await hr.post('verifier', '/challenges', {}), 200);
    return String(answer.body['challenge']);
  };
  const presentations = async (
    credentials: JsonObject[],
    count: number,
    challenge: () => Promise<string>,
  ) => {
    const made = [];
    for (let index = 0; index < count; index++) {
      const options = { challenge: await challenge(), domain: DOMAIN };
      made.push({
        verifiablePresentation: await holder.present({
          ...options,
          verifiableCredential: credentials,
        }),
        options,
      });
    }
    return made;
  };
  // A challenge is accepted once: one presentation for each operation of ours, warm-up included.
  const needed = operations.present * ROUNDS + Math.ceil(operations.present / 5);
  const ourPresentations = await presentations(ourCredentials, needed, challenges);
  const theirPresentations = await presentations(theirCredentials, 4, () =>
    Promise.resolve(randomUUID()),
  );

  return [
    {
      name: 'issue',
      operations: operations.issue,
      baseline: { pid: theirs.pid, run: async () => void (await theirIssue()) },
      ours: { pid: pid('issuer'), run: async () => void (await mint()) },
    },
    {
      name: 'verify',
      operations: operations.verify,
      baseline: {
        pid: theirs.pid,
        run: async (index) =>
          void (await post(
            `${theirs.url}/credentials/verify`,
            { verifiableCredential: theirCredentials[index % 16] },
            200,
          )),
      },
      ours: {
        pid: pid('verifier'),
        run: async (index) =>
          void must(
            await hr.post('verifier', '/credentials/verify', {
              verifiableCredential: ourCredentials[index % 16],
            }),
            200,
          ),
      },
    },
    {
      name: 'presentation of 16',
      operations: operations.present,
      baseline: {
        pid: theirs.pid,
        run: async (index) =>
          void (await post(
            `${theirs.url}/presentations/verify`,
            theirPresentations[index % 4],
            200,
          )),
      },
      ours: {
        pid: pid('verifier'),
        run: async () =>
          void must(
            await hr.post('verifier', '/presentations/verify', ourPresentations.shift()),
            200,
          ),
      },
    },
  ];
}

async function post(url: string, body: unknown, status: number): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== status)
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
