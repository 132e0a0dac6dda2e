import type { Accreditation, PinnedKey } from './organisation.ts';
import { covers, standingPeriod } from './period.ts';
import type { CheckedItem, ChecklistItem, ReadinessReader } from './ports.ts';

export interface ChecklistEntry {
  item: ChecklistItem;
  done: boolean;
  /** milliseconds */
  doneAt: number | null;
  detail: string;
}

export interface Checklist {
  complete: boolean;
  items: ChecklistEntry[];
}

const DETAILS: Record<ChecklistItem, string> = {
  'did-control': 'a key of the organisation has signed a challenge of this registry',
  'keys-pinned': 'an active key for assertion and one for status are pinned',
  contacts: 'human resources, occupational health and education can be reached',
  'information-governance': 'information governance is signed off',
  accredited: 'it is accredited to issue at least one type',
  'test-issue': 'a test credential, signed with a key that is still active, was verified here',
};

/** What an organisation must have done before it can be registered; what can lapse again is looked at anew. */
export async function loadChecklist(
  { changes, now }: { changes: Omit<ReadinessReader, 'findOrganisation'>; now: number },
  odsCode: string,
): Promise<Checklist> {
  const checked = await changes.listCheckedItems(odsCode);
  const keys = (await changes.listKeys(odsCode)).filter(
    (key) => key.state === 'active' && covers(key, now),
  );
  const issuing = (await changes.listAccreditations(odsCode)).filter((each) =>
    isToIssue(each, now),
  );
  const kept = (item: ChecklistItem) => checked.find((each) => each.item === item);
  const doneAt: Record<ChecklistItem, number | null> = {
    'did-control': kept('did-control')?.doneAt ?? null,
    'keys-pinned': bothPinned(keys),
    contacts: kept('contacts')?.doneAt ?? null,
    'information-governance': kept('information-governance')?.doneAt ?? null,
    accredited: earliest(issuing.map(({ validFrom }) => validFrom)),
    'test-issue': testIssued(kept('test-issue'), keys),
  };
  const items = Object.entries(doneAt).map(([name, at]) => {
    const item = name as ChecklistItem;
    return { item, done: at !== null, doneAt: at, detail: DETAILS[item] };
  });
  return { complete: items.every(({ done }) => done), items };
}

function isToIssue(accreditation: Accreditation, now: number): boolean {
  const { action, withdrawnForCause } = accreditation;
  if (action !== 'issue' || withdrawnForCause) return false;
  const { validUntil } = standingPeriod(accreditation);
  return validUntil === null || now < validUntil;
}

function bothPinned(keys: readonly PinnedKey[]): number | null {
  const since = (purpose: PinnedKey['purpose']) =>
    earliest(keys.filter((key) => key.purpose === purpose).map(({ validFrom }) => validFrom));
  const [assertion, status] = [since('assertion'), since('status')];
  return assertion === null || status === null ? null : Math.max(assertion, status);
}

function testIssued(checked: CheckedItem | undefined, keys: readonly PinnedKey[]): number | null {
  if (checked === undefined) return null;
  return keys.some(({ thumbprint }) => thumbprint === checked.reference) ? checked.doneAt : null;
}

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}
