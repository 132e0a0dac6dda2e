import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Traced {
  /** paths below the root, JavaScript and declarations */
  files: Set<string>;
  /** names of npm packages that they import */
  packages: Set<string>;
}

export interface TraceOptions {
  /** folder with what the compiler wrote */
  root: string;
  /** paths below it, without extension */
  entries: readonly string[];
  /** the same, of what runs and is not compiled against */
  workers: readonly string[];
  /** `#vc/*` and the like, to paths below the root with a `*` and without extension */
  imports: Readonly<Record<string, string>>;
}

// What the compiler writes: statements from the start of a line, and in declarations types by `import("…")`.
const SPECIFIERS = [
  /^(?:import|export)\b[^'";]*?\bfrom ['"]([^'"]+)['"]/gm,
  /^import ['"]([^'"]+)['"]/gm,
  /\bimport\(['"]([^'"]+)['"]\)/g,
];

/** What entries reach, as JavaScript when it runs and as declarations when it is compiled against. */
export function trace(options: TraceOptions): Traced {
  const traced: Traced = { files: new Set(), packages: new Set() };
  const { entries, workers } = options;
  for (const entry of [...entries, ...workers]) follow(entry, '.js', options, traced);
  for (const entry of entries) follow(entry, '.d.ts', options, traced);
  return traced;
}

function follow(path: string, extension: string, options: TraceOptions, traced: Traced): void {
  const file = path + extension;
  if (traced.files.has(file)) return;
  if (!existsSync(join(options.root, file))) throw new Error(`The compiler wrote no ${file}`);
  traced.files.add(file);
  for (const specifier of specifiersOf(readFileSync(join(options.root, file), 'utf8'))) {
    const next = resolve(specifier, path, options);
    if (next !== undefined) follow(next, extension, options, traced);
    else if (!specifier.startsWith('node:')) traced.packages.add(packageOf(specifier));
  }
}

export function specifiersOf(text: string): string[] {
  return SPECIFIERS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));
}

/** A path below the root, without extension; undefined: of a package. */
function resolve(specifier: string, from: string, { imports }: TraceOptions): string | undefined {
  if (specifier.startsWith('.')) {
    return normalize(join(dirname(from), specifier)).replace(/\.(ts|js)$/, '');
  }
  const [alias = '', ...rest] = specifier.split('/');
  return imports[`${alias}/*`]?.replace('*', rest.join('/'));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
