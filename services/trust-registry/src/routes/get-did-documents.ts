import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { DocumentSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import { buildDidDocument } from '../domain/did-document.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { RECORD_MAX_AGE, sendPublicDocument } from './public-document.ts';

interface DidDocumentDeps {
  registry: RegistryReader;
  namespace: Namespace;
}

/** The two places where did:web looks: the cell's own and each trust's. */
export function getDidDocuments(app: Server, deps: DidDocumentDeps): void {
  const { cellDid, cellOdsCode } = deps.namespace;
  app.get(
    '/.well-known/did.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'DID document of the cell',
        tags: ['DID documents'],
        response: { 200: DocumentSchema },
      },
    },
    async (request, reply) => answer(deps, { request, reply, odsCode: cellOdsCode, did: cellDid }),
  );
  app.get(
    '/trusts/:odsCode/did.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'DID document of a trust',
        tags: ['DID documents'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        response: { 200: DocumentSchema },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      // the cell has one DID, and this is not its place
      if (odsCode === cellOdsCode) throw notFound();
      return answer(deps, { request, reply, odsCode, did: deps.namespace.didOf(odsCode) });
    },
  );
}

async function answer(
  { registry }: DidDocumentDeps,
  options: { request: FastifyRequest; reply: FastifyReply; odsCode: string; did: string },
): Promise<FastifyReply> {
  const { request, reply, odsCode, did } = options;
  const record = await registry.findRecord(odsCode);
  if (record === undefined) throw notFound();
  return sendPublicDocument(request, reply, {
    body: JSON.stringify(buildDidDocument(did, record.keys)),
    contentType: 'application/did+json',
    maxAge: RECORD_MAX_AGE,
  });
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'There is no DID document here');
}
