import type { Type } from 'typebox';
import type { ChecklistSchema } from '#api/registry-changes';
import type { Checklist } from '../domain/checklist.ts';
import { toDateTime } from './wire.ts';

export function toWireChecklist({
  complete,
  items,
}: Checklist): Type.Static<typeof ChecklistSchema> {
  return {
    complete,
    items: items.map(({ doneAt, ...item }) => ({
      ...item,
      doneAt: doneAt === null ? null : toDateTime(doneAt),
    })),
  };
}
