import { VcError } from '#vc/error';

// RFC 6761, RFC 6762, RFC 8375 and what private networks use: names that no public host can have
const PRIVATE_NAMES = ['localhost', 'local', 'internal', 'invalid', 'lan', 'onion', 'home.arpa'];

/**
 * The address of a webhook in its one spelling. What is refused here would be refused at every delivery; that a
 * name's addresses are public is checked then, at each connection.
 * @throws VcError WEBHOOK_URL_REFUSED
 */
export function parseWebhookUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) throw refused('is not a URL');
  if (url.protocol !== 'https:') throw refused('is not https');
  if (url.username !== '' || url.password !== '') throw refused('holds credentials');
  if (text.includes('#')) throw refused('has a fragment');
  if (url.port !== '') throw refused('is not on port 443');
  if (!isPublicName(url.hostname)) throw refused('is not of a public host name');
  return url.href;
}

function isPublicName(host: string): boolean {
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  // The parser has turned every spelling of an IPv4 address into digits, and IPv6 stands in brackets.
  return (
    labels.length > 1 &&
    /^[a-z][a-z0-9-]*$/.test(last) &&
    labels.every((label) => label !== '' && !label.startsWith('xn--')) &&
    !PRIVATE_NAMES.some((name) => host === name || host.endsWith(`.${name}`))
  );
}

function refused(what: string): VcError {
  return new VcError('WEBHOOK_URL_REFUSED', `The address of a webhook ${what}`, {
    errors: [{ pointer: '/url', detail: what }],
  });
}
