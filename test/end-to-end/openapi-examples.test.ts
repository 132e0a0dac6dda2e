import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { decodeJwt } from 'jose';
import t from 'tap';
import { findCredentialType } from '#catalogue/catalogue';
import type { HrClient } from '../../deploy/local/hr-client.ts';
import {
  type DocumentedExample,
  examplesOf,
  fetchDocuments,
  operationsOf,
} from './api-examples/documented-examples.ts';
import { createMemory, findUntrue } from './api-examples/memory.ts';
import { AWAITED, STORY, type Step } from './api-examples/story.ts';
import { tell, type Told } from './api-examples/tell.ts';
import { createTellers, prepareTestIssue } from './api-examples/tellers.ts';
import { startRunningStack } from './running-stack.ts';

const BATCH_SIZE = 30;
const PATIENCE_MS = 30_000;

t.setTimeout(300_000);

const running = await startRunningStack(t);
const stack = running.file();
const documents = await fetchDocuments(stack.services);
const operations = documents.flatMap(operationsOf);
const examples = new Map(
  operations.flatMap(examplesOf).map((each) => [keyOf(each), each] as const),
);
const ajv = new Ajv2020({ strict: false, discriminator: true });
addFormats.default(ajv);

function keyOf({ service, operationId, name }: DocumentedExample): string {
  return `${service} ${operationId} ${name}`;
}

/** What of the value is not as the schema says; '' for nothing. */
function faults(schema: object, value: unknown): string {
  const fits = ajv.compile(schema);
  return fits(value) ? '' : ajv.errorsText(fits.errors);
}

t.test('Every operation says what it is and shows a request and an answer', async (t) => {
  t.ok(operations.length > 70);
  for (const { operation, title, service } of operations) {
    const { operationId = '', summary, tags = [], parameters = [], requestBody } = operation;
    t.match(operationId, /^[a-z][A-Za-z]+$/, `${title} has a name`);
    t.ok(summary, `${title} has a summary`);
    t.equal(tags.length, 1, `${title} has a section`);
    const same = operations.filter(
      (each) => each.service === service && each.operation.operationId === operationId,
    );
    t.equal(same.length, 1, `${title} shares its name with no other`);
    for (const { name, required, examples: shown } of parameters) {
      if (required === true) t.ok(shown, `${title} shows ${name}`);
    }
    for (const { examples: shown } of Object.values(requestBody?.content ?? {})) {
      t.ok(shown, `${title} shows a body`);
    }
    for (const [status, { content = {}, headers = {} }] of Object.entries(operation.responses)) {
      if (status === '200' || status === '201') {
        const shown = Object.values(content).some((media) => media.examples);
        // bindHolder: 200 is 201 for the second time
        t.ok(shown || (status === '200' && operation.responses['201']), `${title} shows ${status}`);
      }
      if (status === '303') t.ok(headers['Location']?.examples, `${title} shows where it leads`);
    }
    t.ok(operation.responses['500'] && operation.responses['503'], `${title} says how it fails`);
  }
});

t.test('Every problem that operations have in common is shown as it is answered', async (t) => {
  for (const { service, components } of documents) {
    const { Problem = {} } = components.schemas;
    for (const [status, { content = {} }] of Object.entries(components.responses)) {
      const shown = Object.values(content['application/problem+json']?.examples ?? {});
      t.equal(shown.length, 1, `${service} shows a ${status}`);
      for (const { value } of shown) {
        t.equal(faults(Problem, value), '');
        t.equal(String((value as { status: number }).status), status);
      }
    }
  }
});

t.test('Every example fits its schema, and each is told below', async (t) => {
  const told = new Set(STORY.map((step) => step.slice(0, 3).join(' ')));
  t.strictSame([...examples.keys()].toSorted(), [...told].toSorted());
  for (const [key, { body, bodySchema, answer, answerSchemas }] of examples) {
    if (bodySchema !== undefined) t.equal(faults(bodySchema, body), '', `${key}: the request`);
    const schemas = Object.values(answerSchemas);
    if (answer === undefined || schemas.length === 0) continue;
    t.ok(
      schemas.some((schema) => faults(schema, answer) === ''),
      `${key}: the answer${schemas.map((schema) => faults(schema, answer)).join()}`,
    );
  }
});

