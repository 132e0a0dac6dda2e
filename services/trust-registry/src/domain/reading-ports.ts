import type { Organisation, OrganisationKind, OrganisationRecord } from './organisation.ts';

export interface OrganisationFilter {
  /** literal part of the name, whatever its case */
  name?: string | undefined;
  icsOdsCode?: string | undefined;
  kind?: OrganisationKind | undefined;
  /** only ODS codes after this one */
  after?: string | undefined;
  limit: number;
}

/** What the public sees: committed rows, each answer from one snapshot. */
export interface RegistryReader {
  findRecord(odsCode: string): Promise<OrganisationRecord | undefined>;
  /** in the order of ODS codes */
  listOrganisations(filter: OrganisationFilter): Promise<Organisation[]>;
}
