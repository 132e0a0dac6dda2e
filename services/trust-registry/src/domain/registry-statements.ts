import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { RegistryStatement } from '#trust/cell';
import type { OrganisationRecord } from './organisation.ts';
import type { RegistryReader } from './reading-ports.ts';

export interface RegistryStatementsDeps {
  registry: Pick<RegistryReader, 'findPosition' | 'readChangesSince'>;
  sign: (statement: RegistryStatement) => Promise<string>;
  /** a record as the contract has it */
  publish: (record: OrganisationRecord) => unknown;
  /** the cell's DID */
  issuer: string;
  /** milliseconds from signing to the end */
  validForMs: number;
  clock: Clock;
}

/** Compact JWS of what the registry knows. */
export interface RegistryStatements {
  signSnapshot(): Promise<string>;
  /**
   * Records that changed after the epoch.
   * @throws VcError CONFLICT when the registry has not come so far: the reader knew a state that this database,
   *   restored from a backup, has lost
   */
  signChangesSince(since: number): Promise<string>;
}

interface Signed {
  epoch: number;
  at: number;
  text: string;
}

const KEPT_MS = 1_000;
const KEPT_STATEMENTS = 64;

/**
 * Signs at most once a second what did not change, however many ask. A kept statement is only given out when a fresh
 * look at the database finds the same epoch: so whatever was answered before the request came is in the answer, a key
 * marked compromised above all (a change raises the epoch in its own transaction).
 */
export function createRegistryStatements(deps: RegistryStatementsDeps): RegistryStatements {
  const { registry, clock } = deps;
  const kept = new Map<string, Promise<Signed>>();

  const build = async (kind: RegistryStatement['kind'], since: number): Promise<Signed> => {
    // before the records are read: a statement is never newer by its date than what it says
    const issuedAt = clock();
    const { epoch, records } = await registry.readChangesSince(since);
    const text = await deps.sign({
      kind,
      issuer: deps.issuer,
      epoch,
      since,
      issuedAt,
      expiresAt: issuedAt + deps.validForMs,
      records: records.map(deps.publish),
    });
    return { epoch, at: issuedAt, text };
  };

  const keep = (key: string, signing: Promise<Signed>): Promise<Signed> => {
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    kept.set(key, signing);
    signing.catch(() => kept.get(key) === signing && kept.delete(key));
    return signing;
  };

  const signSince = async (kind: RegistryStatement['kind'], since: number): Promise<string> => {
    const { epoch } = await registry.findPosition();
    if (since > epoch) {
      throw new VcError('CONFLICT', `The registry is at epoch ${epoch}, which is before ${since}`);
    }
    const key = `${kind} ${since}`;
    const usable = ({ epoch: of, at }: Signed) => of >= epoch && clock() - at < KEPT_MS;
    // whoever waited looks again: somebody may have begun a newer one meanwhile
    for (let pending = kept.get(key); pending !== undefined; pending = kept.get(key)) {
      const found = await pending.catch(() => undefined);
      if (found !== undefined && usable(found)) return found.text;
      if (kept.get(key) === pending) break;
    }
    return (await keep(key, build(kind, since))).text;
  };

  return {
    signSnapshot: () => signSince('snapshot', 0),
    signChangesSince: (since) => signSince('changes', since),
  };
}
