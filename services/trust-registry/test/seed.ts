import { randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { thumbprint } from '#did/keys';
import type {
  AccreditedAction,
  KeyPurpose,
  KeyState,
  Organisation,
  OrganisationStatus,
  RequestPurpose,
} from '../src/domain/organisation.ts';
import { appendVersions } from '../src/store/record-versions.ts';
import type { Tables } from '../src/store/tables.ts';

type SeedAccreditation = {
  id?: string;
  credentialType?: string;
  action?: AccreditedAction;
  validFrom?: number;
  validUntil?: number | null;
  purposes?: RequestPurpose[];
  claims?: string[] | null;
};

/** What two people would have approved, written through the tables and the versions themselves. */
export interface Seed {
  /** One transaction of changes to these organisations. @returns the epoch after it */
  commit(odsCodes: string[], work: (trx: Transaction<Tables>) => Promise<void>): Promise<number>;
  organisation(
    organisation: Partial<Organisation> & Pick<Organisation, 'odsCode' | 'name'>,
  ): Promise<void>;
  status(odsCode: string, status: OrganisationStatus, mergedInto?: string): Promise<void>;
  /** @returns its thumbprint */
  key(odsCode: string, publicKeyMultibase: string, purpose?: KeyPurpose): Promise<string>;
  keyState(odsCode: string, thumbprint: string, state: KeyState): Promise<void>;
  /** @returns its id */
  accreditation(odsCode: string, accreditation?: SeedAccreditation): Promise<string>;
  withdrawal(odsCode: string, id: string, forCause: boolean): Promise<void>;
  /** @returns its id */
  leadEmployment(lead: string, host: string): Promise<string>;
}

export function createSeed(db: Kysely<Tables>, clock: { now: number }): Seed {
  const commit: Seed['commit'] = (odsCodes, work) =>
    db.transaction().execute(async (trx) => {
      await work(trx);
      return appendVersions(trx, odsCodes, clock.now);
    });
  return {
    commit,
    ...seedOrganisations(commit, clock),
    ...seedKeys(commit, clock),
    ...seedAccreditations(commit, clock),
  };
}

function seedOrganisations(commit: Seed['commit'], clock: { now: number }) {
  return {
    async organisation({ odsCode, name, kind = 'trust', status = 'registered', ...rest }) {
      const trust = kind === 'trust';
      const now = new Date(clock.now);
      await commit([odsCode], async (trx) => {
        await trx
          .insertInto('organisations')
          .values({
            ods_code: odsCode,
            name,
            kind,
            ics_ods_code: rest.icsOdsCode ?? (trust ? 'QZN' : null),
            admitted_by: rest.admittedBy ?? (trust ? 'QZN' : null),
            system_approach: trust ? null : (rest.systemApproach ?? 'full-ics'),
            status,
            status_reason: null,
            merged_into: null,
            registered_at: now,
            status_changed_at: now,
          })
          .execute();
        await insertStatus(trx, { odsCode, status, mergedInto: null, at: now });
      });
    },

    async status(odsCode, status, mergedInto) {
      const at = new Date(clock.now);
      const merged = mergedInto ?? null;
      await commit([odsCode], async (trx) => {
        await trx
          .updateTable('organisations')
          .set({ status, merged_into: merged, status_changed_at: at })
          .where('ods_code', '=', odsCode)
          .execute();
        await insertStatus(trx, { odsCode, status, mergedInto: merged, at });
      });
    },
  } satisfies Partial<Seed>;
}

async function insertStatus(
  trx: Transaction<Tables>,
  row: { odsCode: string; status: OrganisationStatus; mergedInto: string | null; at: Date },
): Promise<void> {
  const { count } = await trx
    .selectFrom('organisation_statuses')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('ods_code', '=', row.odsCode)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('organisation_statuses')
    .values({
      ods_code: row.odsCode,
      number: count + 1,
      status: row.status,
      valid_from: row.at,
      merged_into: row.mergedInto,
      reason: null,
    })
    .execute();
}

function seedKeys(commit: Seed['commit'], clock: { now: number }) {
  return {
    async key(odsCode, publicKeyMultibase, purpose = 'assertion') {
      const now = new Date(clock.now);
      const print = thumbprint(publicKeyMultibase);
      await commit([odsCode], async (trx) => {
        await trx
          .insertInto('keys')
          .values({
            thumbprint: print,
            ods_code: odsCode,
            public_key_multibase: publicKeyMultibase,
            state: 'active',
            pinned_at: now,
            state_changed_at: now,
          })
          .onConflict((conflict) => conflict.column('thumbprint').doNothing())
          .execute();
        await trx
          .insertInto('key_purposes')
          .values({ thumbprint: print, purpose, valid_from: now, valid_until: null })
          .execute();
      });
      return print;
    },

    async keyState(odsCode, print, state) {
      await commit([odsCode], async (trx) => {
        await trx
          .updateTable('keys')
          .set({ state, state_changed_at: new Date(clock.now) })
          .where('thumbprint', '=', print)
          .execute();
      });
    },
  } satisfies Partial<Seed>;
}

function seedAccreditations(commit: Seed['commit'], clock: { now: number }) {
  return {
    async accreditation(odsCode, given = {}) {
      const {
        id = randomUUID(),
        credentialType = 'FireSafetyCredential',
        action = 'issue',
      } = given;
      const { validFrom = clock.now, validUntil = null, purposes = [], claims = null } = given;
      await commit([odsCode], async (trx) => {
        await trx
          .insertInto('accreditations')
          .values({
            id,
            ods_code: odsCode,
            credential_type: credentialType,
            action,
            valid_from: new Date(validFrom),
            valid_until: validUntil === null ? null : new Date(validUntil),
            granted_at: new Date(clock.now),
            withdrawn_at: null,
            withdrawn_for_cause: false,
            withdrawal_reason: null,
            evidence: null,
            purposes,
            claims,
          })
          .execute();
      });
      return id;
    },

    async withdrawal(odsCode, id, forCause) {
      await commit([odsCode], async (trx) => {
        await trx
          .updateTable('accreditations')
          .set({ withdrawn_at: new Date(clock.now), withdrawn_for_cause: forCause })
          .where('id', '=', id)
          .execute();
      });
    },

    async leadEmployment(lead, host) {
      const id = randomUUID();
      await commit([lead, host], async (trx) => {
        await trx
          .insertInto('lead_employments')
          .values({
            id,
            lead_ods_code: lead,
            host_ods_code: host,
            staff_group: 'postgraduate-doctor-in-training',
            valid_from: new Date(clock.now),
            valid_until: null,
          })
          .execute();
      });
      return id;
    },
  } satisfies Partial<Seed>;
}
