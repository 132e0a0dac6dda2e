import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { VcError } from '#vc/error';
import { traceCall } from './tracing.ts';

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface SendOptions {
  body?: string;
  contentType?: string;
  accept?: string;
  headers?: Record<string, string>;
  /** bytes of the answer; more is an error */
  maxBytes?: number;
  /** milliseconds for the whole exchange */
  timeoutMs?: number;
}

export interface HttpClient {
  get(url: string | URL, options?: SendOptions): Promise<HttpAnswer>;
  send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string | URL,
    options?: SendOptions,
  ): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface HttpClientOptions {
  /** public URL prefixes to internal ones; only what is mapped, or named in `internal`, may be on a private address */
  originMap: Record<string, string>;
  /** base URLs of our own services, from configuration */
  internal?: string[];
  timeoutMs?: number;
  maxBytes?: number;
  /** passed in by tests that must break name resolution */
  lookup?: LookupFunction;
}

/**
 * The one way out. Every fetch is bounded in time and size and follows no redirect. An address that configuration
 * does not name must be https on port 443 of a host name whose every address is public; the check is made on the
 * address that is then connected to, so a name cannot be rebound in between.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const inside = new Agent({ connections: 64, keepAliveTimeout: 4_000 });
  const outside = new Agent({
    connections: 8,
    connect: { lookup: guardedLookup(options.lookup ?? systemLookup) },
  });
  const internal = (options.internal ?? []).map(toPrefix);
  const mapped = Object.entries(options.originMap)
    .map(([prefix, target]) => [toPrefix(prefix), toPrefix(target)] as const)
    .toSorted(([a], [b]) => b.length - a.length);

  const route = (url: URL): { url: URL; dispatcher: Dispatcher } => {
    if (internal.some((base) => startsWithPrefix(url.href, base)))
      return { url, dispatcher: inside };
    const [prefix, target] = mapped.find(([each]) => startsWithPrefix(url.href, each)) ?? [];
    if (prefix !== undefined && target !== undefined)
      return { url: new URL(target + url.href.slice(prefix.length)), dispatcher: inside };
    refuseUnsafe(url);
    return { url, dispatcher: outside };
  };

  const send: HttpClient['send'] = async (method, address, sendOptions = {}) => {
    const asked = parseUrl(address);
    const { url, dispatcher } = route(asked);
    const signal = AbortSignal.timeout(sendOptions.timeoutMs ?? options.timeoutMs ?? 5_000);
    const maxBytes = sendOptions.maxBytes ?? options.maxBytes ?? 1024 * 1024;
    try {
      return await traceCall({ method, host: url.hostname }, async (traceHeaders) => {
        const answer = await request(url, {
          method,
          dispatcher,
          signal,
          headers: {
            ...(sendOptions.accept && { accept: sendOptions.accept }),
            ...(sendOptions.contentType && { 'content-type': sendOptions.contentType }),
            // Not to others: what they are asked for in one trace would tell them whom it is about.
            ...(dispatcher === inside && traceHeaders),
            ...sendOptions.headers,
          },
          ...(sendOptions.body !== undefined && { body: sendOptions.body }),
        });
        const body = await readBounded(answer.body, maxBytes);
        return { status: answer.statusCode, headers: answer.headers, body };
      });
    } catch (cause) {
      if (cause instanceof VcError) throw cause;
      // Callers read this: where something is inside is for the log, which has the cause.
      const who = url === asked && dispatcher === inside ? 'A service of this cell' : asked.host;
      throw new VcError('SERVICE_UNAVAILABLE', `${who} did not answer`, { cause });
    }
  };

  return {
    send,
    get: (url, sendOptions) => send('GET', url, sendOptions),
    close: async () => {
      await Promise.all([inside.close(), outside.close()]);
    },
  };
}

function parseUrl(address: string | URL): URL {
  const url = URL.parse(String(address));
  if (url === null) throw new VcError('SERVICE_UNAVAILABLE', 'What is to be fetched is no URL');
  // A fragment is not sent, and would end a prefix where a path does not.
  url.hash = '';
  return url;
}

/** In the spelling of `URL.href`, without the last slash: `http://a:4003/` and `x` must never join to `http://a:4003x`. */
function toPrefix(url: string): string {
  return new URL(url).href.replace(/\/+$/, '');
}

function startsWithPrefix(href: string, prefix: string): boolean {
  return href.startsWith(prefix) && ['', '/', '?'].includes(href.charAt(prefix.length));
}

async function readBounded(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes)
      throw new VcError('SERVICE_UNAVAILABLE', 'The answer is larger than allowed');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuseUnsafe(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const refused =
    url.protocol !== 'https:' ||
    url.port !== '' ||
    url.username !== '' ||
    url.password !== '' ||
    isIP(host) !== 0 ||
    !host.includes('.') ||
    host.endsWith('.') ||
    host.split('.').some((label) => label.startsWith('xn--'));
  if (refused)
    throw new VcError('SERVICE_UNAVAILABLE', `${url.origin} is not an address that may be fetched`);
}

function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        callback(error, '', 4);
        return;
      }
      const addresses: LookupAddress[] = Array.isArray(found) ? found : [];
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => isPrivate(address))) {
        callback(new Error(`${hostname} has an address that is not public`), '', 4);
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}

/** IPv6 is public only inside 2000::/3, less the ranges that tunnel, map or document. */
const PUBLIC_IPV6 = new BlockList();
PUBLIC_IPV6.addSubnet('2000::', 3, 'ipv6');
const SPECIAL_IPV6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  SPECIAL_IPV6.addSubnet(network, bits, 'ipv6');
}

/** True for loopback, link-local, private, documentation, multicast and mapped addresses, and for what is no address. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return PRIVATE.check(address, 'ipv4');
  if (family === 6)
    return !PUBLIC_IPV6.check(address, 'ipv6') || SPECIAL_IPV6.check(address, 'ipv6');
  return true;
}
