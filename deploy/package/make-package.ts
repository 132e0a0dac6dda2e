import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ENTRIES, packageManifest, type ProjectManifest } from './manifest.ts';
import { trace } from './trace.ts';

const ROOT = resolve(import.meta.dirname, '../..');
// Started by its address, which no import names.
const WORKER = 'libs/json-ld/canonicalize-worker';

/**
 * Writes `staff-passport-<version>.tgz`: the client and the offline verifier as JavaScript with declarations, with the
 * contexts and the catalogue that they read, and nothing else.
 * @returns its path
 */
export function makePackage(destination: string): string {
  const work = mkdtempSync(join(tmpdir(), 'staff-passport-package-'));
  try {
    const compiled = join(work, 'compiled');
    const staged = join(work, 'staged');
    run('tsc', ['--project', 'deploy/package', '--outDir', compiled]);
    stage(compiled, staged);
    mkdirSync(destination, { recursive: true });
    const packing = ['pack', staged, '--pack-destination', resolve(destination), '--json'];
    const [{ filename } = { filename: '' }] = JSON.parse(run('npm', packing)) as {
      filename: string;
    }[];
    return join(destination, filename);
  } finally {
    rmSync(work, { recursive: true });
  }
}

function stage(compiled: string, staged: string): void {
  const project = readJson('package.json') as ProjectManifest;
  const { files, packages } = trace({
    root: compiled,
    entries: Object.values(ENTRIES),
    workers: [WORKER],
    imports: Object.fromEntries(
      Object.entries(project.imports).map(([alias, path]) => [
        alias,
        path.replace(/^\.\//, '').replace(/\.ts$/, ''),
      ]),
    ),
  });
  for (const file of files) {
    const text = readFileSync(join(compiled, file), 'utf8');
    write(join(staged, file), file.endsWith('.d.ts') ? withJsImports(text) : text);
  }
  const manifest = packageManifest(project, { files, packages });
  write(join(staged, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(join(ROOT, 'deploy/package/README.md'), join(staged, 'README.md'));
  for (const file of ['LICENSE', ...dataFiles()]) {
    mkdirSync(dirname(join(staged, file)), { recursive: true });
    cpSync(join(ROOT, file), join(staged, file), { recursive: true });
  }
}

/** The compiler leaves `.ts` in declarations, which not every compiler follows to `.d.ts`. */
function withJsImports(declarations: string): string {
  return declarations.replaceAll(/(\bfrom |\bimport\()(['"])(\.[^'"]+)\.ts\2/g, '$1$2$3.js$2');
}

/** What is read when it runs: the pinned contexts, and the catalogue of types. */
function dataFiles(): string[] {
  const pinned = Object.values(
    readJson('contexts/manifest.json') as Record<string, { file: string }>,
  );
  const files = ['manifest.json', 'third-party/LICENCES.md', ...pinned.map(({ file }) => file)];
  return ['contexts/editions', ...files.map((file) => `contexts/${file}`)];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function run(command: string, given: string[]): string {
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
  // The test runner loads itself into every Node program by NODE_OPTIONS, as late as when it is started.
  const clean = ['-u', 'NODE_OPTIONS', command, ...given];
  return execFileSync('env', clean, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH },
  });
}
