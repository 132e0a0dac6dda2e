import { VcError } from '#vc/error';

const DID = /^did:[a-z0-9]+:[A-Za-z0-9._%:-]*[A-Za-z0-9._-]$/;
const FRAGMENT = /^[A-Za-z0-9._~:-]+$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PORT = /^[1-9]\d{0,4}$/;
const PATH_SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;
const ODS_CODE = /^[A-Z0-9]{3,10}$/;
const MAX_LENGTH = 512;

export interface DidUrl {
  did: string;
  /** without `#` */
  fragment: string;
}

/** `did:web:<host>:trusts:<ODS code>`. @throws VcError INVALID_DID for an origin or code that cannot be one */
export function trustDid(publicOrigin: string, odsCode: string): string {
  if (!ODS_CODE.test(odsCode)) {
    throw new VcError('INVALID_DID', `${odsCode} is not an ODS code`);
  }
  return `${cellDid(publicOrigin)}:trusts:${odsCode}`;
}

/** `did:web:<host>`: the cell's own DID. @throws VcError INVALID_DID */
export function cellDid(publicOrigin: string): string {
  const url = URL.canParse(publicOrigin) ? new URL(publicOrigin) : undefined;
  if (url?.protocol !== 'https:' || url.origin !== publicOrigin) {
    throw new VcError('INVALID_DID', `${publicOrigin} is not an https origin`);
  }
  const did = `did:web:${url.host.replace(':', '%3A')}`;
  didWebUrl(did);
  return did;
}

/**
 * Where a did:web document is (did:web §3.2): https and a host name only. IP addresses, single labels, IDN,
 * percent-encoding other than a port's `%3A` and dot segments are refused.
 * @throws VcError INVALID_DID
 */
export function didWebUrl(did: string): URL {
  const [scheme, method, authority = '', ...path] = did.split(':');
  if (scheme !== 'did' || method !== 'web' || did.length > MAX_LENGTH) {
    throw new VcError('INVALID_DID', `${did.slice(0, MAX_LENGTH)} is not a did:web`);
  }
  const [host = '', port, ...rest] = authority.split('%3A');
  if (!isHostName(host) || rest.length > 0 || (port !== undefined && !isPort(port))) {
    throw new VcError('INVALID_DID', `${did} does not name a host as did:web allows here`);
  }
  if (!path.every((segment) => PATH_SEGMENT.test(segment))) {
    throw new VcError('INVALID_DID', `${did} has a path segment that is not allowed`);
  }
  const location = path.length === 0 ? '.well-known' : path.join('/');
  return new URL(`https://${host}${port === undefined ? '' : `:${port}`}/${location}/did.json`);
}

/** Splits `did#fragment`. @throws VcError INVALID_DID_URL, also for paths and queries, which no key of ours has */
export function parseDidUrl(didUrl: string): DidUrl {
  const [did = '', fragment = '', ...rest] = didUrl.split('#');
  if (!isDid(did) || !FRAGMENT.test(fragment) || rest.length > 0 || didUrl.length > MAX_LENGTH) {
    throw new VcError('INVALID_DID_URL', 'The verification method is not a DID with a fragment');
  }
  return { did, fragment };
}

/** Whether a value is spelt as a DID (DID Core §3.1), of whatever method. */
export function isDid(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_LENGTH && DID.test(value);
}

/** Whether a value is a DID that says by itself which key it has: `did:key`, `did:jwk`. */
export function isOwnDocument(value: unknown): value is string {
  return isDid(value) && /^did:(key|jwk):/.test(value);
}

function isHostName(host: string): boolean {
  const labels = host.split('.');
  const top = labels.at(-1) ?? '';
  // A top label that starts with a digit would make an IP address in one of its spellings.
  return (
    host.length <= 253 &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label) && !label.startsWith('xn--')) &&
    /^[a-z]/.test(top) &&
    top !== 'localhost'
  );
}

function isPort(port: string): boolean {
  return PORT.test(port) && Number(port) <= 65_535;
}
