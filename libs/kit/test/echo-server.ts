import type { Test } from 'tap';
import { Type } from 'typebox';
import { createServer, type Server } from '../server.ts';

export const SignedSchema = Type.Object(
  {
    type: Type.Union([Type.String(), Type.Array(Type.String())]),
    n: Type.Optional(Type.Integer()),
    claim: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

/** A server that echoes bodies, reads a query and breaks, each at a path of its own. */
export async function build(test: Test): Promise<Server> {
  const app = await createServer({ name: 'test', description: 'A test server', logger: false });
  const access = 'public' as const;
  app.post(
    '/echo',
    { schema: { body: SignedSchema }, config: { access } },
    (request) => request.body,
  );
  app.post('/open', { config: { access } }, (request) => request.body);
  const nothing = { response: { 200: Type.Object({ ok: Type.Boolean() }) } };
  app.post('/start', { schema: nothing, config: { access } }, () => ({ ok: true }));
  const querystring = Type.Object({ n: Type.Integer() });
  app.get('/number', { schema: { querystring }, config: { access } }, (request) => request.query);
  app.get('/broken', { config: { access } }, () => {
    throw new Error('secret detail: select * from keys');
  });
  test.teardown(() => app.close());
  return app;
}

export function post(
  app: Server,
  url: string,
  payload: string | Buffer,
  type = 'application/json',
) {
  return app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } });
}
