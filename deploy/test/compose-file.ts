import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

interface Mount {
  source: string;
  target: string;
}

interface ComposeService {
  image: string;
  user: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  environment?: Record<string, string>;
  secrets?: (string | Mount)[];
  configs?: Mount[];
  volumes?: string[];
  networks: string[] | Record<string, { ipv4_address: string }>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
}

export interface Compose {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  configs: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
}

/** deploy/compose.yaml as Docker Compose reads it with these variables. */
export function readCompose(variables: Record<string, string>): Compose {
  return parse(interpolate(readDeploy('compose.yaml'), variables), { merge: true }) as Compose;
}

/** Of deploy/single-host/example.env. */
export function exampleVariables(): Record<string, string> {
  return parseVariables(readDeploy('single-host/example.env'));
}

function readDeploy(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
}

function parseVariables(file: string): Record<string, string> {
  return Object.fromEntries(
    [...file.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** As Docker Compose does it: `${A}`, `${A:-fallback}`, `${A:?what is missing}`. */
function interpolate(from: string, values: Record<string, string>): string {
  return from.replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind, rest: string) => {
      const value = values[name] || undefined;
      if (value !== undefined) return value;
      if (kind === '-') return rest;
      if (kind === '?') throw new Error(`${name} is missing: ${rest}`);
      return '';
    },
  );
}

/** Where a service finds its secrets and configs, and which. */
export function targetsOf({ secrets = [], configs = [] }: ComposeService): Map<string, string> {
  const below = secrets.map((each): [string, string] => {
    const { source, target } = typeof each === 'string' ? { source: each, target: each } : each;
    return [target.startsWith('/') ? target : `/run/secrets/${target}`, source];
  });
  return new Map([
    ...below,
    ...configs.map(({ source, target }): [string, string] => [target, source]),
  ]);
}
