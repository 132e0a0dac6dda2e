import { Type } from 'typebox';
import {
  StatusBatchItemPageSchema,
  StatusBatchPageSchema,
  StatusBatchSchema,
} from '#api/status-batches';
import { PageQuerySchema } from '#api/wire';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import type { ItemOutcome, StatusBatch } from '../domain/status-batch.ts';
import { parseCursor, parseNumber, type Position, toCursor } from './cursor.ts';
import { describeBatch, parseBatchId } from './status-batch.ts';

interface Item {
  number: number;
  id: string;
  employeeId: string;
  type: string;
  outcome: ItemOutcome;
}

interface Batches {
  load(odsCode: string, id: string): Promise<StatusBatch>;
  list(
    odsCode: string,
    page: { limit: number; after?: Position | undefined },
  ): Promise<StatusBatch[]>;
  listItems(odsCode: string, id: string, page: { limit: number; after: number }): Promise<Item[]>;
}

const DEFAULT_LIMIT = 50;
const config = { access: { scope: 'credentials:read', trust: true } };
const params = Type.Object({ id: Type.String() });
const querystring = Type.Object(PageQuerySchema, { additionalProperties: false });
const tags = ['Status batches'];

/** `GET /v1/status-batches`, one of them, and the credentials it has. */
export function readStatusBatches(
  app: Server,
  { batches, clock }: { batches: Batches; clock: Clock },
): void {
  app.get(
    '/v1/status-batches',
    {
      schema: {
        summary: 'List status batches, newest first',
        tags,
        querystring,
        response: { 200: StatusBatchPageSchema },
      },
      config,
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, after } = request.query;
      const found = await batches.list(trustOf(request), { limit, after: parseCursor(after) });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const more = found.length > limit && last !== undefined;
      const next = more ? toCursor({ at: last.proposedAt, id: last.id }) : null;
      return { items: page.map(describeBatch(clock)), next };
    },
  );

  app.get(
    '/v1/status-batches/:id',
    {
      schema: {
        summary: 'Get a status batch and how far it is',
        tags,
        params,
        response: { 200: StatusBatchSchema },
      },
      config,
    },
    async (request) =>
      describeBatch(clock)(await batches.load(trustOf(request), parseBatchId(request.params.id))),
  );

  app.get(
    '/v1/status-batches/:id/credentials',
    {
      schema: {
        summary: 'List the credentials of a status batch and what became of each',
        tags,
        params,
        querystring,
        response: { 200: StatusBatchItemPageSchema },
      },
      config,
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, after } = request.query;
      const page = { limit, after: parseNumber(after) };
      const id = parseBatchId(request.params.id);
      const found = await batches.listItems(trustOf(request), id, page);
      const rows = found.slice(0, limit);
      const next = found.length > limit ? String(rows.at(-1)?.number) : null;
      const items = rows.map(({ id: credential, employeeId, type, outcome }) => ({
        id: credential,
        employeeId,
        type,
        outcome,
      }));
      return { items, next };
    },
  );
}
