import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningStack } from './running-stack.ts';

// A JSON Web Token, a holder's identifier, the secret half of a JWK: none has a place in any log.
const NEVER = [/eyJ[\w-]{10,}\.eyJ[\w-]{10,}/, /did:(key|jwk):/, /"d":\s*"[\w-]{43}"/];

export interface LogFile {
  name: string;
  /** what was found of that which must not be there */
  found: string[];
  lines: number;
}

/** Reads what every service, and the launcher, has written, and looks for what must never stand there. */
export function searchLogs(stack: RunningStack, secrets: readonly string[]): LogFile[] {
  const folder = join(stack.dataDir, 'logs');
  const logs = readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }));
  logs.push({ name: 'the launcher', text: stack.output() });
  return logs.map(({ name, text }) => ({
    name,
    lines: text.split('\n').length - 1,
    found: [
      ...secrets.filter((secret) => text.includes(secret)),
      ...NEVER.flatMap((pattern) => pattern.exec(text)?.slice(0, 1) ?? []),
    ],
  }));
}
