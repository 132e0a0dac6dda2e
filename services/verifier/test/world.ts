import { createHash, randomUUID } from 'node:crypto';
import {
  CONTEXT_URL,
  findCredentialType,
  schemaUrl,
  trustFrameworkFor,
} from '#catalogue/catalogue';
import { createDidResolver } from '#did/resolver';
import { signCredential, signPresentation } from '#proofs/add-proof';
import type { Signer } from '#proofs/signer';
import type { ProofSuite } from '#proofs/suites';
import { encodeBitstring, setBit } from '#status/bitstring';
import { buildStatusListCredential, createStatusEntries } from '#status/status-list-entry';
import { toDateTimeStamp } from '#vc/clock';
import {
  type Credential,
  CREDENTIALS_V2_CONTEXT,
  type JsonObject,
  type VerifiableCredential,
  type VerifiablePresentation,
} from '#vc/data-model';
import { VcError } from '#vc/error';
import type {
  Challenges,
  SeenVersions,
  StatusPurpose,
  TrustRecord,
  VerifierPorts,
} from '../src/domain/ports.ts';
import type { Check, CheckName } from '../src/domain/report.ts';
import { createStatusLists } from '../src/domain/status-lists.ts';
import { createTrustRecords } from '../src/domain/trust-records.ts';
import {
  createHolder,
  createTrust,
  DAY,
  type Holder,
  NOON,
  ORIGIN,
  type Trust,
  TYPE,
} from './trust.ts';

export const ASKER = { odsCode: 'ZZB02', clientId: 'client-ZZB02' };
export const DOMAIN = 'https://brackendale.example';

export interface World {
  ports: VerifierPorts;
  /** milliseconds; tests move it */
  now: number;
  trust: Trust;
  holder: Holder;
  /** what the world outside answers; tests put other answers there */
  registry: { load: (odsCode: string) => Promise<TrustRecord>; calls: number };
  lists: { fetch: (url: string) => Promise<JsonObject>; calls: number };
  dids: { fetch: (url: URL) => Promise<unknown>; calls: string[] };
}

/** One trust that issues, one person, and the ports through which the verifier sees them. */
export function createWorld(
  stores: { challenges?: Challenges; seenVersions?: SeenVersions } = {},
): World {
  const trust = createTrust('ZZA01');
  const world: World = {
    now: NOON,
    trust,
    holder: createHolder(),
    registry: { load: async (odsCode) => knownTrust(world, odsCode).record, calls: 0 },
    lists: { fetch: (url) => publishList(world, { url }), calls: 0 },
    dids: { fetch: async () => trust.didDocument, calls: [] },
    ports: undefined as never,
  };
  const clock = () => world.now;
  const { resolveVerificationMethod } = createDidResolver({
    fetchDocument: (url) => {
      world.dids.calls.push(url.href);
      return world.dids.fetch(url);
    },
    now: clock,
  });
  world.ports = {
    publicOrigin: ORIGIN,
    clock,
    resolveVerificationMethod,
    challenges: stores.challenges ?? createChallengesInMemory(),
    trustRecords: createTrustRecords({
      loadTrust: (odsCode) => {
        world.registry.calls += 1;
        return world.registry.load(odsCode);
      },
      clock,
      freshnessMs: 30_000,
    }),
    statusLists: createStatusLists({
      fetchStatusList: async (url) => {
        world.lists.calls += 1;
        const document = await world.lists.fetch(url);
        const digest = createHash('sha256').update(JSON.stringify(document)).digest();
        return { document, digest };
      },
      resolveVerificationMethod,
      seenVersions: stores.seenVersions ?? createSeenVersionsInMemory(),
      clock,
      freshnessMs: 30_000,
    }),
  };
  return world;
}

function knownTrust({ trust }: World, odsCode: string): Trust {
  if (odsCode === trust.odsCode) return trust;
  throw new VcError('NOT_FOUND', 'There is no such organisation');
}

export interface IssueOptions {
  type?: string;
  index?: number;
  subjectId?: string;
  signer?: Signer;
  suites?: readonly ProofSuite[];
  proofIds?: readonly string[];
  /** milliseconds */
  created?: number;
  /** members that stand in the place of the usual ones before it is signed; undefined takes one away */
  change?: Record<string, unknown>;
}

