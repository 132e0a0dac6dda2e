import { VcError } from '#vc/error';
import type { ChangeContext } from './context.ts';

/** So many organisations may stand in one line, of admission or of mergers. */
export const MAX_CHAIN = 8;

/**
 * Walks from the body that admits up to the ICS of the cell. Each of them must stand, and the line with the admitted
 * organisation must be no longer than MAX_CHAIN.
 * @throws VcError CHAIN_REFUSED
 */
export async function checkAdmissionChain(
  { changes }: ChangeContext,
  { odsCode, admittedBy }: { odsCode: string; admittedBy: string },
): Promise<void> {
  const line = [odsCode];
  let next: string | null = admittedBy;
  while (next !== null) {
    if (line.includes(next)) throw refused('/admittedBy', 'The chain of admission ends in itself');
    line.push(next);
    if (line.length > MAX_CHAIN) {
      throw refused('/admittedBy', `The chain of admission is longer than ${MAX_CHAIN}`);
    }
    const body = await changes.findOrganisation(next);
    if (body === undefined || body.kind === 'trust' || body.status !== 'registered') {
      throw refused('/admittedBy', `${next} is not a registered ICS or network`);
    }
    next = body.admittedBy;
  }
}

/**
 * A merger must not end in the organisation itself, and the line of mergers that ends in the heir must be no longer
 * than MAX_CHAIN.
 * @throws VcError CHAIN_REFUSED
 */
export async function checkMergerChain(
  { changes }: ChangeContext,
  { odsCode, mergedInto }: { odsCode: string; mergedInto: string },
): Promise<void> {
  const above = new Set<string>();
  let next: string | null = mergedInto;
  while (next !== null) {
    if (next === odsCode) throw refused('/mergedInto', 'The merger would end in itself');
    if (above.has(next) || above.size === MAX_CHAIN) throw tooLong();
    above.add(next);
    next = (await changes.findOrganisation(next))?.mergedInto ?? null;
  }
  let length = above.size + 1;
  let below = await changes.listMergedInto([odsCode]);
  while (below.length > 0) {
    length += 1;
    if (length > MAX_CHAIN) throw tooLong();
    below = await changes.listMergedInto(below);
  }
}

function tooLong(): VcError {
  return refused('/mergedInto', `The chain of mergers is longer than ${MAX_CHAIN}`);
}

function refused(pointer: string, detail: string): VcError {
  return new VcError('CHAIN_REFUSED', detail, { errors: [{ pointer, detail }] });
}
