import { readFileSync } from 'node:fs';

/** Reads one variable each; faults are gathered and thrown together by `readEnvironment`. */
export interface EnvironmentReader {
  string(name: string, fallback?: string): string;
  integer(name: string, fallback?: number): number;
  /** an absolute http or https URL, without a trailing slash */
  url(name: string): string;
  optional(name: string): string | undefined;
  /** one of the words, the first unless it is set */
  choice<T extends string>(name: string, words: readonly [T, ...T[]]): T;
  /** `ORIGIN_MAP`: a JSON object of URL prefixes to internal URL prefixes */
  originMap(name: string): Record<string, string>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Builds a service's configuration from the environment and reports every fault in one message.
 * @throws Error that lists each missing or malformed variable
 */
export function readEnvironment<T>(env: Environment, read: (reader: EnvironmentReader) => T): T {
  const faults: string[] = [];
  const config = read(createReader(env, faults));
  if (faults.length > 0)
    throw new Error(`The configuration is not usable:\n- ${faults.join('\n- ')}`);
  return config;
}

function createReader(env: Environment, faults: string[]): EnvironmentReader {
  const fault = <T>(message: string, value: T): T => {
    faults.push(message);
    return value;
  };
  const string = (name: string, fallback?: string) =>
    env[name] || (fallback ?? fault(`${name} is missing`, ''));
  return {
    string,
    optional: (name) => env[name] || undefined,
    integer(name, fallback) {
      const text = string(name, fallback?.toString());
      if (/^\d{1,12}$/.test(text)) return Number(text);
      return text === '' ? 0 : fault(`${name} is not a whole number`, 0);
    },
    choice(name, words) {
      const text = env[name] || words[0];
      const word = words.find((each) => each === text);
      return word ?? fault(`${name} is none of ${words.join(', ')}`, words[0]);
    },
    url(name) {
      const text = string(name);
      if (text === '' || isHttpUrl(text)) return text.replace(/\/$/, '');
      return fault(`${name} is not an http or https URL`, text);
    },
    originMap(name) {
      const text = string(name, '{}');
      const map = parseJson(text);
      const valid =
        typeof map === 'object' && map !== null && Object.entries(map).flat().every(isHttpUrl);
      return valid
        ? (map as Record<string, string>)
        : fault(`${name} is not a JSON object of URL prefixes to URL prefixes`, {});
    },
  };
}

function isHttpUrl(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\//.test(text) && URL.canParse(text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A secret by file path, without the trailing newline. */
export function readSecretFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}
