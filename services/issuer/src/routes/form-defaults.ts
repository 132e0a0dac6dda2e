import { Type } from 'typebox';
import { FormDefaultsSchema, SetFormDefaultSchema } from '#api/credential-record';
import { IdempotencyHeadersSchema } from '#api/wire';
import type { Catalogue } from '#catalogue/catalogue';
import { trustOf } from '#kit/auth';
import type { Server } from '#kit/server';
import { toDateTimeStamp } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import { ANY_TYPE } from '../domain/forms/choose-forms.ts';
import type { Answer, Call } from '../domain/ports.ts';
import { keyedCall, sendAnswer } from './call.ts';

interface FormDefaultDeps {
  catalogue: Pick<Catalogue, 'editionToIssue'>;
  formDefaults: {
    list(odsCode: string): Promise<{ type: string; forms: CredentialForm[]; changedAt: number }[]>;
    setOnce(call: Call, type: string, forms: readonly CredentialForm[]): Promise<Answer>;
    removeOnce(call: Call, type: string): Promise<Answer>;
  };
}

const tags = ['Forms'];
const params = Type.Object({
  type: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9]{0,99}$',
    description: 'a type of the catalogue, or `default`',
  }),
});
// who may name the forms in each call may also say which it means without naming them
const config = { access: { scope: 'credentials:issue', trust: true } } as const;

/** `PUT`, `DELETE /v1/form-defaults/{type}` and `GET /v1/form-defaults`: the forms of calls that name none. */
export function formDefaultRoutes(app: Server, deps: FormDefaultDeps): void {
  setFormDefault(app, deps);
  removeFormDefault(app, deps);
  listFormDefaults(app, deps);
}

function setFormDefault(app: Server, { catalogue, formDefaults }: FormDefaultDeps): void {
  app.put(
    '/v1/form-defaults/:type',
    {
      schema: {
        summary: 'Set the forms in which your trust issues a type, or every type without its own',
        description:
          'For calls that do not name `forms`. `default` stands for every type that has no row of its own. Other processes of the issuer follow within 30 seconds.',
        tags,
        params,
        headers: IdempotencyHeadersSchema,
        body: SetFormDefaultSchema,
        response: { 200: FormDefaultsSchema.properties.items.items },
      },
      config,
    },
    async (request, reply) => {
      const { type } = request.params;
      if (type !== ANY_TYPE) catalogue.editionToIssue(type);
      const call = keyedCall(request, trustOf(request));
      return sendAnswer(reply, await formDefaults.setOnce(call, type, request.body.forms));
    },
  );
}

function removeFormDefault(app: Server, { formDefaults }: FormDefaultDeps): void {
  app.delete(
    '/v1/form-defaults/:type',
    {
      schema: {
        summary: 'Forget the forms that your trust has set for a type',
        tags,
        params,
        headers: IdempotencyHeadersSchema,
        response: { 204: Type.Null() },
      },
      config,
    },
    async (request, reply) => {
      const call = keyedCall(request, trustOf(request));
      await formDefaults.removeOnce(call, request.params.type);
      return reply.code(204).send(null);
    },
  );
}

function listFormDefaults(app: Server, { formDefaults }: FormDefaultDeps): void {
  app.get(
    '/v1/form-defaults',
    {
      schema: {
        summary: 'List the forms that your trust has set, by type',
        tags,
        response: { 200: FormDefaultsSchema },
      },
      config,
    },
    async (request) => {
      const set = await formDefaults.list(trustOf(request));
      return {
        items: set.map((one) => ({ ...one, changedAt: toDateTimeStamp(one.changedAt) })),
      };
    },
  );
}
