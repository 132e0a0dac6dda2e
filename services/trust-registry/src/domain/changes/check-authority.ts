import { VcError } from '#vc/error';
import type { OrganisationStatus } from '../organisation.ts';
import type { ChangeContext } from './context.ts';
import type { Actor } from './change.ts';
import type { Operation } from './operation.ts';

/** What the people of a trust see to themselves; everything else is for the ICS of the cell. */
const OF_TRUSTS: ReadonlySet<Operation['operation']> = new Set([
  'pin-key',
  'retire-key',
  'set-contacts',
  'sign-off-information-governance',
  'name-signatory',
  'end-signatory',
]);

/** Of a trust that is suspended, closed or merged the ICS takes care: why it is so may lie with its own people. */
const STANDING: ReadonlySet<OrganisationStatus | undefined> = new Set(['invited', 'registered']);

/**
 * Whether a person may propose, or decide on, all of these operations. People of the cell's ICS may; a standing
 * signatory of a trust that stands may for that trust, and only what a trust sees to itself. So the first signatories
 * of a trust are named by the ICS.
 * @throws VcError FORBIDDEN
 */
export async function checkAuthority(
  { subject, odsCode }: Actor,
  operations: readonly Operation[],
  { changes, namespace }: Pick<ChangeContext, 'changes' | 'namespace'>,
): Promise<void> {
  if (odsCode === namespace.cellOdsCode) return;
  if (odsCode === undefined) throw forbidden('The token names no organisation');
  for (const [index, operation] of operations.entries()) {
    const pointer = `/operations/${index}`;
    if (operation.odsCode !== odsCode) throw forbidden('It is about another organisation', pointer);
    if (!OF_TRUSTS.has(operation.operation)) {
      throw forbidden('This is for the people of the ICS', pointer);
    }
  }
  if (!(await changes.isSignatory(odsCode, subject))) {
    throw forbidden('The person is not a signatory of the organisation');
  }
  const status = (await changes.findOrganisation(odsCode))?.status;
  if (!STANDING.has(status)) throw forbidden(`The organisation is ${status}`);
}

function forbidden(detail: string, pointer?: string): VcError {
  return new VcError('FORBIDDEN', detail, {
    errors: pointer === undefined ? [] : [{ pointer, detail }],
  });
}
