import type { Clock } from '#vc/clock';
import { backOff, type BackOffOptions } from './back-off.ts';
import type { AttemptResult, ClaimedDelivery, Deliveries, SendAnswer, SendEvent } from './ports.ts';

export interface DeliverEventsDeps {
  deliveries: Deliveries;
  send: SendEvent;
  clock: Clock;
  retry: BackOffOptions;
  onError: (error: unknown) => void;
}

export interface EventDelivery {
  /** Claims what is due and starts to send it; goes on by itself until nothing is due. @returns how many it started */
  start(): Promise<number>;
  /** Resolves when nothing is being sent. */
  settled(): Promise<void>;
  /** Starts nothing more, and waits for what is being sent. */
  close(): Promise<void>;
}

const AT_ONCE = 32;
// A receiver that hangs must not take the places of all others, nor a trust whose receivers all do.
const AT_ONCE_PER_WEBHOOK = 4;
const WEBHOOKS_PER_TRUST = 2;
// Far longer than an attempt may take: what is still leased then is of a process that is no more.
const LEASE_MS = 60_000;

/**
 * Sends events to webhooks, at least once. A delivery is leased, sent, then marked: who dies in between leaves a
 * lease that ends, and it is sent again. Receivers know an event by its id.
 */
export function createEventDelivery(deps: DeliverEventsDeps): EventDelivery {
  const underway = new Map<string, number>();
  const sending = new Set<Promise<void>>();
  let closed = false;

  const release = (webhookId: string) => {
    const left = (underway.get(webhookId) ?? 1) - 1;
    if (left > 0) underway.set(webhookId, left);
    else underway.delete(webhookId);
  };
  const attempt = async (delivery: ClaimedDelivery) => {
    try {
      await deliver(delivery, deps).finally(() => release(delivery.webhookId));
      // Its webhook may have more: a thousand events need not wait for a thousand ticks.
      if (!underway.has(delivery.webhookId)) await start();
    } catch (error) {
      // What was not marked stays leased, and is sent again.
      deps.onError(error);
    }
  };
  const claim = async () => {
    const limit = AT_ONCE - sending.size;
    if (closed || limit <= 0) return 0;
    const claimed = await deps.deliveries.claim({
      at: deps.clock(),
      leaseMs: LEASE_MS,
      limit,
      perWebhook: AT_ONCE_PER_WEBHOOK,
      perTrust: WEBHOOKS_PER_TRUST,
      busy: [...underway.keys()],
    });
    for (const delivery of claimed) {
      underway.set(delivery.webhookId, (underway.get(delivery.webhookId) ?? 0) + 1);
      const sent = attempt(delivery).finally(() => void sending.delete(sent));
      sending.add(sent);
    }
    return claimed.length;
  };
  // One claim after the other, so that each knows what is under way.
  let turn: Promise<number> = Promise.resolve(0);
  const start = () => {
    turn = turn.catch(() => 0).then(claim);
    return turn;
  };
  const settled = async () => {
    while (sending.size > 0) await Promise.all(sending);
  };

  return {
    start,
    settled,
    async close() {
      closed = true;
      await turn.catch(() => 0);
      await settled();
    },
  };
}

async function deliver(
  delivery: ClaimedDelivery,
  { deliveries, send, clock, retry }: DeliverEventsDeps,
): Promise<void> {
  const answer = await send(delivery.url, delivery.event);
  const at = clock();
  const result = resultOf(answer, delivery.attempts + 1, at, retry);
  const text = 'status' in answer ? String(answer.status) : answer.trouble;
  await deliveries.settle(delivery, { ...result, at, answer: text });
}

function resultOf(
  answer: SendAnswer,
  attempts: number,
  at: number,
  retry: BackOffOptions,
): AttemptResult {
  const status = 'status' in answer ? answer.status : 0;
  if (status >= 200 && status < 300) return { outcome: 'delivered' };
  // RFC 9110 §15.5.11: the receiver says that it is over for good
  if (status === 410) return { outcome: 'gone' };
  const delay = backOff(attempts, retry);
  if (delay === undefined) return { outcome: 'dead' };
  return { outcome: 'retry', nextAttemptAt: at + delay };
}
