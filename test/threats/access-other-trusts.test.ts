import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { createPersonClient } from '../../deploy/local/people.ts';
import { signInAs } from '../../deploy/local/person-token.ts';
import { randomTraining } from '../end-to-end/claims.ts';
import { type Answer, createClient, sendRequest } from '../end-to-end/client.ts';
import { bindHolder, createHolder } from '../end-to-end/holder.ts';
import { seededRandom } from '../seeded-random.ts';
import { documentedBodies, isClosed } from './documented-bodies.ts';
import { sendWithToken } from './send-with-token.ts';
import { openDatabase } from './tables.ts';
import { walkStack } from './walk.ts';

t.setTimeout(180_000);

const { stack, dataDir, routes } = await walkStack(t);
const database = await openDatabase(t, dataDir);
const [ownTrust, otherTrust] = stack.clients;
if (!ownTrust || !otherTrust) throw new Error('stack.json names two trusts');
const own = createClient(stack, ownTrust);
const other = createClient(stack, otherTrust);
const employeeId = `EMP-${randomUUID()}`;
const holder = createHolder();
await bindHolder(own, holder, employeeId);
const { type: TYPE, claims: CLAIMS } = randomTraining(seededRandom(), ownTrust.odsCode);

function write(body: unknown) {
  return { method: 'POST', body, idempotencyKey: randomUUID() } as const;
}

async function mint(body: JsonObject = {}): Promise<Answer> {
  return own.send(
    'issuer',
    '/v1/credentials',
    write({ employeeId, type: TYPE, claims: CLAIMS, ...body }),
  );
}

function statusEntriesOf(credential: JsonObject): JsonObject[] {
  return credential['credentialStatus'] as JsonObject[];
}

async function tokenOf(odsCode: string): Promise<string> {
  const person = stack.people.find((each) => each.odsCode === odsCode);
  if (person === undefined) throw new Error(`${odsCode} has nobody`);
  const { services, publicOrigin, portal } = stack;
  const { accessToken } = await signInAs({
    authorizationUrl: services['authorization'] ?? '',
    publicOrigin,
    ...portal,
    subject: person.subject,
    scope: person.scope,
  });
  return accessToken;
}

// A value for each parameter, and a body for each route, with which the owner gets further than to a 404.
const BODIES: Record<string, unknown> = {
  'POST /v1/credentials/{id}/status': { status: 'suspended', reason: 'under-investigation' },
  'POST /v1/credentials/{id}/lifecycle': { event: 'archived', reason: 'no-longer-needed' },
  'POST /v1/credentials/{id}/reissue': { reason: 'wallet-lost' },
  'POST /v1/organisations/{odsCode}/test-issue': { verifiableCredential: {} },
};
// Their identifiers name what is for everybody, what each trust has for itself, or what an administrator decides on.
const NOT_ONE_TRUSTS = [
  'PUT /v1/form-defaults/{type}',
  'DELETE /v1/form-defaults/{type}',
  'GET /v1/organisations/{odsCode}/contacts',
  'POST /v1/organisations/{odsCode}/keys/{thumbprint}/compromise',
  'POST /v1/organisations/{odsCode}/suspension',
  'GET /v1/clients/{clientId}',
  'POST /v1/clients/{clientId}/keys',
  'POST /v1/clients/{clientId}/revocation',
];

