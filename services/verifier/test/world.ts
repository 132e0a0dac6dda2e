import { createHash, randomUUID } from 'node:crypto';
import {
  CONTEXT_URL,
  findCredentialType,
  schemaUrl,
  trustFrameworkFor,
} from '#catalogue/catalogue';
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
  FetchStatement,
  FetchStatusList,
  RegistryStates,
  SeenVersions,
  StatusPurpose,
  VerifierPorts,
} from '../src/domain/ports.ts';
import { createRegisteredKeys } from '../src/domain/registries/registered-keys.ts';
import { createRegistries, type Registries } from '../src/domain/registries/registries.ts';
import { createTrustRecords } from '../src/domain/registries/trust-records.ts';
import type { Check, CheckName } from '../src/domain/report.ts';
import { createStatusLists } from '../src/domain/status-lists.ts';
import type { Reliances } from '../src/domain/watching/ports.ts';
import {
  createChallengesInMemory,
  createSeenVersionsInMemory,
  createStatesInMemory,
} from './memory-stores.ts';
import { createRegistry } from './registry.ts';
import { publishTokenList } from './token-lists.ts';
import {
  createCell,
  createHolder,
  createTrust,
  DAY,
  type Holder,
  type ListPurpose,
  NOON,
  ORIGIN,
  OTHER_ORIGIN,
  type TestCell,
  type Trust,
  TYPE,
} from './trust.ts';

export const ASKER = { odsCode: 'ZZB02', clientId: 'client-ZZB02' };
export const DOMAIN = 'https://brackendale.example';
export const FRESHNESS_MS = 30_000;
export const STALE_LIMIT_MS = 900_000;

export interface World {
  ports: VerifierPorts;
  /** milliseconds; tests move it */
  now: number;
  /** the first of the trusts */
  trust: Trust;
  /** all that the registries of the cells know */
  trusts: Trust[];
  holder: Holder;
  /** the own cell, and another */
  cells: TestCell[];
  registries: Registries;
  /** what the world outside answers; tests put other answers there */
  registry: { fetch: FetchStatement; calls: number; epoch: number };
  lists: { fetch: (url: string) => Promise<JsonObject>; calls: number };
  tokens: { fetch: (url: string) => Promise<string>; calls: number };
}

export interface WorldStores {
  challenges?: Challenges;
  seenVersions?: SeenVersions;
  states?: RegistryStates;
  /** a fetcher that is the product's own */
  fetchStatusList?: FetchStatusList;
  reliances?: Reliances;
}

/** One trust that issues, one person, and the ports through which the verifier sees them. */
export function createWorld(stores: WorldStores = {}): World {
  const trust = createTrust('ZZA01');
  const cells = [createCell(ORIGIN, 'QZN'), createCell(OTHER_ORIGIN, 'QZS')];
  const world: World = {
    now: NOON,
    trust,
    trusts: [trust],
    cells,
    holder: createHolder(),
    registry: { fetch: createRegistry(() => world), calls: 0, epoch: 0 },
    lists: { fetch: (url) => publishList(world, { url }), calls: 0 },
    tokens: { fetch: (url) => publishTokenList(world, { url }), calls: 0 },
    registries: undefined as never,
    ports: undefined as never,
  };
  connect(world, stores);
  return world;
}

/** The ports of a verifier that has just started, with what is in the stores and nothing in its memory. */
export function connect(world: World, stores: WorldStores = {}): void {
  const clock = () => world.now;
  const { cells } = world;
  world.registries = createRegistries({
    cells,
    fetchStatement: (cell, since) => {
      world.registry.calls += 1;
      return world.registry.fetch(cell, since);
    },
    states: stores.states ?? createStatesInMemory(),
    clock,
    freshnessMs: FRESHNESS_MS,
    staleLimitMs: STALE_LIMIT_MS,
  });
  const { registries } = world;
  const trustRecords = createTrustRecords({ cells, registries, clock, freshnessMs: FRESHNESS_MS });
  const resolveVerificationMethod = createRegisteredKeys({ trustRecords, clock });
  world.ports = {
    publicOrigin: ORIGIN,
    clock,
    resolveVerificationMethod,
    challenges: stores.challenges ?? createChallengesInMemory(),
    reliances: stores.reliances ?? {
      record: async () => {},
      recall: async () => ({ relied: [], changes: [] }),
    },
    watchMs: 400 * DAY,
    trustRecords,
    statusLists: createStatusLists({
      fetchStatusList:
        stores.fetchStatusList ??
        (async (url, kind) => {
          const served = kind === 'token' ? world.tokens : world.lists;
          served.calls += 1;
          const document = await served.fetch(url);
          const digest = createHash('sha256').update(JSON.stringify(document)).digest();
          return { document, digest };
        }),
      resolveVerificationMethod,
      seenVersions: stores.seenVersions ?? createSeenVersionsInMemory(),
      clock,
      freshnessMs: FRESHNESS_MS,
    }),
  };
}

export interface IssueOptions {
  /** the world's trust unless given */
  by?: Trust;
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
export function issue(world: World, options: IssueOptions = {}): Promise<VerifiableCredential> {
  const { holder, now } = world;
  const {
    by: trust = world.trust,
    type = TYPE,
    index = 7,
    created = now,
    suites = ['Ed25519Signature2020'],
  } = options;
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
  purpose?: ListPurpose;
  /** milliseconds */
  version?: number;
  validForMs?: number;
  bits?: Uint8Array;
  encodedList?: string;
  change?: IssueOptions['change'];
}

/** The signed list credential of an address, with the trust's bits as they stand. */
export function publishList(
  { trusts, now }: World,
  options: PublishOptions,
): Promise<VerifiableCredential> {
  const trust = trusts.find(({ urls }) => Object.values(urls).includes(options.url));
  if (trust === undefined) throw new VcError('STATUS_RETRIEVAL_ERROR', 'answered 404');
  const purposes = Object.keys(trust.urls) as ListPurpose[];
  const ofUrl = purposes.find((one) => trust.urls[one] === options.url) ?? 'revocation';
  const { url, purpose = ofUrl, version = now, validForMs = 3_600_000 } = options;
  const credential = buildStatusListCredential({
    listUrl: url,
    issuer: options.issuer ?? trust.did,
    purpose,
    version,
    encodedList: options.encodedList ?? encodeBitstring(options.bits ?? trust.bits[ofUrl]),
    ttlMs: 15_000,
    validForMs,
  });
  Object.assign(credential.credentialSubject, options.change);
  return signCredential({
    credential: JSON.parse(JSON.stringify(credential)) as Credential,
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
