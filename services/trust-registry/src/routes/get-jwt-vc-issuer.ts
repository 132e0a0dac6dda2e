import { Type } from 'typebox';
import { DocumentSchema, OdsCodeSchema } from '#api/wire';
import { RECORD_MAX_AGE, sendPublicDocument } from '#kit/public-document';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { buildJwtVcIssuer } from '../domain/jwt-vc-issuer.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';

interface JwtVcIssuerDeps {
  registry: RegistryReader;
  namespace: Namespace;
}

/** Where SD-JWT VC §4.1 looks for the keys of the issuer `<origin>/trusts/<ODS code>`. */
export function getJwtVcIssuer(app: Server, deps: JwtVcIssuerDeps): void {
  const { registry, namespace } = deps;
  app.get(
    '/.well-known/jwt-vc-issuer/trusts/:odsCode',
    {
      config: { access: 'public' },
      schema: {
        summary: 'JWT VC issuer metadata of a trust: the keys that sign its SD-JWTs',
        tags: ['DID documents'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        response: { 200: DocumentSchema },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      // the cell signs no credentials
      const record =
        odsCode === namespace.cellOdsCode ? undefined : await registry.findRecord(odsCode);
      if (record === undefined) {
        throw new VcError('NOT_FOUND', 'There is no issuer of credentials here');
      }
      const metadata = buildJwtVcIssuer(namespace.didOf(odsCode), record.keys);
      return sendPublicDocument(request, reply, {
        body: JSON.stringify(metadata),
        contentType: 'application/json',
        maxAge: RECORD_MAX_AGE,
      });
    },
  );
}
