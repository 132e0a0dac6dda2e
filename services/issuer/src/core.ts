import { createHash, randomBytes } from 'node:crypto';
import { type Catalogue, catalogue as published } from '#catalogue/catalogue';
import { createDidResolver } from '#did/resolver';
import { createKysely, type createPool } from '#kit/database';
import { createRefusalRecord } from '#kit/refused-access';
import { createIdempotency } from '#ledger/idempotency';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { createHolderBinder } from './domain/bind-holder.ts';
import { createStatusChanger } from './domain/change-status.ts';
import { createIndexSlices } from './domain/index-slices.ts';
import { createCredentialIssuer } from './domain/issue-credential.ts';
import type { StatusLists, TrustRecord } from './domain/ports.ts';
import { createStatusBatches } from './domain/propose-status-batch.ts';
import { createRegistryCache } from './domain/registry-cache.ts';
import { createBatchRunner } from './domain/run-status-batch.ts';
import { createStatusListSigner } from './domain/sign-status-list.ts';
import { createBitChanger, sayWhenUnreachable } from './domain/status-lists.ts';
import { createLifecycleCore } from './lifecycle-core.ts';
import { createCredentialStore } from './store/credential-store.ts';
import { createDetailsStore } from './store/details-store.ts';
import { createFormDefaultStore } from './store/form-default-store.ts';
import { createHolderStore } from './store/holder-store.ts';
import { createKeyStore, type KeyStoreDeps } from './store/key-store.ts';
import { createLifecycleStore } from './store/lifecycle-store.ts';
import { createSettlingStore } from './store/settling-store.ts';
import { createSignedListStore } from './store/signed-list-store.ts';
import { createStatusBatchStore } from './store/status-batch-store.ts';
import { createStatusBatchWork } from './store/status-batch-work.ts';
import { createStatusStore } from './store/status-store.ts';
import type { Tables } from './store/tables.ts';

export interface CoreOptions {
  pool: ReturnType<typeof createPool>;
  clock: Clock;
  newId: () => string;
  publicOrigin: string;
  /** 32 bytes */
  keyEncryptionKey: Uint8Array;
  statusLists: StatusLists;
  /** throws VcError NOT_FOUND for a trust that the registry does not know */
  loadTrust: (odsCode: string) => Promise<TrustRecord>;
  registryFreshnessMs: number;
  registryStaleLimitMs: number;
  listTtlMs: number;
  listValidMs: number;
  statusBatchApprovalOver: number;
  statusBatchUndoMs: number;
  /** left out: the one that this release publishes */
  catalogue?: Pick<Catalogue, 'editionToIssue' | 'editions' | 'findCredentialType'> | undefined;
  /** milliseconds for which the registry must have listed a key before it signs, while an older one can */
  keyLeadMs: number;
  signTimeoutMs: number;
  /** what signs with a trust's key, when this process does not */
  createSigner?: KeyStoreDeps['createSigner'];
  /** milliseconds by which this clock and the database's may differ */
  maxClockSkewMs: number;
}

// 128 bits (RFC 9901 §9.3)
const SALT_BYTES = 16;

/** The service without its surroundings: what tests drive with a real database and other services of their own. */
export function createCore(options: CoreOptions) {
  const { clock, newId, publicOrigin, catalogue = published } = options;
  const statusLists = sayWhenUnreachable(options.statusLists);
  const stores = createStores(options);
  const { credentials, holders, keys, records, batches, batchWork } = stores;
  const registry = createRegistryCache({
    load: options.loadTrust,
    clock,
    freshnessMs: options.registryFreshnessMs,
    staleLimitMs: options.registryStaleLimitMs,
  });
  const common = { publicOrigin, clock, newId, sha256, keys };
  // holders are did:key, whose document is in the DID itself
  const resolver = createDidResolver({ fetchDocument: refuseToFetch, now: clock });
  const issuer = createCredentialIssuer({
    ...common,
    newSalt: () => randomBytes(SALT_BYTES).toString('base64url'),
    catalogue,
    formDefaults: stores.formDefaults,
    loadTrustRecord: registry.loadFresh,
    holders,
    indexes: createIndexSlices(statusLists),
    ledger: credentials,
  });
  const statusChanger = createStatusChanger({
    changeBit: createBitChanger(statusLists),
    ledger: records,
  });
  return {
    ...stores,
    ...createLifecycleCore({ ...stores, issuer, statusChanger, clock }),
    clock,
    catalogue,
    issuer,
    statusChanger,
    holderBinder: createHolderBinder({
      ...common,
      newChallenge: () => randomBytes(24).toString('base64url'),
      resolveVerificationMethod: resolver.resolveVerificationMethod,
      ledger: holders,
    }),
    statusBatches: createStatusBatches({
      ledger: batches,
      clock,
      newId,
      approvalOver: options.statusBatchApprovalOver,
    }),
    batchRunner: createBatchRunner({
      work: batchWork,
      statusLists,
      clock,
      worker: newId(),
      undoMs: options.statusBatchUndoMs,
    }),
    statusListSigner: createStatusListSigner({
      ...common,
      loadLastKnown: registry.loadLastKnown,
      lists: createSignedListStore(stores),
      ttlMs: options.listTtlMs,
      validForMs: options.listValidMs,
    }),
  };
}

function createStores(options: CoreOptions) {
  const { clock, publicOrigin, keyEncryptionKey, registryFreshnessMs: freshnessMs } = options;
  const db = createKysely<Tables>(options.pool);
  const common = { db, idempotency: createIdempotency<Tables>({ clock }), clock };
  return {
    db,
    credentials: createCredentialStore({ ...common, maxClockSkewMs: options.maxClockSkewMs }),
    records: createStatusStore(common),
    lifecycles: createLifecycleStore(common),
    details: createDetailsStore(common),
    settling: createSettlingStore(common),
    holders: createHolderStore(common),
    formDefaults: createFormDefaultStore({ ...common, freshnessMs }),
    recordRefusal: createRefusalRecord(db, clock),
    keys: createKeyStore({
      ...common,
      publicOrigin,
      keyEncryptionKey,
      freshnessMs,
      leadMs: options.keyLeadMs,
      signTimeoutMs: options.signTimeoutMs,
      createSigner: options.createSigner,
    }),
    batches: createStatusBatchStore(common),
    batchWork: createStatusBatchWork(common),
  };
}

function refuseToFetch(url: URL): Promise<never> {
  return Promise.reject(new VcError('DID_NOT_FOUND', `${url.host} is not fetched from here`));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
