import { VcError } from '#vc/error';
import type { Namespace } from '../namespace.ts';
import type { Organisation, PublishedOrganisation } from '../organisation.ts';
import type { ChangeEvent, RegistryChanges } from '../ports.ts';
import type { Operation } from './operation.ts';

/** What an operation is done with. Times are milliseconds since the epoch. */
export interface ChangeContext {
  changes: RegistryChanges;
  namespace: Namespace;
  randomUUID: () => string;
  /** when it is done */
  now: number;
  /** when it was proposed: what the maker proved had to be fresh then */
  proposedAt: number;
}

/** What came of one operation. */
export interface Done {
  /** told in the change: ids that were made */
  result: Record<string, string>;
  /** the organisations whose published record is another now */
  records: string[];
  event: ChangeEvent;
}

/** Checks one operation and does it. @throws VcError with pointers into the operation */
export type Apply<O extends Operation> = (operation: O, context: ChangeContext) => Promise<Done>;

/** The organisation at a member of the operation. @throws VcError CLAIMS_INVALID */
export async function loadOrganisation(
  { changes }: Pick<ChangeContext, 'changes'>,
  odsCode: string,
  pointer = '/odsCode',
): Promise<PublishedOrganisation> {
  const organisation = await changes.findOrganisation(odsCode);
  if (organisation !== undefined) return organisation;
  throw invalid(pointer, 'No organisation is registered under this ODS code');
}

/** As loadOrganisation, for what an organisation of the past cannot be given. @throws VcError CONFLICT, CLAIMS_INVALID */
export async function loadOpenOrganisation(
  context: Pick<ChangeContext, 'changes'>,
  odsCode: string,
  pointer = '/odsCode',
): Promise<PublishedOrganisation> {
  const organisation = await loadOrganisation(context, odsCode, pointer);
  if (!isFinal(organisation)) return organisation;
  throw conflict(`The organisation is ${organisation.status}, which is final`, pointer);
}

function isFinal({ status }: Organisation): boolean {
  return status === 'closed' || status === 'merged';
}

/** A fault at a JSON pointer of the operation. */
export function invalid(pointer: string, detail: string): VcError {
  return new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer, detail }] });
}

export function conflict(detail: string, pointer = ''): VcError {
  return new VcError('CONFLICT', detail, { errors: [{ pointer, detail }] });
}
