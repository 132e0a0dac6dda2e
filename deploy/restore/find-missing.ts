import type { Client } from 'pg';

export interface RestoreReport {
  pairsRetired: number;
  pairsMadeAgain: number;
  listsMadeAgain: number;
  revoked: number;
  suspended: number;
  reinstated: number;
  /** list files are later than all that was told: the fences stand, unless that was accepted */
  isLossSeen: boolean;
  /** what is not as it was, a sentence each */
  notRestored: string[];
  /** what is worth knowing and harms nobody */
  notes: string[];
}

/** Names what could not be brought back, and what the operator should look at. */
export async function findMissing(
  admin: Client,
  fileVersions: ReadonlyMap<string, number>,
  report: RestoreReport,
): Promise<void> {
  const pairs = await admin.query<{ pair_id: string; ods_code: string }>(
    `select k.pair_id, k.ods_code from known_pairs k
      where not exists (select 1 from status_list.list_pairs p
        where p.id = k.pair_id and p.ods_code = k.ods_code)`,
  );
  for (const { pair_id, ods_code } of pairs.rows) {
    report.notRestored.push(
      `pair ${pair_id} of ${ods_code}: nothing says which lists it has; credentials on it verify as unknown`,
    );
  }
  const clashes = await admin.query<{ pair_id: string; purpose: string; list_id: string }>(
    `select distinct k.pair_id, k.purpose, k.list_id from known_lists k
      join known_pairs using (pair_id)
      where not exists (select 1 from status_list.lists l
        where l.id = k.list_id and l.pair_id = k.pair_id and l.purpose = k.purpose)
        and exists (select 1 from status_list.list_pairs p where p.id = k.pair_id)`,
  );
  for (const { pair_id, purpose, list_id } of clashes.rows) {
    report.notRestored.push(`list ${list_id}: pair ${pair_id} has another ${purpose} list`);
  }
  const outside = await admin.query<{ pair_id: string; index: number }>(
    `select distinct s.pair_id, s.index from standing s
      join status_list.list_pairs p on p.id = s.pair_id
      where s.index not between 0 and p.size - 1 or s.ods_code <> p.ods_code`,
  );
  for (const { pair_id, index } of outside.rows) {
    report.notRestored.push(`index ${index} of pair ${pair_id}: it is not of that pair`);
  }
  const signed = await admin.query<{ list_id: string; ods_code: string }>(
    `select s.list_id, s.ods_code from issuer.signed_lists s
      where not exists (select 1 from status_list.lists l where l.id = s.list_id)`,
  );
  for (const { list_id, ods_code } of signed.rows) {
    report.notes.push(`list ${list_id} of ${ods_code} was signed, and no credential names it`);
  }
  const { rows: lists } = await admin.query<{ id: string }>('select id from status_list.lists');
  const ids = new Set(lists.map(({ id }) => id));
  for (const listId of fileVersions.keys()) {
    if (!ids.has(listId)) report.notes.push(`list ${listId} has a file, and nothing else names it`);
  }
}

/**
 * The issuer's tables may be of the same backup: then nothing was replayed, and not because nothing had happened. A
 * list file of a later version than the issuer remembers proves it.
 */
export async function lookForLoss(
  admin: Client,
  fileVersions: ReadonlyMap<string, number>,
  report: RestoreReport,
): Promise<void> {
  const forgotten = await admin.query<{ list_id: string }>(
    `select f.list_id from unnest($1::uuid[], $2::bigint[]) f (list_id, version)
      left join issuer.signed_lists s on s.list_id = f.list_id
      where f.version > coalesce(s.version, 0)`,
    [[...fileVersions.keys()], [...fileVersions.values()]],
  );
  for (const { list_id } of forgotten.rows) {
    report.isLossSeen = true;
    report.notRestored.push(
      `list ${list_id}: its file is of later than the issuer remembers; what was revoked since, only audit exports tell`,
    );
  }
  const unexplained = await admin.query(
    `select 1 from status_list.fences where lifted_at is null and cause <> 'operator'
      and not exists (select 1 from issuer.signed_lists s
        left join status_list.lists l on l.id = s.list_id
        where s.version > coalesce(l.asked_after, l.last_version, 0))`,
  );
  if (unexplained.rowCount !== 0) {
    report.notes.push(
      'the issuer knows of no later list version than this database: if its tables came from the same backup, what was revoked since, only audit exports tell',
    );
  }
}
