import { didWebUrl, isDid } from '#did/identifiers';

/** The DID of the cell under which a did:web lies; undefined for a DID of another method. */
export function cellDidOf(did: string): string | undefined {
  return did.startsWith('did:web:') ? did.split(':', 3).join(':') : undefined;
}

/** The https origin of a cell. @throws VcError INVALID_DID */
export function originOf(did: string): string {
  return didWebUrl(did).origin;
}

/** Whether an address is on the host of a did:web: nothing else may be fetched on its word. */
export function isOnHostOf(did: string, url: string): boolean {
  return did.startsWith('did:web:') && parseUrl(url)?.origin === originOf(did);
}

/** The did:web whose document an address is of, the other way round than `didWebUrl`. */
export function didOfUrl(url: URL): string {
  const path = url.pathname.split('/').slice(1, -1);
  const location = path[0] === '.well-known' ? [] : path;
  return ['did:web', url.host.replace(':', '%3A'), ...location].join(':');
}

/** The did:web of an https address of the form in which JWTs name an issuer; undefined for any other spelling. */
export function didOfHttpsForm(iss: string): string | undefined {
  const url = parseUrl(`${iss}/did.json`);
  if (url?.protocol !== 'https:') return undefined;
  const did = didOfUrl(url);
  return isDid(did) && httpsFormOf(did) === iss ? did : undefined;
}

function httpsFormOf(did: string): string | undefined {
  try {
    return didWebUrl(did).href.replace(/(\/\.well-known)?\/did\.json$/, '');
  } catch {
    return undefined;
  }
}

// `URL.parse` is missing in the oldest Node that the offline verifier runs on.
function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
