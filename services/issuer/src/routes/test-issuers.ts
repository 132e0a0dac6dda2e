import { Type } from 'typebox';
import { IssueCredentialSchema, VerifiableCredentialAnswerSchema } from '#api/issuer';
import type { Server } from '#kit/server';
import { VcError } from '#vc/error';
import type { AnyIssuer, IssuingAs } from '../domain/conformance/issue-any-credential.ts';
import { TEST_PURPOSES } from '../domain/conformance/test-lists.ts';

/** The issuers that public suites look for, each at an address of its own, as VCALM 1.0 has instances. */
export const TEST_ISSUERS: Readonly<Record<string, IssuingAs>> = {
  'eddsa-rdfc-2022': { suite: 'eddsa-rdfc-2022', purposes: [] },
  Ed25519Signature2020: { suite: 'Ed25519Signature2020', purposes: [] },
  BitstringStatusList: { suite: 'eddsa-rdfc-2022', purposes: TEST_PURPOSES },
  revocation: { suite: 'eddsa-rdfc-2022', purposes: ['revocation'] },
  suspension: { suite: 'eddsa-rdfc-2022', purposes: ['suspension'] },
};

/** Under the profile for public test suites only. */
export function testIssuers(app: Server, conformance: AnyIssuer): void {
  app.post(
    '/issuers/:name/credentials/issue',
    {
      schema: {
        summary: 'Issue a credential as one of the issuers of the profile for test suites',
        tags: ['Credentials'],
        params: Type.Object({ name: Type.String() }),
        body: IssueCredentialSchema,
        response: { 201: VerifiableCredentialAnswerSchema },
      },
      config: { access: { scope: 'credentials:issue', trust: true } },
    },
    async (request, reply) => {
      const { name } = request.params;
      const as = Object.hasOwn(TEST_ISSUERS, name) ? TEST_ISSUERS[name] : undefined;
      if (as === undefined) throw new VcError('NOT_FOUND', 'There is no such issuer');
      const verifiableCredential = await conformance.issue(request.body, as);
      return reply.code(201).send({ verifiableCredential });
    },
  );
  app.get(
    '/status-lists/:purpose',
    {
      schema: {
        summary: 'A status list of the profile for test suites, as it is now',
        tags: ['Credentials'],
        params: Type.Object({ purpose: Type.String() }),
        response: { 200: Type.Object({}) },
      },
      config: { access: 'public' },
    },
    async (request, reply) => {
      const purpose = TEST_PURPOSES.find((one) => one === request.params.purpose);
      if (purpose === undefined) throw new VcError('NOT_FOUND', 'There is no such list');
      const text = await conformance.publishList(purpose);
      void reply.header('cache-control', 'no-store').type('application/vc');
      return reply.send(Buffer.from(text));
    },
  );
}
