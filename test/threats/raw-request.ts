import type { Route } from './walk.ts';

export const CLOSE = 'Connection: close\r\n';
export const HOST = 'Host: passport.northmoor.example\r\n';
export const JSON_TYPE = 'Content-Type: application/json\r\n';

/**
 * A whole request that says as little as its route takes.
 * @param start its request line and the headers that let it in
 */
export function withoutContent({ method, media }: Route, start: string): string {
  if (method === 'GET' || method === 'DELETE') return `${start}${CLOSE}\r\n`;
  const form = media === 'application/x-www-form-urlencoded';
  const type = form ? `Content-Type: ${media}\r\n` : JSON_TYPE;
  const body = form ? 'subject=p' : '{}';
  return `${start}${CLOSE}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
}
