import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#vc/data-model';

/** One request to a service as who has the token, with an idempotency key of its own. */
export async function sendWithToken(
  url: string,
  request: { method: string; body?: unknown; token: string },
) {
  const { method, body, token } = request;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'idempotency-key': randomUUID(),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) as JsonObject };
}
