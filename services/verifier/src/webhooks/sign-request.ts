import { createHash } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import type { WebhookKey } from './webhook-key.ts';

export interface RequestToSign {
  method: 'POST';
  /** as the receiver knows it, wherever it is sent */
  url: string;
  contentType: string;
  body: string;
  /** milliseconds */
  at: number;
}

/** The tag (RFC 9421 §2.3) by which a receiver tells these signatures from a proxy's. */
export const SIGNATURE_TAG = 'staff-passport-event';

/**
 * The headers of a signed request: `content-type`, `content-digest` (RFC 9530), `signature-input` and `signature`
 * (RFC 9421, ed25519) over method, target, digest and type.
 */
export async function signRequest(
  { method, url, contentType, body, at }: RequestToSign,
  key: WebhookKey,
): Promise<Record<string, string>> {
  const digest = createHash('sha256').update(body).digest('base64');
  const { headers } = await httpbis.signMessage(
    {
      key: { id: key.id, alg: 'ed25519', sign: async (bytes) => key.sign(bytes) },
      fields: ['@method', '@target-uri', 'content-digest', 'content-type'],
      params: ['created', 'keyid', 'alg', 'tag'],
      paramValues: { created: new Date(at), tag: SIGNATURE_TAG },
    },
    {
      method,
      url,
      headers: { 'content-type': contentType, 'content-digest': `sha-256=:${digest}:` },
    },
  );
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