t.test(
  'C19: every route that takes an identifier answers 404 to another trust, touches no row and is audited',
  async (t) => {
    const ids = await ownIds();
    const people = {
      own: await tokenOf(ownTrust.odsCode),
      other: await tokenOf(otherTrust.odsCode),
    };
    const calls = routes
      .filter(({ scope, template }) => scope !== undefined && template.includes('{'))
      .map((route) => ({ ...route, name: `${route.method} ${route.template}` }))
      .filter(({ name }) => !NOT_ONE_TRUSTS.includes(name))
      .map((route) => ({ ...route, path: pathOf(route.template, ids) }));
    t.ok(calls.length >= 20, `${calls.length} routes`);
    const call = async (
      { name, service, path, scope = '' }: (typeof calls)[number],
      who: 'own' | 'other',
    ) => {
      const [method = ''] = name.split(' ');
      const person = /^registry:|approve$/.test(scope);
      const client = who === 'own' ? own : other;
      const body = BODIES[name] ?? {};
      return sendWithToken(`${stack.services[service]}${path}`, {
        method,
        ...(method === 'POST' && { body }),
        token: person ? people[who] : await client.token(),
      });
    };
    for (const each of calls.filter(({ method }) => method === 'GET')) {
      const answer = await call(each, 'own');
      t.equal(answer.status, 200, `its own trust reads ${each.name}: ${answer.text.slice(0, 200)}`);
    }
    const before = await database.digests();
    for (const each of calls) {
      const answer = await call(each, 'other');
      t.equal(answer.status, 404, `${each.name}: ${answer.text.slice(0, 200)}`);
      t.equal(answer.json()['code'], 'NOT_FOUND');
    }
    const [revocation] = statusEntriesOf(ids.minted);
    const inBody = { credentialId: ids.minted['id'], credentialStatus: revocation, status: true };
    const refused = await other.send('issuer', '/credentials/status', write(inBody));
    t.equal(refused.status, 404, refused.text);
    t.same(await database.digests(), before, 'no row is another than before');

    for (const [service, schema] of Object.entries(SCHEMAS)) {
      const rows = (
        await Promise.all(
          [otherTrust.clientId, stack.portal.clientId].map((client) =>
            database.auditEvents(schema, 'access.refused', client),
          ),
        )
      ).flat();
      for (const each of calls.filter((one) => one.service === service)) {
        const route = each.template.replaceAll(/\{(\w+)\}/g, ':$1');
        const row = rows.findLast(
          ({ subject }) => subject['route'] === route && subject['method'] === each.method,
        );
        t.match(row, { odsCode: otherTrust.odsCode }, `${each.name} is in the audit chain`);
        if (each.template.includes('{id}')) t.ok(each.path.includes(row?.subject['id'] ?? ' '));
      }
    }
    for (const each of calls.filter(({ method }) => method !== 'GET')) {
      const answer = await call(each, 'own');
      t.not(answer.status, 404, `its own trust gets further at ${each.name}: ${answer.text}`);
    }
  },
);

const TEAM = { email: 'team@ashmere.example' };
const SCHEMAS = { issuer: 'issuer', verifier: 'verifier', 'trust-registry': 'trust_registry' };

function idOf({ text }: { text: string }): string {
  return (JSON.parse(text) as { id: string }).id;
}

async function ownIds() {
  const answer = await mint();
  if (answer.status !== 201) throw new Error(answer.text);
  const minted = answer.json()['verifiableCredential'] as JsonObject & { id: string };
  const credential = minted.id.replace('urn:uuid:', '');
  const batch = await own.send(
    'issuer',
    '/v1/status-batches',
    write({ select: { employeeId }, status: 'suspended', reason: 'under-investigation' }),
  );
  const webhook = await own.send(
    'verifier',
    '/v1/webhooks',
    write({ url: 'https://hooks.ashmere.example/events' }),
  );
  const maker = stack.people.find(({ odsCode }) => odsCode === ownTrust?.odsCode);
  if (maker === undefined) throw new Error('the trust has nobody');
  const change = await createPersonClient(stack, maker).post('trust-registry', '/v1/changes', {
    operations: [
      {
        operation: 'set-contacts',
        odsCode: ownTrust?.odsCode,
        humanResources: TEAM,
        occupationalHealth: TEAM,
        education: TEAM,
      },
    ],
  });
  return { minted, credential, batch: idOf(batch), webhook: idOf(webhook), change: idOf(change) };
}

function pathOf(template: string, ids: Awaited<ReturnType<typeof ownIds>>): string {
  const id =
    Object.entries({
      '/v1/status-batches': ids.batch,
      '/v1/webhooks': ids.webhook,
      '/v1/changes': ids.change,
    }).find(([start]) => template.startsWith(start))?.[1] ?? ids.credential;
  const values: Record<string, string> = {
    id,
    form: 'vcdm2-ed25519-2020',
    odsCode: ownTrust?.odsCode ?? '',
  };
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? name);
}

