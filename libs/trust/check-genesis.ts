import { didWebUrl } from '#did/identifiers';
import { decodePublicKey } from '#did/keys';
import { parseDateTimeStamp } from '#vc/date-time';
import { VcError } from '#vc/error';
import type { Cell, Genesis, RegistryKey } from './cell.ts';

const ODS_CODE = /^[A-Z0-9]{3,10}$/;
const CELL = ['did', 'odsCode', 'name', 'registryKeys', 'admittedAt', 'withdrawnAt'];
const KEY = ['publicKeyMultibase', 'validFrom', 'validUntil'];

/**
 * The shape of a genesis, whoever signed it. Members that are not known are refused: they might limit what the cell
 * was admitted for. No DID, ODS code or key stands twice.
 * @throws VcError REGISTRY_STATEMENT_INVALID
 */
export function checkGenesis(genesis: {
  version: unknown;
  issuedAt: unknown;
  cells: unknown;
}): Omit<Genesis, 'anchor'> {
  const { version, issuedAt, cells } = genesis;
  if (!Number.isSafeInteger(version) || (version as number) < 1) {
    throw refusal('/version', 'is not a whole number from 1');
  }
  readDate(issuedAt, '/issuedAt');
  const checked = list(cells, '/cells').map((cell, at) => checkCell(cell, `/cells/${at}`));
  refuseTwice(checked.map(({ did }) => did));
  refuseTwice(checked.map(({ odsCode }) => odsCode));
  refuseTwice(
    checked.flatMap((cell) =>
      cell.registryKeys.map(({ publicKeyMultibase }) => publicKeyMultibase),
    ),
  );
  return { version: version as number, issuedAt: issuedAt as string, cells: checked };
}

function checkCell(value: unknown, pointer: string): Cell {
  const { did, odsCode, name, registryKeys, admittedAt, withdrawnAt } = members(
    value,
    CELL,
    pointer,
  );
  if (!isCellDid(did)) throw refusal(`${pointer}/did`, 'is not the did:web of a host');
  if (typeof odsCode !== 'string' || !ODS_CODE.test(odsCode)) {
    throw refusal(`${pointer}/odsCode`, 'is not an ODS code');
  }
  if (typeof name !== 'string' || name === '' || name.length > 200) {
    throw refusal(`${pointer}/name`, 'is not a name');
  }
  const keys = list(registryKeys, `${pointer}/registryKeys`).map((key, at) =>
    checkKey(key, `${pointer}/registryKeys/${at}`),
  );
  if (keys.length === 0) throw refusal(`${pointer}/registryKeys`, 'has no key');
  const period = checkPeriod(admittedAt, withdrawnAt, pointer);
  const [admitted, withdrawn] = period;
  return { did, odsCode, name, registryKeys: keys, admittedAt: admitted, withdrawnAt: withdrawn };
}

function checkKey(value: unknown, pointer: string): RegistryKey {
  const { publicKeyMultibase, validFrom, validUntil } = members(value, KEY, pointer);
  if (typeof publicKeyMultibase !== 'string') {
    throw refusal(`${pointer}/publicKeyMultibase`, 'is not a string');
  }
  try {
    decodePublicKey(publicKeyMultibase);
  } catch (cause) {
    throw refusal(`${pointer}/publicKeyMultibase`, 'is not a usable Ed25519 key', cause);
  }
  const [from, until] = checkPeriod(validFrom, validUntil, pointer);
  return { publicKeyMultibase, validFrom: from, validUntil: until };
}

function checkPeriod(from: unknown, until: unknown, pointer: string): [string, string | null] {
  const begin = readDate(from, pointer);
  if (until !== null && readDate(until, pointer) <= begin) {
    throw refusal(pointer, 'ends before it begins');
  }
  return [from as string, until as string | null];
}

function isCellDid(value: unknown): value is string {
  try {
    return typeof value === 'string' && didWebUrl(value).pathname === '/.well-known/did.json';
  } catch {
    return false;
  }
}

function members(value: unknown, names: readonly string[], pointer: string) {
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (given.length !== names.length || !names.every((name) => given.includes(name))) {
    throw refusal(pointer, `does not have exactly the members ${names.join(', ')}`);
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, pointer: string): unknown[] {
  if (!Array.isArray(value)) throw refusal(pointer, 'is not a list');
  return value;
}

function readDate(value: unknown, pointer: string): number {
  const date = parseDateTimeStamp(value);
  if (date === undefined) throw refusal(pointer, 'has a date that cannot be read');
  return date;
}

function refuseTwice(values: readonly string[]): void {
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  if (twice !== undefined) throw refusal('/cells', `names ${twice} twice`);
}

function refusal(pointer: string, detail: string, cause?: unknown): VcError {
  return new VcError('REGISTRY_STATEMENT_INVALID', `${pointer} ${detail}`, {
    errors: [{ pointer, detail }],
    cause,
  });
}
