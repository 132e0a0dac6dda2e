import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';

const ROOT = resolve(import.meta.dirname, '../..');

interface Planted {
  file: string;
  code: string;
}

/** A folder outside of the checkout, whose ignore files the linter would follow. */
function tree(test: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'import-rules-'));
  test.teardown(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** Lints one planted file under the project's own configuration, in a tree of its own. */
function lint(dir: string, { file, code }: Planted): { status: number | null; output: string } {
  const path = join(dir, file);
  mkdirSync(dirname(path), { recursive: true });
  const { options: _typeAware, ...config } = JSON.parse(
    readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8'),
  ) as {
    options: unknown;
  };
  writeFileSync(join(dir, '.oxlintrc.json'), JSON.stringify(config));
  writeFileSync(path, code);
  const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
  // A clean environment: the test runner loads itself into every Node program by NODE_OPTIONS.
  const command = ['-i', `PATH=${process.env['PATH'] ?? ''}`, oxlint, '--deny-warnings', file];
  const { status, stdout, stderr } = spawnSync('env', command, { cwd: dir, encoding: 'utf8' });
  rmSync(path);
  return { status, output: stdout + stderr };
}

const allowed: Record<string, Planted[]> = {
  'a domain imports the lower libs and its own files': [
    {
      file: 'services/issuer/src/domain/x.ts',
      code: `import { a } from '#vc/error';\nimport { b } from './ports.ts';\nexport const c = [a, b];\n`,
    },
  ],
  'a store imports kysely and its domain ports': [
    {
      file: 'services/issuer/src/store/x.ts',
      code: `import { sql } from 'kysely';\nimport { b } from '../domain/ports.ts';\nexport const c = [sql, b];\n`,
    },
  ],
  'deps imports stores and clients': [
    {
      file: 'services/issuer/src/deps.ts',
      code: `import { a } from './store/x.ts';\nimport { b } from '#api/status-list';\nexport const c = [a, b];\n`,
    },
  ],
};

const forms = (from: string) => [
  `import { a } from '${from}';\nexport const b = a;\n`,
  `import type { A } from '${from}';\nexport type B = A;\n`,
  `export { a } from '${from}';\n`,
];

const refused: [string, string, string][] = [
  ['fastify in a domain', 'services/issuer/src/domain/x.ts', 'fastify'],
  ['a fastify plugin in a domain', 'services/issuer/src/domain/x.ts', '@fastify/swagger'],
  ['kysely in a domain', 'services/issuer/src/domain/x.ts', 'kysely'],
  ['pg in a domain', 'services/verifier/src/domain/checks/x.ts', 'pg'],
  ['node in a domain', 'services/issuer/src/domain/x.ts', 'node:fs'],
  ['the kit in a domain', 'services/issuer/src/domain/x.ts', '#kit/server'],
  ['a route in a domain', 'services/issuer/src/domain/x.ts', '../routes/x.ts'],
  [
    'another service in a domain',
    'services/issuer/src/domain/x.ts',
    '../../../verifier/src/domain/x.ts',
  ],
  [
    'another service in a store',
    'services/issuer/src/store/x.ts',
    '../../../verifier/src/store/x.ts',
  ],
  [
    'another service in a route',
    'services/issuer/src/routes/x.ts',
    '../../../verifier/src/domain/x.ts',
  ],
  ['another service in deps', 'services/issuer/src/deps.ts', '../../verifier/src/store/x.ts'],
  ['another service in app', 'services/issuer/src/app.ts', '../../verifier/src/app.ts'],
  ['SQL in a route', 'services/issuer/src/routes/x.ts', 'kysely'],
  ['a store in a route', 'services/issuer/src/routes/x.ts', '../store/x.ts'],
  ['HTTP in a store', 'services/issuer/src/store/x.ts', 'undici'],
  ['the API in a store', 'services/issuer/src/store/x.ts', '#api/issuer'],
  ['a higher lib in a lower one', 'libs/vc/x.ts', '#json-ld/canonicalize'],
  ['the kit in the proofs', 'libs/proofs/x.ts', '#kit/config'],
  ['the client in the API', 'libs/api/x.ts', '#client/client'],
  ['the proofs in the client', 'libs/client/x.ts', '#proofs/jwt'],
  ['the client in a domain', 'services/verifier/src/domain/x.ts', '#client/client'],
  ['a service in a lib', 'libs/kit/x.ts', '../../services/issuer/src/app.ts'],
  ['another lib by its path', 'libs/kit/x.ts', '../vc/error.ts'],
];

t.test('what the layers may import passes the linter', (test) => {
  const dir = tree(test);
  for (const [name, files] of Object.entries(allowed)) {
    for (const planted of files) {
      const { status, output } = lint(dir, planted);
      test.equal(status, 0, `${name}: ${output}`);
    }
  }
  test.end();
});

t.test('an import across a layer or a service fails the linter, in every form', (test) => {
  const dir = tree(test);
  for (const [name, file, from] of refused) {
    for (const code of forms(from)) {
      const { status, output } = lint(dir, { file, code });
      test.equal(status, 1, `${name}: ${code.split('\n')[0]}`);
      test.match(output, 'no-restricted-imports', name);
    }
  }
  test.end();
});

t.test('a domain reaches neither the process nor the network by a global', (test) => {
  const dir = tree(test);
  const file = 'services/issuer/src/domain/x.ts';
  test.equal(lint(dir, { file, code: 'export const a = 1;\n' }).status, 0);
  test.equal(lint(dir, { file, code: 'export const a = process.env;\n' }).status, 1);
  test.equal(lint(dir, { file, code: "export const a = fetch('https://a.example');\n" }).status, 1);
  test.end();
});
