import type { Finding, Overlay } from './overlay.ts';
import { POLICIES } from './policies.ts';
import { typeCheck } from './type-check.ts';
import { checkValues } from './values.ts';

/** A finding, with the overlay and the policy that found it. */
export interface PlacedFinding extends Finding {
  overlay: string;
  policy: string;
}

export interface Outcome {
  findings: PlacedFinding[];
  /** names of what no policy has looked at: its objects are not what they say they are */
  unchecked: string[];
}

/**
 * Looks at the form of all objects, then holds the cells among them to every policy.
 * @param folder whose node_modules has the models
 * @param cells what is a whole cell; `all` may have more, which only has to be well formed
 */
export async function checkOverlays(
  folder: string,
  cells: readonly Overlay[],
  all: readonly Overlay[],
): Promise<Outcome> {
  const wrongTypes = await typeCheck(folder, all);
  const malformed = new Set(wrongTypes.map(({ overlay }) => overlay));
  const sound = ({ name }: Overlay) => !malformed.has(name);
  return {
    findings: [
      ...wrongTypes,
      ...(await checkValues(folder, all.filter(sound))),
      ...cells.filter(sound).flatMap(checkPolicies),
    ],
    unchecked: [...malformed],
  };
}

/** Holds an overlay whose objects are well formed to every policy. */
export function checkPolicies(overlay: Overlay): PlacedFinding[] {
  return POLICIES.flatMap((policy) =>
    policy
      .find(overlay)
      .map((finding) => ({ ...finding, overlay: overlay.name, policy: policy.name })),
  );
}

/** `overlay · kind/name · policy: where: what; what to do` */
export function sentence({ overlay, object, policy, where, what, remedy }: PlacedFinding): string {
  return `${overlay} · ${object} · ${policy}: ${where}: ${what}; ${remedy}`;
}
