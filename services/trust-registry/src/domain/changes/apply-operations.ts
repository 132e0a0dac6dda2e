import { checkText } from '#catalogue/text';
import { VcError } from '#vc/error';
import { accredit } from './accredit.ts';
import { changeOrganisationStatus } from './change-organisation-status.ts';
import type { Apply, ChangeContext, Done } from './context.ts';
import { inviteOrganisation } from './invite-organisation.ts';
import { endLeadEmployer, relateLeadEmployer } from './lead-employer.ts';
import type { Operation } from './operation.ts';
import { pinKey } from './pin-key.ts';
import { retireKey } from './retire-key.ts';
import { setContacts } from './set-contacts.ts';
import { signOffInformationGovernance } from './sign-off-information-governance.ts';
import { endSignatory, nameSignatory } from './signatory.ts';
import { withdrawAccreditation } from './withdraw-accreditation.ts';

const APPLY: { [Name in Operation['operation']]: Apply<Extract<Operation, { operation: Name }>> } =
  {
    'invite-organisation': inviteOrganisation,
    'change-organisation-status': changeOrganisationStatus,
    'pin-key': pinKey,
    'retire-key': retireKey,
    accredit,
    'withdraw-accreditation': withdrawAccreditation,
    'relate-lead-employer': relateLeadEmployer,
    'end-lead-employer': endLeadEmployer,
    'name-signatory': nameSignatory,
    'end-signatory': endSignatory,
    'set-contacts': setContacts,
    'sign-off-information-governance': signOffInformationGovernance,
  };

/**
 * Does operations in their order, each upon what those before it did.
 * @throws VcError of the first that cannot be done, its pointers led by `/operations/<n>`
 */
export async function applyOperations(
  operations: readonly Operation[],
  context: ChangeContext,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const [index, operation] of operations.entries()) {
    try {
      checkWords(operation);
      // the table above has for each name the function of that operation
      const apply = APPLY[operation.operation] as Apply<Operation>;
      done.push(await apply(operation, context));
    } catch (error) {
      throw at(`/operations/${index}`, error);
    }
  }
  return done;
}

/** Text that a database, a log or a page could take for something else is refused wherever it stands. */
function checkWords(operation: Operation): void {
  const [problem] = checkText(operation, '');
  if (problem === undefined) return;
  const { detail, pointer = '' } = problem;
  throw new VcError('CLAIMS_INVALID', detail, { errors: [{ pointer, detail }] });
}

function at(pointer: string, error: unknown): unknown {
  if (!(error instanceof VcError) || error.code === 'SERVICE_UNAVAILABLE') return error;
  const { code, message, errors } = error;
  const places = errors.length === 0 ? [{ pointer: '', detail: message }] : errors;
  return new VcError(code, message, {
    cause: error,
    errors: places.map((place) => ({ ...place, pointer: `${pointer}${place.pointer}` })),
  });
}
