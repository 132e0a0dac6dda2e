import { Type } from 'typebox';
import { MomentQuerySchema, TrustRecordSchema } from '#api/trust-registry';
import { OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { parseKnownTime } from '../domain/moments.ts';
import { RECORD_MAX_AGE, sendPublicDocument } from '#kit/public-document';
import { toDateTime, toWireRecord } from './wire.ts';

export function getOrganisation(
  app: Server,
  deps: { registry: RegistryReader; namespace: Namespace; clock: Clock },
): void {
  app.get(
    '/v1/organisations/:odsCode',
    {
      config: { access: 'public' },
      schema: {
        summary:
          'All that a verifier needs to know of an issuer: keys and accreditations, past ones too',
        tags: ['Organisations'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        querystring: Type.Object(MomentQuerySchema),
        response: { 200: TrustRecordSchema },
      },
    },
    async (request, reply) => {
      const now = deps.clock();
      const { at } = request.query;
      const knownAt =
        at === undefined ? undefined : await parseKnownTime(at, { registry: deps.registry, now });
      const record = await deps.registry.findRecord(request.params.odsCode, knownAt);
      if (record === undefined) {
        throw new VcError('NOT_FOUND', 'No organisation is registered under this ODS code');
      }
      // read before the record was: the state is at least as new as the time it is given, never older
      const asOf = toDateTime(knownAt ?? now);
      const body = { ...toWireRecord(record, deps.namespace), asOf };
      return sendPublicDocument(request, reply, {
        body: JSON.stringify(body),
        identity: JSON.stringify({ ...body, asOf: undefined }),
        contentType: 'application/json',
        maxAge: RECORD_MAX_AGE,
      });
    },
  );
}
