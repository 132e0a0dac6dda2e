import { CONTEXT_URL } from '#catalogue/catalogue';
import { isDid } from '#did/identifiers';
import {
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  DATA_INTEGRITY_V2_CONTEXT,
  ED25519_2020_CONTEXT,
  isJsonObject,
  type JsonObject,
  STATUS_V1_CONTEXT,
} from '#vc/data-model';
import { VcError } from '#vc/error';
import { type CredentialRequest, refusal } from './credential-request.ts';

/** The body of VCALM's `POST /credentials/issue`. */
export interface IssueRequest {
  credential: Record<string, unknown>;
  options?: { credentialId?: string; mandatoryPointers?: string[] };
}

const OWN_MEMBERS = new Set(['trustFramework', 'credentialSchema', 'credentialStatus', 'proof']);
const CALLERS_MEMBERS = ['@context', 'id', 'type', 'issuer', 'credentialSubject'];

/** What a caller of one data model may send: its first contexts, those that a signature may add, its dates. */
interface DataModel {
  version: '1.1' | '2.0';
  contexts: readonly string[];
  suiteContexts: readonly string[];
  from: string;
  until: string;
}

const VCDM2: DataModel = {
  version: '2.0',
  contexts: [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
  suiteContexts: [ED25519_2020_CONTEXT],
  from: 'validFrom',
  until: 'validUntil',
};
const VCDM1: DataModel = {
  version: '1.1',
  contexts: [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, STATUS_V1_CONTEXT],
  suiteContexts: [ED25519_2020_CONTEXT, DATA_INTEGRITY_V2_CONTEXT],
  from: 'issuanceDate',
  until: 'expirationDate',
};
const URN_UUID = /^urn:uuid:([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

/**
 * An unsigned credential of VCDM 2.0 or 1.1 whose every member is one that we would put there ourselves.
 * @throws VcError UNKNOWN_OPTION_PROVIDED, UNKNOWN_TERM, CONTEXT_NOT_ALLOWED, UNKNOWN_CREDENTIAL_TYPE,
 *   HOLDER_NOT_BOUND, ISSUER_MISMATCH, CLAIMS_INVALID
 */
export function parseCredential({ credential, options = {} }: IssueRequest): CredentialRequest {
  if (options.mandatoryPointers !== undefined) {
    throw new VcError(
      'UNKNOWN_OPTION_PROVIDED',
      'mandatoryPointers is for selective disclosure, which this form of credential does not have',
      { errors: [{ pointer: '/options/mandatoryPointers', detail: 'is not supported' }] },
    );
  }
  const model = modelOf(credential['@context']);
  checkMembers(credential, model);
  checkContext(credential['@context'], model);
  const { id: did, ...claims } = parseSubject(credential['credentialSubject']);
  return {
    id: parseId(credential['id'], options.credentialId),
    type: parseType(credential['type']),
    claims,
    holder: { did },
    issuer: parseIssuer(credential['issuer']),
    validFrom: parseTime(credential, model.from),
    validUntil: parseTime(credential, model.until),
    batch: undefined,
    dataModel: model.version,
    typePointer: '/credential/type/1',
    claimsPointer: '/credential/credentialSubject',
  };
}

// What is no context of either is judged, and refused, as 2.0.
function modelOf(context: unknown): DataModel {
  return Array.isArray(context) && context[0] === CREDENTIALS_V1_CONTEXT ? VCDM1 : VCDM2;
}

function checkMembers(credential: Record<string, unknown>, { from, until }: DataModel): void {
  const known = new Set([...CALLERS_MEMBERS, from, until]);
  const foreign = Object.keys(credential).filter((name) => !known.has(name));
  const unknown = foreign.filter((name) => !OWN_MEMBERS.has(name)).map((name) => atUnknown(name));
  const own = foreign
    .filter((name) => OWN_MEMBERS.has(name))
    .map((name) => ({
      pointer: `/credential/${name}`,
      detail: 'is set by the issuer: leave it out',
    }));
  if (unknown.length > 0) throw refusal('UNKNOWN_TERM', [...unknown, ...own]);
  if (own.length > 0) throw refusal('CLAIMS_INVALID', own);
}

function atUnknown(name: string, under = '/credential') {
  const term = name.slice(0, 100);
  const token = term.replaceAll('~', '~0').replaceAll('/', '~1');
  return { pointer: `${under}/${token}`, detail: `${JSON.stringify(term)} is not a known member` };
}

// In exactly this order: a further or another context could change what the claims mean.
function checkContext(context: unknown, { contexts, suiteContexts }: DataModel): void {
  const given: unknown[] = Array.isArray(context) ? context : [];
  const suites = given.slice(contexts.length);
  const expected = [...contexts, ...suiteContexts.filter((url) => suites.includes(url))];
  const matches =
    given.length === expected.length && given.every((url, position) => url === expected[position]);
  if (matches) return;
  const detail = `must be ${JSON.stringify(contexts)}`;
  throw refusal('CONTEXT_NOT_ALLOWED', [{ pointer: '/credential/@context', detail }]);
}

function parseType(type: unknown): string {
  if (Array.isArray(type) && type.length === 2 && type[0] === 'VerifiableCredential') {
    const [, name]: unknown[] = type;
    if (typeof name === 'string') return name;
  }
  const detail = 'must be ["VerifiableCredential", and one type of the catalogue]';
  throw refusal('UNKNOWN_CREDENTIAL_TYPE', [{ pointer: '/credential/type', detail }]);
}

function parseSubject(subject: unknown): JsonObject & { id: string } {
  const pointer = '/credential/credentialSubject';
  if (!isJsonObject(subject)) {
    throw refusal('CLAIMS_INVALID', [{ pointer, detail: 'must be one object' }]);
  }
  const { id } = subject;
  if (isDid(id)) return { ...subject, id };
  const detail = 'must be the DID of a holder bound at this trust: bind one with POST /v1/holders';
  throw refusal('HOLDER_NOT_BOUND', [{ pointer: `${pointer}/id`, detail }]);
}

function parseIssuer(issuer: unknown): string | undefined {
  if (issuer === undefined || typeof issuer === 'string') return issuer;
  const pointer = '/credential/issuer';
  if (!isJsonObject(issuer) || typeof issuer['id'] !== 'string') {
    throw refusal('ISSUER_MISMATCH', [{ pointer, detail: "must be the trust's DID" }]);
  }
  const unknown = Object.keys(issuer).filter((name) => name !== 'id');
  if (unknown.length > 0) {
    throw refusal(
      'UNKNOWN_TERM',
      unknown.map((name) => atUnknown(name, pointer)),
    );
  }
  return issuer['id'];
}

// The option names a credential that has no id of its own; here both are one.
function parseId(id: unknown, credentialId: string | undefined): string | undefined {
  if (id === undefined && credentialId === undefined) return undefined;
  if (id !== undefined && credentialId !== undefined && id !== credentialId) {
    const detail = 'must equal the id of the credential';
    throw refusal('CLAIMS_INVALID', [{ pointer: '/options/credentialId', detail }]);
  }
  const chosen = id ?? credentialId;
  const uuid = typeof chosen === 'string' ? URN_UUID.exec(chosen)?.[1] : undefined;
  if (uuid !== undefined) return uuid;
  const pointer = id === undefined ? '/options/credentialId' : '/credential/id';
  const detail = 'must be urn:uuid: and a UUID in lower case; leave it out and one is made';
  throw refusal('CLAIMS_INVALID', [{ pointer, detail }]);
}

function parseTime(credential: Record<string, unknown>, name: string): string | undefined {
  const value = credential[name];
  if (value === undefined || typeof value === 'string') return value;
  const pointer = `/credential/${name}`;
  throw refusal('CLAIMS_INVALID', [{ pointer, detail: 'must be a date and time as text' }]);
}
