import t from 'tap';
import { Type } from 'typebox';
import type { HttpClient } from '#kit/http-client';
import { createJsonCall } from '../wire.ts';

const AnswerSchema = Type.Object({ index: Type.Integer(), url: Type.Optional(Type.String()) });
const call = createJsonCall(AnswerSchema);

/** The call's outcome when the other service answers so. */
function answered(status: number, body: string): Promise<{ index: number }> {
  const send: HttpClient['send'] = async () => ({ status, headers: {}, body: Buffer.from(body) });
  const http: HttpClient = { send, get: (url) => send('GET', url), close: async () => {} };
  return call({ http, method: 'GET', url: 'http://127.0.0.1/things/1' });
}

function problem(code: string): string {
  return JSON.stringify({ code, detail: 'why' });
}

t.test('an answer of the documented shape passes as it came, new members too', async (t) => {
  t.same(await answered(200, '{"index":1}'), { index: 1 });
  t.same(await answered(201, '{"index":1,"added":"later"}'), { index: 1, added: 'later' });
});

t.test('an answer of another shape is a service that did not do its part', async (t) => {
  for (const body of ['{"index":"1"}', '{"index":1.5}', '{}', '[]', '<html>', '']) {
    await t.rejects(answered(200, body), { code: 'SERVICE_UNAVAILABLE' }, body);
  }
  await t.rejects(answered(302, '{"index":1}'), { code: 'SERVICE_UNAVAILABLE' });
});

t.test('a refusal keeps its code, unless it is about our own token', async (t) => {
  await t.rejects(answered(404, problem('NOT_FOUND')), { code: 'NOT_FOUND', message: 'why' });
  await t.rejects(answered(404, problem('NO_SUCH_CODE')), { code: 'SERVICE_UNAVAILABLE' });
  await t.rejects(answered(401, problem('UNAUTHORIZED')), { code: 'SERVICE_UNAVAILABLE' });
  await t.rejects(answered(403, problem('FORBIDDEN')), { code: 'SERVICE_UNAVAILABLE' });
  await t.rejects(answered(500, problem('CONFLICT')), { code: 'SERVICE_UNAVAILABLE' });
});
