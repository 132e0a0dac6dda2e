import { createHash, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Test } from 'tap';
import type { Event } from '#api/verifier';
import { createHttpClient } from '#kit/http-client';
import type { JsonObject } from '#vc/data-model';
import { checkList } from '../../src/domain/checks/status.ts';
import { createEventDelivery } from '../../src/domain/watching/deliver-events.ts';
import { createWatchLists } from '../../src/domain/watching/watch-lists.ts';
import { createDeliveries } from '../../src/store/deliveries.ts';
import { createWatchingStore } from '../../src/store/watching.ts';
import { createEventSender } from '../../src/webhooks/send-event.ts';
import { build } from '../helper.ts';
import { ORIGIN } from '../trust.ts';
import { DOMAIN, issue, present } from '../world.ts';

export const HOOK = 'https://hr.brackendale.example/events?from=passport';
const HOOK_ORIGIN = new URL(HOOK).origin;
export const SCOPES = ['verifications:write', 'events:read', 'webhooks:write'];

/** `id` of a credential of ours. */
export function idOf({ id }: JsonObject): string {
  return typeof id === 'string' ? id : '';
}

export type Watched = Awaited<ReturnType<typeof watched>>;

/** The app with its watcher, and trusts that rely on credentials by presentations, as they do. */
export async function watched(t: Test, options: Parameters<typeof build>[1] = {}) {
  const built = await build(t, options);
  const { app, db, tokens, world } = built;
  const store = createWatchingStore(db);
  const skipped: string[] = [];
  const by = (odsCode: string, scopes = SCOPES) => tokens.bearer({ odsCode, scopes });
  let keys = 0;

  const call = async (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    { odsCode = 'ZZB02', body, key }: { odsCode?: string; body?: object; key?: string } = {},
  ) => {
    keys += 1;
    const headers = { ...by(odsCode), 'idempotency-key': key ?? `key-${keys}` };
    return app.inject({ method, url, headers, ...(body && { payload: body }) });
  };

  /** the trust gets the credentials presented, and relies on what passes */
  const rely = async (
    credentials: JsonObject[],
    { odsCode = 'ZZB02', watch }: RelyOptions = {},
  ) => {
    const challenge = await built.getChallenge(by(odsCode));
    const verifiablePresentation = await present(world, credentials, { challenge });
    const body = {
      verifiablePresentation,
      options: { challenge, domain: DOMAIN },
      ...(watch !== undefined && { watch }),
    };
    return (await call('POST', '/v1/verifications', { odsCode, body })).json();
  };

  return {
    ...built,
    store,
    by,
    call,
    skipped,
    /** one pass of the watcher */
    watch: createWatchLists({
      watching: store,
      statusLists: world.ports.statusLists,
      checkList: (list) =>
        checkList(list, list.purpose, {
          issuer: list.issuer,
          trustRecords: world.ports.trustRecords,
        }),
      clock: world.ports.clock,
      onEvents: () => {},
      onSkipped: (url) => skipped.push(url),
      closing: new AbortController().signal,
    }),
    rely,
    /** a credential at this index on which these trusts rely */
    reliedOn: async (index: number, trusts = ['ZZB02']) => {
      const credential = await issue(world, { index });
      for (const odsCode of trusts) await rely([credential], { odsCode });
      return credential;
    },
    events: async (odsCode = 'ZZB02'): Promise<Event[]> =>
      (await call('GET', '/v1/events', { odsCode })).json().items,
    /** the lists grow old, so that the next pass fetches them anew */
    later: (ms = 31_000) => {
      world.now += ms;
    },
    createWebhook: async (url = HOOK, odsCode = 'ZZB02'): Promise<string> => {
      const answer = await call('POST', '/v1/webhooks', { odsCode, body: { url } });
      t.equal(answer.statusCode, 201);
      return answer.json().id;
    },
    deliveries: async (id: string, query = '') =>
      (await call('GET', `/v1/webhooks/${id}/deliveries${query}`)).json().items,
  };
}

interface RelyOptions {
  odsCode?: string;
  watch?: boolean;
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: Buffer;
}

type Respond = (response: ServerResponse, received: Received) => void;

/** A webhook's receiver: a real server that keeps what comes and answers as it is told. */
export async function startReceiver(t: Test, respond: Respond = (response) => void response.end()) {
  const received: Received[] = [];
  const receiver = { received, respond, origin: '' };
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const one = { headers: request.headers, body };
      received.push(one);
      receiver.respond(response, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** A worker that sends to the receiver what is due, as one of any number of replicas. */
export function createWorker(
  t: Test,
  { db, world, webhookKey }: Pick<Watched, 'db' | 'world' | 'webhookKey'>,
  receiver: { origin: string },
) {
  const { clock } = world.ports;
  const http = createHttpClient({ originMap: { [HOOK_ORIGIN]: receiver.origin } });
  t.teardown(() => http.close());
  const errors: unknown[] = [];
  const send = createEventSender({ http, key: webhookKey, publicOrigin: ORIGIN, clock });
  const delivery = createEventDelivery({
    deliveries: createDeliveries(db),
    send,
    clock,
    retry: { baseMs: 10_000, random: () => 0 },
    onError: (error) => errors.push(error),
  });
  return {
    ...delivery,
    send,
    errors,
    /** sends what is due now, and waits until it is done */
    async run(): Promise<number> {
      const count = await delivery.start();
      await delivery.settled();
      return count;
    },
  };
}

/** RFC 9421 §3.2 and RFC 9530 by hand, as a receiver with a handful of lines would do it. */
export function isAuthentic({ headers, body }: Received, url: string, jwk: JsonObject): boolean {
  const digest = createHash('sha256').update(body).digest('base64');
  if (headers['content-digest'] !== `sha-256=:${digest}:`) return false;
  const [, label, parameters] = /^(\w+)=(\(.*)$/.exec(String(headers['signature-input'])) ?? [];
  const base = [
    `"@method": POST`,
    `"@target-uri": ${url}`,
    `"content-digest": ${headers['content-digest']}`,
    `"content-type": ${headers['content-type']}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
  const signature = new RegExp(`^${label}=:(.*):$`).exec(String(headers['signature']))?.[1] ?? '';
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(null, Buffer.from(base), key, Buffer.from(signature, 'base64'));
}
