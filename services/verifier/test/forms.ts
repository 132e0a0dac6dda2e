import { randomBytes, randomUUID } from 'node:crypto';
import {
  CONTEXT_URL,
  findCredentialType,
  schemaUrl,
  trustFrameworkFor,
  vctUrl,
} from '#catalogue/catalogue';
import { publicJwk } from '#did/keys';
import { signCredential } from '#proofs/add-proof';
import { signJwt } from '#proofs/jwt';
import { signSdJwt } from '#proofs/sd-jwt';
import type { Signer } from '#proofs/signer';
import type { ProofSuite } from '#proofs/suites';
import { setEntry } from '#status/bitstring';
import {
  createMessageEntry,
  createStatusEntries,
  createTokenStatusClaim,
} from '#status/status-list-entry';
import { setTokenStatus } from '#status/token-status-list';
import { toDateTimeStamp } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import {
  type Credential,
  CREDENTIALS_V1_CONTEXT,
  CREDENTIALS_V2_CONTEXT,
  type JsonObject,
  STATUS_V1_CONTEXT,
} from '#vc/data-model';
import { DAY, type Trust, TYPE } from './trust.ts';
import { revoke, type World } from './world.ts';

export interface FormOptions {
  by?: Trust;
  type?: string;
  id?: string;
  index?: number;
  subjectId?: string;
  signer?: Signer;
  /** milliseconds */
  created?: number;
  validFrom?: number;
  validUntil?: number;
  /** in the place of the example's, in the subject or among the claims of an SD-JWT */
  claims?: JsonObject;
  /** members that every form has at its top; undefined takes one away */
  change?: Record<string, unknown>;
  /** claims that a JWT or an SD-JWT has beside or in the place of its own */
  jwtClaims?: Record<string, unknown>;
  /** names of the claims that the holder may withhold; all but the type's always disclosed ones unless given */
  disclosable?: string[];
}

const SUITES: Readonly<Record<string, ProofSuite[]>> = {
  'ed25519-2020': ['Ed25519Signature2020'],
  'eddsa-rdfc-2022': ['eddsa-rdfc-2022'],
  'proof-set': ['Ed25519Signature2020', 'eddsa-rdfc-2022'],
};

/** A credential of the world's trust about its holder, signed in one of the forms. */
export async function issueAs(
  world: World,
  form: CredentialForm,
  options: FormOptions = {},
): Promise<JsonObject | string> {
  const { by = world.trust, created = world.now } = options;
  const signer = options.signer ?? by.assertion;
  if (form === 'dc+sd-jwt') return issueSdJwt(world, options);
  if (form === 'jwt_vc_json') return issueJwt(world, options);
  const [version, ...suite] = form.split('-');
  const credential = version === 'vcdm2' ? vcdm2(world, options) : vcdm1(world, options);
  const suites = SUITES[suite.join('-')] ?? [];
  return signCredential({ credential, signer, suites, created: toDateTimeStamp(created) });
}

/** As `issueAs`, of a form that is text. */
export async function issueText(
  world: World,
  form: CredentialForm,
  options: FormOptions = {},
): Promise<string> {
  const text = await issueAs(world, form, options);
  if (typeof text === 'string') return text;
  throw new TypeError(`${form} is not text`);
}

function common(world: World, { by = world.trust, type = TYPE, ...options }: FormOptions) {
  const entry = findCredentialType(type);
  const { created = world.now, validFrom = created, validUntil = validFrom + DAY } = options;
  return {
    entry,
    by,
    index: options.index ?? 7,
    validFrom,
    validUntil,
    top: {
      id: options.id ?? `urn:uuid:${randomUUID()}`,
      trustFramework: {
        ...trustFrameworkFor(type, {
          organisationName: 'Ashmere Teaching Hospitals Trust',
          lastRefresh: toDateTimeStamp(created),
        }),
      },
      credentialSchema: { id: schemaUrl(type, entry?.version ?? ''), type: 'JsonSchema' },
    },
    subject: { id: options.subjectId ?? world.holder.did, ...entry?.example, ...options.claims },
    document: { type: ['VerifiableCredential', type], issuer: by.did },
  };
}

