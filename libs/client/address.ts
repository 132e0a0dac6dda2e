import { ClientError } from './client-error.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * An address to which tokens and credentials may go: https, or http on this machine, and nothing in it but a host and
 * a path. What was given is not repeated in the error: it may hold a password.
 * @param name of the option, for people
 * @throws ClientError INVALID_REQUEST
 */
export function readAddress(name: string, address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  const isPlain = url?.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !isPlain)) {
    const said = `${name} is not an https address (http is for this machine alone)`;
    throw new ClientError('INVALID_REQUEST', said);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    const said = `${name} has a user, a query or a fragment: it is a host and a path`;
    throw new ClientError('INVALID_REQUEST', said);
  }
  return url;
}
