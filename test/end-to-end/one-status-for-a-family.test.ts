import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync, inflateSync } from 'node:zlib';
import { decodeJwt } from 'jose';
import t from 'tap';
import type { Event, Verification } from '#api/verifier';
import { CREDENTIAL_FORMS, type CredentialForm } from '#vc/credential-form';
import type { JsonObject } from '#vc/data-model';
import { seededRandom } from '../seeded-random.ts';
import { randomTraining } from './claims.ts';
import { createClient, sendRequest } from './client.ts';
import { bindHolder, createHolder } from './holder.ts';
import { startRunningStack } from './running-stack.ts';

type Document = JsonObject | string;

/** Where a form says that its status stands. */
interface Place {
  list: 'revocation' | 'suspension' | 'message' | 'token';
  url: string;
  index: number;
}

interface StatusEntry {
  statusPurpose: Exclude<Place['list'], 'token'>;
  statusListCredential: string;
  statusListIndex: string;
}

const WITHIN_MS = 60_000;

t.setTimeout(180_000);

const random = seededRandom();
t.comment(`SEED=${random.seed} repeats the claims`);
const running = await startRunningStack(t);
const stack = running.file();
const [employerTrust, hostTrust] = stack.clients;
if (!employerTrust || !hostTrust) throw new Error('stack.json names trusts');
const employer = createClient(stack, employerTrust);
const host = createClient(stack, hostTrust);
const employeeId = `EMP-${random.uuid()}`;
await bindHolder(employer, createHolder(), employeeId);

t.test('One call issues all forms, and one revocation revokes all of them', async (t) => {
  const family = await mintFamily();
  t.same([...family.keys()], CREDENTIAL_FORMS);
  const { id } = family.get('vcdm2-ed25519-2020') as { id: string };
  const places = [...family].flatMap(([form, document]) => placesOf(form, document));
  t.equal(new Set(places.map(({ index }) => index)).size, 1, 'one index');
  t.equal(new Set(places.map(({ url }) => url)).size, 4, 'in the pair and the two-bit lists');

  for (const [form, document] of family) {
    const { overall, codes } = await verify(document);
    t.equal(overall, 'pass', `${form} ${codes.join()}`);
  }
  for (const place of places) t.equal(await readByHand(place), 0, place.list);

  const path = `/v1/credentials/${id.replace('urn:uuid:', '')}/status`;
  const change = { status: 'revoked', reason: 'issued-in-error' };
  const revoked = await employer.send('issuer', path, write(change));
  t.equal(revoked.status, 200, revoked.text);

  for (const [form, document] of family) {
    const last = await until(
      () => verify(document),
      ({ overall }) => overall === 'fail',
    );
    t.same(last, { overall: 'fail', codes: ['CREDENTIAL_REVOKED'] }, form);
  }
  // A suspension list has nothing to say of what is revoked.
  for (const place of places) {
    t.equal(await readByHand(place), place.list === 'suspension' ? 0 : 1, place.list);
  }

  const told = await until(
    () => eventsOf(id),
    (events) => events.length > 0,
  );
  t.match(
    told.map(({ data }) => data),
    [{ statusPurpose: 'revocation', value: true }],
    'who relied on all forms is told once',
  );
});

function write(body: unknown) {
  return { body, idempotencyKey: randomUUID() };
}

async function mintFamily(): Promise<Map<CredentialForm, Document>> {
  const training = randomTraining(random, employerTrust?.odsCode ?? '');
  const minted = await employer.send(
    'issuer',
    '/v1/credentials',
    write({ employeeId, ...training, forms: CREDENTIAL_FORMS }),
  );
  if (minted.status !== 201) throw new Error(`Not minted: ${minted.text}`);
  const { verifiableCredential, otherForms } = minted.json() as {
    verifiableCredential: Document;
    otherForms: { form: CredentialForm; verifiableCredential: Document }[];
  };
  return new Map([
    [CREDENTIAL_FORMS[0], verifiableCredential],
    ...otherForms.map((other) => [other.form, other.verifiableCredential] as const),
  ]);
}

async function verify(verifiableCredential: Document) {
  const answer = await host.send(
    'verifier',
    '/v1/verifications',
    write({ verifiableCredential, watch: true }),
  );
  const { overall, credentials } = answer.json() as unknown as Verification;
  const checks = credentials.flatMap((credential) => credential.checks);
  const codes = checks.flatMap(({ outcome, code }) =>
    outcome === 'fail' || outcome === 'unknown' ? [String(code)] : [],
  );
  return { overall, codes };
}

async function eventsOf(subject: string): Promise<Event[]> {
  const answer = await host.send('verifier', '/v1/events');
  const { items } = answer.json() as unknown as { items: Event[] };
  return items.filter((event) => event.subject === subject);
}

function placesOf(form: CredentialForm, document: Document): Place[] {
  if (form === 'dc+sd-jwt') {
    const [jwt = ''] = (document as string).split('~');
    const { status } = decodeJwt<{ status: { status_list: { idx: number; uri: string } } }>(jwt);
    return [{ list: 'token', url: status.status_list.uri, index: status.status_list.idx }];
  }
  const credential =
    typeof document === 'string' ? decodeJwt<{ vc: JsonObject }>(document).vc : document;
  const entries = [credential['credentialStatus']].flat() as unknown as StatusEntry[];
  return entries.map(({ statusPurpose, statusListCredential, statusListIndex }) => ({
    list: statusPurpose,
    url: statusListCredential,
    index: Number(statusListIndex),
  }));
}

/** The value of an entry, read as the two specifications have it and by nothing of ours. */
async function readByHand({ list, url, index }: Place): Promise<number> {
  const at = url.replace(stack.publicOrigin, stack.services['status-list'] ?? '');
  const answer = await sendRequest(at, { timeoutMs: 10_000 });
  if (answer.status !== 200) throw new Error(`The list answered ${answer.status}`);
  if (list === 'token') {
    const { status_list: served } = decodeJwt<{ status_list: { lst: string } }>(answer.text);
    const bytes = inflateSync(Buffer.from(served.lst, 'base64url'));
    return ((bytes[index >> 2] ?? 0) >> ((index % 4) * 2)) & 3;
  }
  const { encodedList } = (answer.json() as { credentialSubject: { encodedList: string } })
    .credentialSubject;
  const bytes = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
  if (list === 'message') return ((bytes[index >> 2] ?? 0) >> (6 - (index % 4) * 2)) & 3;
  return ((bytes[index >> 3] ?? 0) >> (7 - (index % 8))) & 1;
}

/** Asks again until the answer is the one, and gives the last one up after a minute. */
async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  const giveUp = performance.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (isIt(answer) || performance.now() > giveUp) return answer;
    await wait(100);
  }
}
