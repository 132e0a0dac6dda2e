/** How surely somebody signed in, in the staff login's names, from the weakest to the strongest. */
export const ACRS = ['AAL1_USERPASS', 'AAL2_OR_AAL3_ANY', 'AAL3_ANY'] as const;
export type Acr = (typeof ACRS)[number];

/** Somebody who may sign in where the staff login is stood in for. */
export interface Person {
  /** `sub` of their tokens: says nothing about them */
  subject: string;
  name: string;
  /** the organisation that they act for */
  odsCode: string;
  acr: Acr;
  scopes: string[];
}

/** Who may sign in, and the one client that they sign in to. */
export interface DevelopmentPeople {
  portal: { clientId: string; redirectUris: string[] };
  /** by subject */
  people: ReadonlyMap<string, Person>;
}

/**
 * Whether `acr` is what one of `acrValues` asks for, or surer. A value that is not known is met by nobody.
 * @param acrValues separated by spaces, as in the request; undefined asks for nothing
 */
export function meetsAcr(acr: Acr, acrValues: string | undefined): boolean {
  if (acrValues === undefined) return true;
  const reached = ACRS.indexOf(acr);
  return acrValues.split(' ').some((wanted) => {
    const level = ACRS.findIndex((known) => known === wanted);
    return level !== -1 && level <= reached;
  });
}