t.test('The examples, sent one after the other, are answered as documented', async (t) => {
  const memory = createMemory();
  const tellers = createTellers(stack, running.dataDir);
  memory.learn('http://127.0.0.1:4000/callback', stack.portal.redirectUri);
  const claims = findCredentialType('FireSafetyCredential')?.example;
  const bodyOf = (key: string) => memory.fill(examples.get(key)?.body) as Record<string, unknown>;
  const { authority_id: anchor } = bodyOf('trust-registry queryRecognition cell');
  memory.learn(anchor, decodeJwt(readFileSync(stack.anchor.genesisFile, 'utf8').trim()).iss);

  /** What must be so before a step, and is no step of the story. */
  const prepare: Record<string, () => Promise<void>> = {
    'issuer proposeStatusBatch duplicates': async () => {
      const { select } = bodyOf('issuer proposeStatusBatch duplicates');
      const { batch } = select as { batch: string };
      const body = { employeeId: 'EMP-00417', type: 'FireSafetyCredential', claims, batch };
      const minted = Array.from({ length: BATCH_SIZE }, () =>
        tellers.ashmere.post('issuer', '/v1/credentials', body),
      );
      for (const { status } of await Promise.all(minted)) t.equal(status, 201);
    },
    'issuer proposeStatusBatch again': async () => {
      await until(async () => (await batchState('undoStatusBatch duplicates')) === 'undone');
    },
    'issuer rejectStatusBatch again': async () => {
      const path = `/v1/status-batches/${idOfBatch('rejectStatusBatch again')}/confirmation`;
      t.equal((await tellers.officer.post('issuer', path, {})).status, 200);
    },
    'trust-registry submitTestIssue test': async () => {
      const { dunmere, verifiableCredential } = await prepareTestIssue(
        stack,
        running.dataDir,
        tellers,
        claims,
      );
      tellers.dunmere = dunmere;
      const example = examples.get('trust-registry submitTestIssue test')?.body;
      memory.learn(example, { verifiableCredential });
    },
  };
  const idOfBatch = (step: string) =>
    String(memory.fill(examples.get(`issuer ${step}`)?.pathParameters['id']));
  const batchState = async (step: string) =>
    (await tellers.officer.get('issuer', `/v1/status-batches/${idOfBatch(step)}`)).body['state'];

  const send = async ([service, operationId, name, teller]: Step) => {
    const key = `${service} ${operationId} ${name}`;
    const example = examples.get(key);
    if (example === undefined) return t.fail(`${key} is not documented`);
    await prepare[key]?.();
    const client: HrClient | undefined = teller === 'nobody' ? undefined : tellers[teller];
    t.equal(client === undefined, example.scope === undefined, `${key}: its token`);
    let told: Told | undefined;
    let untrue: string[] = [];
    await until(async () => {
      told = await tell(example, { stack, memory, token: client && (() => client.token()) });
      untrue = findUntrue(example.answer, told.answer);
      return !AWAITED.has(operationId) || (told.status === example.status && untrue.length === 0);
    });
    if (told === undefined) return undefined;
    t.equal(told.status, example.status, `${key}: ${JSON.stringify(told.answer)}`.slice(0, 1_000));
    if (example.answer !== undefined) {
      const schema = example.answerSchemas[told.media ?? ''];
      t.ok(schema, `${key}: ${told.media} is documented`);
      t.equal(schema && faults(schema, told.answer), '', `${key}: the answer fits its schema`);
      t.strictSame(untrue, [], `${key}: the answer has what the example shows`);
    }
    memory.learn(example.answer, told.answer);
    memory.learn(example.location, told.location);
    return undefined;
  };
  for (const step of STORY) await send(step);
});

async function until(done: () => Promise<boolean>): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  while (!(await done()) && performance.now() < giveUp) await wait(250);
}
