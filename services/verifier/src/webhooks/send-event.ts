import type { HttpClient } from '#kit/http-client';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { toCloudEvent } from '../domain/watching/cloud-event.ts';
import type { SendEvent } from '../domain/watching/ports.ts';
import { signRequest } from './sign-request.ts';
import type { WebhookKey } from './webhook-key.ts';

export interface EventSenderDeps {
  http: HttpClient;
  key: WebhookKey;
  publicOrigin: string;
  clock: Clock;
  timeoutMs?: number;
}

const CONTENT_TYPE = 'application/cloudevents+json';
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Posts events to webhooks (CloudEvents 1.0, structured mode), signed. What a receiver answers is not read. */
export function createEventSender(deps: EventSenderDeps): SendEvent {
  const { http, key, publicOrigin, clock, timeoutMs = TIMEOUT_MS } = deps;
  return async (url, event) => {
    const body = JSON.stringify(toCloudEvent(event, publicOrigin));
    const request = { method: 'POST', url, contentType: CONTENT_TYPE, body, at: clock() } as const;
    const headers = await signRequest(request, key);
    try {
      const options = { body, headers, timeoutMs, maxBytes: MAX_ANSWER_BYTES };
      const { status } = await http.send('POST', url, options);
      return { status };
    } catch (error) {
      if (error instanceof VcError) return { trouble: error.message };
      throw error;
    }
  };
}