/** A signed credential of the world's trust about its holder. */
export function issue(
  { trust, holder, now }: World,
  options: IssueOptions = {},
): Promise<VerifiableCredential> {
  const { type = TYPE, index = 7, created = now, suites = ['Ed25519Signature2020'] } = options;
  const entry = findCredentialType(type);
  const credential = {
    '@context': [CREDENTIALS_V2_CONTEXT, CONTEXT_URL],
    id: `urn:uuid:${randomUUID()}`,
    type: ['VerifiableCredential', type],
    issuer: trust.did,
    validFrom: toDateTimeStamp(created),
    validUntil: toDateTimeStamp(created + DAY),
    credentialSubject: { id: options.subjectId ?? holder.did, ...entry?.example },
    trustFramework: {
      ...trustFrameworkFor(type, {
        organisationName: 'Ashmere Teaching Hospitals Trust',
        lastRefresh: toDateTimeStamp(created),
      }),
    },
    credentialSchema: { id: schemaUrl(type, entry?.version ?? ''), type: 'JsonSchema' },
    credentialStatus: createStatusEntries({
      revocationList: trust.urls.revocation,
      suspensionList: trust.urls.suspension,
      index,
    }),
    ...options.change,
  };
  return signCredential({
    // takes away what a test set to undefined
    credential: JSON.parse(JSON.stringify(credential)) as Credential,
    signer: options.signer ?? trust.assertion,
    suites,
    proofIds: options.proofIds,
    created: toDateTimeStamp(created),
  });
}

export interface PresentOptions {
  challenge?: string;
  domain?: string;
  by?: Holder;
  change?: Record<string, unknown>;
}

/** A presentation of credentials by the world's holder. */
export function present(
  { holder, now }: World,
  credentials: readonly JsonObject[],
  { challenge = 'a-challenge', domain = DOMAIN, by = holder, change }: PresentOptions = {},
): Promise<VerifiablePresentation> {
  return signPresentation({
    presentation: {
      '@context': [CREDENTIALS_V2_CONTEXT],
      type: ['VerifiablePresentation'],
      holder: holder.did,
      verifiableCredential: [...credentials],
      ...change,
    },
    signer: by.signer,
    suite: 'Ed25519Signature2020',
    challenge,
    domain,
    created: toDateTimeStamp(now),
  });
}

export interface PublishOptions {
  url: string;
  signer?: Signer;
  issuer?: string;
  purpose?: StatusPurpose;
  /** milliseconds */
  version?: number;
  validForMs?: number;
  bits?: Uint8Array;
}

/** The signed list credential of an address, with the trust's bits as they stand. */
export function publishList(
  { trust, now }: World,
  options: PublishOptions,
): Promise<VerifiableCredential> {
  const ofUrl = options.url === trust.urls.suspension ? 'suspension' : 'revocation';
  const { url, purpose = ofUrl, version = now, validForMs = 3_600_000 } = options;
  const credential = buildStatusListCredential({
    listUrl: url,
    issuer: options.issuer ?? trust.did,
    purpose,
    version,
    encodedList: encodeBitstring(options.bits ?? trust.bits[ofUrl]),
    ttlMs: 15_000,
    validForMs,
  });
  return signCredential({
    credential,
    signer: options.signer ?? trust.status,
    suites: ['Ed25519Signature2020'],
    created: toDateTimeStamp(version),
  });
}

export function revoke({ trust }: World, index: number, purpose: StatusPurpose = 'revocation') {
  setBit(trust.bits[purpose], index);
}

/** A deep copy with a change, as somebody without a key would make it. */
export function tampered<T extends JsonObject>(document: T, change: (copy: T) => void): T {
  const copy = structuredClone(document);
  change(copy);
  return copy;
}

export function checkOf({ checks }: { checks: readonly Check[] }, name: CheckName) {
  const check = checks.find((one) => one.check === name);
  return { outcome: check?.outcome, code: check?.code };
}

function createSeenVersionsInMemory(): SeenVersions {
  const seen = new Map<string, { version: number; digest: string }>();
  return {
    async advance({ listUrl, version, digest }) {
      const text = Buffer.from(digest).toString('hex');
      const known = seen.get(listUrl);
      if (known && known.version > version) return 'older';
      if (known?.version === version) return known.digest === text ? 'newest' : 'different';
      seen.set(listUrl, { version, digest: text });
      return 'newest';
    },
  };
}

function createChallengesInMemory(): Challenges {
  const used = new Set<string>();
  return {
    create: async () => {},
    async burn({ challenge }) {
      if (used.has(challenge)) return 'used';
      used.add(challenge);
      return 'burned';
    },
  };
}
