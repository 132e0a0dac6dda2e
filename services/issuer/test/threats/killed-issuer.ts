import { createPool } from '#kit/database';
import { createMetrics } from '#kit/health';
import { createEd25519Signer } from '#proofs/signer';
import { buildApp } from '../../src/app.ts';
import { createCore } from '../../src/core.ts';
import type { TrustRecord } from '../../src/domain/ports.ts';
import { createFakeStatusLists, ORIGIN, TRUST } from '../fakes.ts';

/** What a test tells this program, as JSON in its only argument. */
export interface KilledIssuer {
  databaseUrl: string;
  /** base64 */
  keyEncryptionKey: string;
  record: TrustRecord;
  /** milliseconds since the epoch: its clock stands still */
  now: number;
  /** when it dies: it has signed, or it has committed and the answer is to go out */
  diesAfter: 'signature' | 'commit';
}

/*
 * The issuer as a process of its own, which is killed in the middle of the first credential that it issues: not by an
 * exception that somebody could catch, but as by the kernel. It says its port on its standard output.
 */
const { databaseUrl, keyEncryptionKey, record, now, diesAfter } = JSON.parse(
  process.argv[2] ?? '{}',
) as KilledIssuer;
const die = (): Promise<never> => {
  process.kill(process.pid, 'SIGKILL');
  return Promise.withResolvers<never>().promise;
};
const clock = () => now;
const core = createCore({
  pool: createPool({ url: databaseUrl, applicationName: 'issuer-killed', onError: () => {} }),
  clock,
  newId: () => crypto.randomUUID(),
  publicOrigin: ORIGIN,
  keyEncryptionKey: Buffer.from(keyEncryptionKey, 'base64'),
  statusLists: createFakeStatusLists(clock),
  loadTrust: () => Promise.resolve(record),
  registryFreshnessMs: 30_000,
  registryStaleLimitMs: 900_000,
  statusBatchApprovalOver: 2,
  statusBatchUndoMs: 600_000,
  listTtlMs: 15_000,
  listValidMs: 3_600_000,
  keyLeadMs: 60_000,
  signTimeoutMs: 5_000,
  maxClockSkewMs: Infinity,
  createSigner: (options) => {
    const signer = createEd25519Signer(options);
    if (diesAfter !== 'signature') return signer;
    return { ...signer, sign: async (data) => (await signer.sign(data)) && die() };
  },
});
const app = await buildApp({
  ...core,
  logger: false,
  metrics: createMetrics(),
  verifyToken: async () => ({
    clientId: `client-${TRUST}`,
    odsCode: TRUST,
    scopes: new Set(['credentials:issue']),
    person: undefined,
  }),
});
app.addHook('onSend', async (request) => {
  if (diesAfter === 'commit' && request.url === '/v1/credentials') await die();
});
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
