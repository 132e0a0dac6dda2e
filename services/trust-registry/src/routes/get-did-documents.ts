import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { MomentQuerySchema } from '#api/trust-registry';
import { DocumentSchema, OdsCodeSchema } from '#api/wire';
import type { Server } from '#kit/server';
import type { Clock } from '#vc/clock';
import { VcError } from '#vc/error';
import { buildDidDocument, withoutCompromised } from '../domain/did-document.ts';
import { parseKnownTime } from '../domain/moments.ts';
import type { Namespace } from '../domain/namespace.ts';
import type { RegistryReader } from '../domain/reading-ports.ts';
import { RECORD_MAX_AGE, sendPublicDocument } from '#kit/public-document';

interface DidDocumentDeps {
  registry: RegistryReader;
  namespace: Namespace;
  clock: Clock;
}

const DID_DOCUMENT = {
  description: 'DID document',
  content: { 'application/did+json': { schema: DocumentSchema } },
};

/** The two places where did:web looks: the cell's own and each trust's. */
export function getDidDocuments(app: Server, deps: DidDocumentDeps): void {
  const { cellDid, cellOdsCode } = deps.namespace;
  app.get(
    '/.well-known/did.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'DID document of the cell; with `at` as it was published then',
        tags: ['DID documents'],
        querystring: Type.Object(MomentQuerySchema),
        response: { 200: DID_DOCUMENT },
      },
    },
    async (request, reply) => {
      const { at } = request.query;
      return answer(deps, { request, reply, odsCode: cellOdsCode, did: cellDid, at });
    },
  );
  app.get(
    '/trusts/:odsCode/did.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'DID document of a trust; with `at` as it was published then',
        tags: ['DID documents'],
        params: Type.Object({ odsCode: OdsCodeSchema }),
        querystring: Type.Object(MomentQuerySchema),
        response: { 200: DID_DOCUMENT },
      },
    },
    async (request, reply) => {
      const { odsCode } = request.params;
      // the cell has one DID, and this is not its place
      if (odsCode === cellOdsCode) throw notFound();
      const { at } = request.query;
      return answer(deps, { request, reply, odsCode, did: deps.namespace.didOf(odsCode), at });
    },
  );
}

async function answer(
  { registry, clock }: DidDocumentDeps,
  options: {
    request: FastifyRequest;
    reply: FastifyReply;
    odsCode: string;
    did: string;
    at: string | undefined;
  },
): Promise<FastifyReply> {
  const { request, reply, odsCode, did, at } = options;
  const knownAt =
    at === undefined ? undefined : await parseKnownTime(at, { registry, now: clock() });
  // what was published then, first: a key that is marked compromised in between is then missing, never too much
  const published = await registry.findRecord(odsCode, knownAt);
  const current = knownAt === undefined ? published : await registry.findRecord(odsCode);
  if (published === undefined || current === undefined) throw notFound();
  const keys = withoutCompromised(published.keys, current.keys);
  return sendPublicDocument(request, reply, {
    body: JSON.stringify(buildDidDocument(did, keys)),
    contentType: 'application/did+json',
    maxAge: RECORD_MAX_AGE,
  });
}

function notFound(): VcError {
  return new VcError('NOT_FOUND', 'There is no DID document here');
}
