import { PROBLEMS } from '#kit/problem';
import type { SpecificationErrorCode, VcErrorCode } from '#vc/error';
import { PROBLEM_ADVICE } from '../../services/trust-registry/src/domain/problem-advice.ts';
import { plainWords } from '../../services/verifier/src/domain/plain-words.ts';
import { CAUSED_BY, CAUSES, SPECIFICATION_ADVICE } from './causes.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { EXHIBITED } from './exhibited.ts';

const ZOO = 'http://127.0.0.1:4080/zoo';
const UNKNOWN_WORDS = plainWords('INTERNAL_ERROR');

const HEAD = `# Error catalogue

Every code that a service answers with, as \`code\` of a problem document (RFC 9457) or of a check of a verification. Written by
\`node deploy/zoo/write-error-catalogue.ts\`; a test compares. The HTTP status is that of a problem document: \`POST
/v1/verifications\` answers 200 and has the code in \`checks\`, and a check may be \`unknown\` with it instead of failing.

\`see\` leads to a document of the [failure zoo](verify-in-an-afternoon.md) that \`make start\` serves.
`;

/** The text of docs/errors.md. */
export function errorCatalogue(): string {
  const codes = Object.keys(PROBLEMS) as VcErrorCode[];
  return [
    HEAD,
    '## What a verification finds\n',
    ...codes.filter(isAnswered).map(entry),
    '## What a call is refused with\n',
    ...codes.filter((code) => !isAnswered(code)).map(entry),
  ].join('\n');
}

/** Whether a verification says it: then the verifier has words for it. */
function isAnswered(code: VcErrorCode): boolean {
  return plainWords(code) !== UNKNOWN_WORDS;
}

function entry(code: VcErrorCode): string {
  const { type, status } = PROBLEMS[code];
  const words = plainWords(code);
  const shown = exhibitsOf(code);
  const lines = [
    `### ${code}\n`,
    ...(isAnswered(code) ? [`${words}\n`] : []),
    `- status ${status}, type <${type}>`,
    `- caused by ${CAUSES[CAUSED_BY[code]]}`,
    `- what to do: ${adviceOn(code)}`,
    ...(shown === undefined ? [] : [shown]),
  ];
  return `${lines.join('\n')}\n`;
}

function adviceOn(code: VcErrorCode): string {
  return isSpecified(code) ? SPECIFICATION_ADVICE[code] : PROBLEM_ADVICE[code];
}

function isSpecified(code: VcErrorCode): code is SpecificationErrorCode {
  return Object.hasOwn(SPECIFICATION_ADVICE, code);
}

function exhibitsOf(code: VcErrorCode): string | undefined {
  const names = EXHIBITED.filter((exhibit) => exhibit.code === code).map(({ name }) => name);
  if (names.length > 0) {
    return `- see ${names.map((name) => `[${name}](${ZOO}/${name}.json)`).join(', ')}`;
  }
  const elsewhere = ELSEWHERE.find((one) => one.code === code);
  return elsewhere && `- to see it: ${elsewhere.howToSee}`;
}
