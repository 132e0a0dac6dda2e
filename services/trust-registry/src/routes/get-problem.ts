import { Type } from 'typebox';
import { PROBLEMS, toProblem } from '#kit/problem';
import type { Server } from '#kit/server';
import { type OwnErrorCode, VcError } from '#vc/error';
import { PROBLEM_ADVICE } from '../domain/problem-advice.ts';
import { RELEASE_MAX_AGE, sendPublicDocument } from '#kit/public-document';

const ProblemPageSchema = Type.Object({
  type: Type.String(),
  code: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  whatToDo: Type.String(),
});

/** Where the `type` of our own problem details leads. */
export function getProblem(app: Server): void {
  app.get(
    '/problems/:code',
    {
      config: { access: 'public' },
      schema: {
        summary: 'What a problem type means and what to do about it',
        tags: ['Contexts, schemas and problems'],
        params: Type.Object({ code: Type.String({ pattern: '^[a-z][a-z-]{0,60}$' }) }),
        response: { 200: ProblemPageSchema },
      },
    },
    async (request, reply) => {
      const code = request.params.code.toUpperCase().replaceAll('-', '_');
      if (!isOwnCode(code)) throw new VcError('NOT_FOUND', 'There is no such problem type');
      const { type, status } = PROBLEMS[code];
      const { title } = toProblem(new VcError(code, ''));
      return sendPublicDocument(request, reply, {
        body: JSON.stringify({ type, code, title, status, whatToDo: PROBLEM_ADVICE[code] }),
        contentType: 'application/json',
        maxAge: RELEASE_MAX_AGE,
      });
    },
  );
}

function isOwnCode(code: string): code is OwnErrorCode {
  return Object.hasOwn(PROBLEM_ADVICE, code);
}
