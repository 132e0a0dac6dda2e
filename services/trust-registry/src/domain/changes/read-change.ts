import type { Namespace } from '../namespace.ts';
import type { Actor, RegistryChange } from './change.ts';
import type { Operation } from './operation.ts';

/** An operation as somebody sees it: of those about others, only that they are there. */
export type SeenOperation = Operation | Pick<Operation, 'operation' | 'odsCode'>;

/** A change as it is shown. */
export interface SeenChange extends Omit<RegistryChange, 'number' | 'operations'> {
  operations: SeenOperation[];
}

/** People of the cell's ICS read every change, others those that concern the organisation they act for. */
export function mayRead(
  { odsCode }: Actor,
  { odsCodes }: Pick<RegistryChange, 'odsCodes'>,
  { cellOdsCode }: Namespace,
): boolean {
  return odsCode !== undefined && (odsCode === cellOdsCode || odsCodes.includes(odsCode));
}

/** The change without what is private to other organisations: their contacts, signatories, reasons and evidence. */
export function seenBy(
  { odsCode }: Actor,
  change: Omit<RegistryChange, 'number'>,
  { cellOdsCode }: Namespace,
): SeenChange {
  if (odsCode === cellOdsCode) return change;
  const isOwn = (operation: Operation) => operation.odsCode === odsCode;
  const all = change.operations.every(isOwn);
  return {
    ...change,
    note: all ? change.note : null,
    operations: change.operations.map((each) =>
      isOwn(each) ? each : { operation: each.operation, odsCode: each.odsCode },
    ),
    results: change.results.map((result, index) => {
      const operation = change.operations[index];
      return operation !== undefined && isOwn(operation) ? result : {};
    }),
  };
}
