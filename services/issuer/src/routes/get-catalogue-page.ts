import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendPublicDocument } from '#kit/public-document';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import type { Html } from '../catalogue-page/html.ts';
import { listPage } from '../catalogue-page/list-page.ts';
import { STYLE } from '../catalogue-page/style.ts';
import { typePage } from '../catalogue-page/type-page.ts';
import { describeType, listTypes, type PublishedCatalogue } from '../domain/describe-catalogue.ts';
import { CATALOGUE_MAX_AGE } from './list-catalogue.ts';

// Nothing runs, nothing is sent, nothing comes from elsewhere: the pages are text, cards and one style sheet.
const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The catalogue for people: `/docs/catalogue`, and a page for each type that can be issued. */
export function getCataloguePage(
  app: Server,
  { catalogue }: { catalogue: PublishedCatalogue },
): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;
  const newestOf = (type: string) => catalogue.findCredentialType(type);

  app.get('/docs/catalogue', open, async (request, reply) =>
    sendPage(request, reply, listPage(listTypes(catalogue))),
  );
  app.get('/docs/catalogue/style.css', open, async (request, reply) =>
    sendPublicDocument(request, reply, {
      body: STYLE,
      contentType: 'text/css; charset=utf-8',
      maxAge: CATALOGUE_MAX_AGE,
    }),
  );
  app.get(
    '/docs/catalogue/:type',
    { ...open, schema: { ...open.schema, params: Type.Object({ type: Type.String() }) } },
    async (request, reply) => {
      const entry = newestOf(request.params.type);
      if (entry === undefined) throw new VcError('NOT_FOUND', 'The catalogue has no such type');
      return sendPage(request, reply, typePage(describeType(entry, entry.version)));
    },
  );
}

function sendPage(request: FastifyRequest, reply: FastifyReply, page: Html): FastifyReply {
  void reply.header('content-security-policy', POLICY);
  return sendPublicDocument(request, reply, {
    body: page.html,
    contentType: 'text/html; charset=utf-8',
    maxAge: CATALOGUE_MAX_AGE,
  });
}
