import type {
  OrganisationKind,
  OrganisationRecord,
  OrganisationStatus,
  PublishedOrganisation,
} from './organisation.ts';

export interface OrganisationFilter {
  /** literal part of the name, whatever its case */
  name?: string | undefined;
  icsOdsCode?: string | undefined;
  /** how the ODS code begins */
  odsCodeStart?: string | undefined;
  kind?: OrganisationKind | undefined;
  status?: OrganisationStatus | undefined;
  /** only ODS codes after this one */
  after?: string | undefined;
  limit: number;
}

/** Where the registry stands: how many changes it has seen, and when the last one was recorded (milliseconds). */
export interface RegistryPosition {
  epoch: number;
  recordedAt: number;
}

/** What the public sees: committed versions of records, each answer from one snapshot of the database. */
export interface RegistryReader {
  /** The newest version; with `knownAt` (milliseconds) the newest that was recorded by then. */
  findRecord(odsCode: string, knownAt?: number): Promise<OrganisationRecord | undefined>;
  /** in the order of ODS codes */
  listOrganisations(filter: OrganisationFilter): Promise<PublishedOrganisation[]>;
  findPosition(): Promise<RegistryPosition>;
  /** The records that changed after this epoch, as they are at the epoch that is returned with them. */
  readChangesSince(since: number): Promise<{ epoch: number; records: OrganisationRecord[] }>;
}
