import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  type Verification,
  type VerificationRequest,
  VerificationRequestSchema,
} from '#api/verifier';
import { verifyGenesis } from '#trust/genesis';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import { answerVerification } from '../answer-verification.ts';
import type { VerifierPorts } from '../domain/ports.ts';
import { createRegisteredKeys } from '../domain/registries/registered-keys.ts';
import { createRegistries } from '../domain/registries/registries.ts';
import { createTrustRecords } from '../domain/registries/trust-records.ts';
import { createStatusLists } from '../domain/status-lists.ts';
import {
  CALLERS_CHALLENGES,
  createSavedLists,
  createSavedStatements,
  createStatesInMemory,
  NO_RELIANCES,
  ONE_VERSION_OF_EACH,
} from './saved-ports.ts';
import { readTrustMaterial, type TrustMaterial } from './trust-material.ts';

/**
 * How old trust material may be, in milliseconds. What is older leaves a check `unknown`. Longer limits are your own
 * risk: what was revoked since is not seen. None reaches past the end that the signer itself gave.
 */
export interface OfflineLimits {
  /** since a registry signed; left out: 15 minutes, as the service */
  registryAgeMs?: number;
  /** since a status list was signed; left out: 10 minutes, as the service */
  statusListAgeMs?: number;
}

export interface OfflineVerifierOptions {
  /** as it was collected: a member of its own, so that nothing in a file is taken for one of these options */
  material: TrustMaterial;
  /** RFC 7638 of the anchor's key, base64url: the one thing that has to be trusted beforehand */
  anchorThumbprint: string;
  /**
   * The newest genesis file that you have seen (`genesisVersion`): an older one is well signed for ever, and admits
   * again whom the anchor has withdrawn since. Left out: any.
   */
  minGenesisVersion?: number;
  /**
   * Milliseconds since the epoch; left out: the system's. While it is behind what it said before, that counts; a clock
   * that was wrong all along makes old material young.
   */
  clock?: Clock;
  limits?: OfflineLimits;
}

export interface OfflineVerifier {
  /** of the genesis file in use: keep the highest, for `minGenesisVersion` */
  genesisVersion: number;
  /**
   * Verifies a credential, or a presentation, of any form without asking anybody: the answer of
   * `POST /v1/verifications` to the same body. Which challenge you gave out you know: it is checked that the
   * presentation was signed over it, not that it is used once. Accept each of yours once only, and not for long.
   * @param request as it came, when it is text: what JSON.parse makes of a key that stands twice is lost otherwise
   * @throws VcError PARSING_ERROR or INVALID_REQUEST for what is no request
   */
  verify(request: VerificationRequest | string): Promise<Verification>;
}

/** For which a registry that does not answer is taken at its word about what it does not mention. */
const REGISTRY_FRESHNESS_MS = 30_000;
const REGISTRY_AGE_MS = 15 * 60_000;
const STATUS_LIST_AGE_MS = 10 * 60_000;
const NOBODY = { odsCode: '', clientId: 'offline' };

const isRequest = new Ajv2020({ strict: false }).compile<VerificationRequest>(
  VerificationRequestSchema,
);

/**
 * A verifier that has all that it needs and touches no network. Other material needs another verifier: keep the
 * newest of each, because only what stands in it is compared and nothing tells that it was newer once.
 * @throws VcError INVALID_REQUEST for material or options of another shape, REGISTRY_STATEMENT_INVALID for a genesis
 *   file that the anchor did not sign, REGISTRY_ROLLBACK for one older than was seen
 */
export async function createOfflineVerifier(
  options: OfflineVerifierOptions,
): Promise<OfflineVerifier> {
  const { genesis, snapshots, statusLists } = readTrustMaterial(options.material);
  const { anchorThumbprint, limits = {}, minGenesisVersion = 0 } = options;
  const { registryAgeMs = REGISTRY_AGE_MS, statusListAgeMs = STATUS_LIST_AGE_MS } = limits;
  // NaN is more than nothing and less than nothing: no age would ever be too high.
  checkNumbers({ registryAgeMs, statusListAgeMs, minGenesisVersion });
  const clock = neverBack(options.clock ?? Date.now);
  const { cells, version } = await verifyGenesis(genesis, anchorThumbprint);
  if (version < minGenesisVersion) {
    const said = `The genesis file has version ${version}; ${minGenesisVersion} was seen before`;
    throw new VcError('REGISTRY_ROLLBACK', said);
  }
  const registries = createRegistries({
    cells,
    fetchStatement: createSavedStatements(snapshots, clock),
    states: createStatesInMemory(),
    clock,
    freshnessMs: REGISTRY_FRESHNESS_MS,
    staleLimitMs: registryAgeMs,
  });
  const freshnessMs = REGISTRY_FRESHNESS_MS;
  const trustRecords = createTrustRecords({ cells, registries, clock, freshnessMs });
  const resolveVerificationMethod = createRegisteredKeys({ trustRecords, clock });
  const ports: VerifierPorts = {
    publicOrigin: '',
    trustRecords,
    resolveVerificationMethod,
    statusLists: createStatusLists({
      fetchStatusList: createSavedLists(statusLists),
      resolveVerificationMethod,
      seenVersions: ONE_VERSION_OF_EACH,
      clock,
      // There is one of each: how old it is tells its own date.
      freshnessMs: Number.POSITIVE_INFINITY,
      maxAgeMs: statusListAgeMs,
    }),
    challenges: CALLERS_CHALLENGES,
    reliances: NO_RELIANCES,
    watchMs: 0,
    clock,
  };
  return {
    genesisVersion: version,
    verify: async (request) => answerVerification(readRequest(request), NOBODY, ports),
  };
}

/** @throws VcError INVALID_REQUEST */
function checkNumbers(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new VcError('INVALID_REQUEST', `${name} is not a whole number from 0`);
    }
  }
}

function neverBack(clock: Clock): Clock {
  let latest = 0;
  const read = (): number => {
    const now = clock();
    if (!Number.isFinite(now)) throw new VcError('INVALID_REQUEST', 'The clock gives no time');
    latest = Math.max(latest, now);
    return latest;
  };
  read();
  return read;
}

/** By the rules of the service for a body. */
function readRequest(given: VerificationRequest | string): VerificationRequest {
  const request = parseStrictJson(Buffer.from(textOf(given)));
  if (!isRequest(request)) {
    const { instancePath: pointer = '', message: detail = 'is not valid' } =
      isRequest.errors?.[0] ?? {};
    const said = `The request does not have the documented shape: ${pointer || '/'} ${detail}`;
    throw new VcError('INVALID_REQUEST', said, { errors: [{ pointer, detail }] });
  }
  if (request.watch !== true) return { ...request, watch: false };
  const detail = 'is for the service: nobody watches here';
  const errors = [{ pointer: '/watch', detail }];
  throw new VcError('INVALID_REQUEST', `/watch ${detail}`, { errors });
}

function textOf(given: VerificationRequest | string): string {
  if (typeof given === 'string') return given;
  try {
    return JSON.stringify(given) ?? '';
  } catch (cause) {
    throw new VcError('PARSING_ERROR', 'The request cannot be written as JSON', { cause });
  }
}
