import type { Kysely } from 'kysely';
import type { ContactReader, ReadinessReader } from '../domain/ports.ts';
import { accreditationChanges } from './accreditation-changes.ts';
import { keyChanges } from './key-changes.ts';
import { organisationChanges } from './organisation-changes.ts';
import { readinessChanges } from './readiness-changes.ts';
import type { Tables } from './tables.ts';

export function createReadinessReader(db: Kysely<Tables>): ReadinessReader & ContactReader {
  return {
    ...organisationChanges(db),
    ...keyChanges(db),
    ...accreditationChanges(db),
    ...readinessChanges(db),
  };
}