function vcdm2(world: World, options: FormOptions): Credential {
  const { by, index, validFrom, validUntil, top, subject, document } = common(world, options);
  return withChange(
    {
      '@context': [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
      ...document,
      ...top,
      validFrom: toDateTimeStamp(validFrom),
      validUntil: toDateTimeStamp(validUntil),
      credentialSubject: subject,
      credentialStatus: createStatusEntries({
        revocationList: by.urls.revocation,
        suspensionList: by.urls.suspension,
        index,
      }),
    },
    options.change,
  );
}

function vcdm1(world: World, options: FormOptions): Credential {
  const { by, index, validFrom, validUntil, top, subject, document } = common(world, options);
  return withChange(
    {
      '@context': [CREDENTIALS_V1_CONTEXT, CONTEXT_URL, STATUS_V1_CONTEXT],
      ...document,
      ...top,
      issuanceDate: toDateTimeStamp(validFrom),
      expirationDate: toDateTimeStamp(validUntil),
      credentialSubject: subject,
      credentialStatus: createMessageEntry({ messageList: by.urls.message, index }),
    },
    options.change,
  );
}

// Not by `signJwtCredential`, which signs nothing that is wrong.
function issueJwt(world: World, options: FormOptions): Promise<string> {
  const { by, validFrom, validUntil, subject } = common(world, options);
  const vc = vcdm1(world, options);
  const claims = {
    iss: by.did,
    sub: subject.id,
    jti: vc['id'],
    nbf: seconds(validFrom),
    iat: seconds(options.created ?? world.now),
    exp: seconds(validUntil),
    vc,
    ...options.jwtClaims,
  };
  const signer = options.signer ?? by.assertion;
  return signJwt({ typ: 'JWT', claims: withChange(claims, {}), signer });
}

function issueSdJwt(world: World, options: FormOptions): Promise<string> {
  const { by, entry, index, validFrom, validUntil, top, subject } = common(world, options);
  const { id: sub, ...claims } = subject;
  const { id: jti, ...rest } = top;
  const always = entry?.alwaysDisclosed ?? [];
  const payload = {
    iss: httpsForm(by.did),
    sub,
    jti,
    nbf: seconds(validFrom),
    iat: seconds(options.created ?? world.now),
    exp: seconds(validUntil),
    vct: vctUrl(options.type ?? TYPE, entry?.version ?? ''),
    cnf: { jwk: publicJwk(sub.slice('did:key:'.length)) },
    ...createTokenStatusClaim({ tokenList: by.tokenList.url, index }),
    ...rest,
    ...claims,
    ...options.change,
    ...options.jwtClaims,
  };
  return signSdJwt({
    payload: withChange(payload, {}),
    disclosable: options.disclosable ?? Object.keys(claims).filter((one) => !always.includes(one)),
    signer: options.signer ?? by.assertion,
    newSalt: () => randomBytes(16).toString('base64url'),
  });
}

/** `https://<host>/trusts/<ODS code>` */
export function httpsForm(did: string): string {
  const [, , host, ...path] = did.split(':');
  return `https://${host}/${path.join('/')}`;
}

/** From now on the lists of every form say so at an index. */
export function decide(world: World, index: number, decision: 'revoked' | 'suspended'): void {
  const { trust } = world;
  const value = decision === 'revoked' ? 1 : 2;
  revoke(world, index, decision === 'revoked' ? 'revocation' : 'suspension');
  setEntry(trust.bits.message, index, value, 2);
  setTokenStatus(trust.tokenList.bits, index, value);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000);
}

function withChange<T extends object>(document: T, change: object = {}) {
  // takes away what a test set to undefined
  return JSON.parse(JSON.stringify({ ...document, ...change })) as T & Credential;
}
