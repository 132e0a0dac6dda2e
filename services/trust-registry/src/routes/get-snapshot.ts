import { Type } from 'typebox';
import type { Server } from '#kit/server';
import type { RegistrySigningKey } from '#trust/registry-signature';
import { signStatement } from '#trust/statement';
import type { Clock } from '#vc/clock';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { createRegistryStatements } from '../domain/registry-statements.ts';
import { JWT_RESPONSE, sendJwt } from './jwt.ts';
import { toWireRecord } from './wire.ts';

const TAGS = ['Snapshots'];

/** What other cells and verifiers work from when this registry cannot be asked. */
export function getSnapshot(
  app: Server,
  deps: {
    registry: RegistryReader;
    namespace: Namespace;
    registryKey: RegistrySigningKey;
    snapshotValidMs: number;
    clock: Clock;
  },
): void {
  const { registry, namespace, registryKey, clock } = deps;
  const statements = createRegistryStatements({
    registry,
    sign: (statement) => signStatement(statement, registryKey),
    publish: (record) => toWireRecord(record, namespace),
    issuer: namespace.cellDid,
    validForMs: deps.snapshotValidMs,
    clock,
  });
  app.get(
    '/v1/snapshot',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Every record, signed by the registry: a compact JWS with the epoch it stands at',
        tags: TAGS,
        response: { 200: JWT_RESPONSE },
      },
    },
    async (_request, reply) => sendJwt(reply, await statements.signSnapshot()),
  );
  app.get(
    '/v1/snapshot/changes',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The records that changed after an epoch, signed as a snapshot is',
        tags: TAGS,
        response: { 200: JWT_RESPONSE },
        querystring: Type.Object({
          since: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
        }),
      },
    },
    async (request, reply) =>
      sendJwt(reply, await statements.signChangesSince(request.query.since)),
  );
}