t.test(
  'C20: what only the service sets is an unknown property in every body, and VCALM takes no other issuer',
  async (t) => {
    t.equal((await mint()).status, 201, 'without them it is minted');
    for (const name of ['statusListIndex', 'tenantId', 'createdAt', 'odsCode', 'issuer', 'id']) {
      const answer = await mint({ [name]: 'ZZB02' });
      t.equal(answer.status, 400, `${name}: ${answer.text}`);
      t.match(answer.json(), { code: 'INVALID_REQUEST', errors: [{ pointer: `/${name}` }] });
    }
    for (const { service, method, template, body } of await documentedBodies(stack.services)) {
      if (template.startsWith('/v1/')) t.ok(isClosed(body), `${method} ${service}${template}`);
    }
    const minted = (await mint()).json()['verifiableCredential'] as JsonObject;
    const { proof: _proof, credentialStatus: _status, id: _id, ...rest } = minted;
    const { trustFramework: _framework, credentialSchema: _schema, ...credential } = rest;
    const issue = (changes: JsonObject, options: JsonObject = {}) =>
      own.send(
        'issuer',
        '/credentials/issue',
        write({ credential: { ...credential, ...changes }, options }),
      );
    t.equal((await issue({})).status, 201, (await issue({})).text);
    const foreign = await issue({ issuer: otherTrust.issuer });
    t.equal(foreign.status, 422);
    t.equal(foreign.json()['code'], 'ISSUER_MISMATCH');
    for (const name of ['statusListIndex', 'tenantId', 'createdAt']) {
      const answer = await issue({ [name]: 'x' });
      t.equal(answer.json()['code'], 'UNKNOWN_TERM', answer.text);
    }
    const id = `urn:uuid:${randomUUID()}`;
    t.equal((await issue({ id })).status, 201, 'an id of its own is the caller’s choice');
    const taken = await issue({ id });
    t.equal(taken.status, 409, taken.text);
  },
);

/** How many are found; the status when it is an error. */
async function count(service: string, path: string): Promise<number> {
  const answer = await own.send(service, path);
  return answer.status === 200 ? (answer.json()['items'] as unknown[]).length : answer.status;
}

const SQL = ["'; drop table issuer.credentials; --", '\\', "' or '1'='1", '%', '_', '%_%'];

t.test(
  'C13: what means something to SQL is taken for what it says, wherever it stands',
  async (t) => {
    const claims = { ...CLAIMS, learningMethod: SQL.join(' ') };
    const minted = (await mint({ claims })).json()['verifiableCredential'] as JsonObject;
    t.match(minted['credentialSubject'], { learningMethod: claims.learningMethod });

    t.ok((await count('issuer', `/v1/credentials?employeeId=${employeeId}`)) > 0);
    t.ok((await count('trust-registry', '/v1/organisations?name=ashmere')) === 1);
    // not what is in them: a worker goes on with the batch of the case before
    const before = rowCounts(await database.digests());
    for (const text of SQL) {
      const value = encodeURIComponent(text);
      for (const found of [
        await count('issuer', `/v1/credentials?employeeId=${value}`),
        await count('trust-registry', `/v1/organisations?name=${value}`),
      ]) {
        t.ok(found === 0 || found === 400, `${text} finds ${found}`);
      }
    }
    const wildcard = encodeURIComponent(`${employeeId.slice(0, -1)}_`);
    t.ok([0, 400].includes(await count('issuer', `/v1/credentials?employeeId=${wildcard}`)));
    t.equal(await count('trust-registry', '/v1/organisations?name=ashm%25'), 0);

    const people = await tokenOf(ownTrust.odsCode);
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      const { service, template, scope = '' } = route;
      for (const text of SQL) {
        const value = encodeURIComponent(text);
        const path = template.replaceAll(/\{\w+\}/g, value);
        const query = `?after=${value}&name=${value}&employeeId=${value}&type=${value}&at=${value}`;
        const token = scope.startsWith('registry:') ? people : await own.token();
        const answer = await sendRequest(`${stack.services[service]}${path}${query}`, { token });
        t.ok(answer.status < 500, `GET ${service}${template} with ${text}: ${answer.text}`);
      }
    }
    const after = rowCounts(await database.digests());
    t.same(after, before, 'every table is there, with as many rows');
  },
);

function rowCounts(digests: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(digests).map(([table, digest]) => [table, digest.split(' ')[0] ?? '']),
  );
}
