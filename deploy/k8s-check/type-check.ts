import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PlacedFinding } from './check.ts';
import { moduleOf } from './kinds.ts';
import { nameOf, type KubeObject } from './kube-object.ts';
import { writeLiteral } from './literals.ts';
import type { Overlay } from './overlay.ts';

const TSC = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
const ERROR = /^(?:.*\/)?overlay-(\d+)\.ts\((\d+),\d+\): error TS\d+: (.*)$/;
const TYPES = 'type';
const MODEL = 'model';

/** What the compiler is told: only the literals are checked, the models are taken as they are. */
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: false,
  noEmit: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'esnext',
  lib: ['esnext'],
  types: [],
};

interface Line {
  object: string;
  path: string;
}

/**
 * Writes every object as a literal of its kind's type and lets the compiler look for what is not of the type: a field
 * that does not exist, one of another type, one that is missing. Where an object has several, the compiler may name some.
 * @param folder whose node_modules has the models
 * @throws Error when the compiler could not run, or said what is not understood here
 */
export async function typeCheck(
  folder: string,
  overlays: readonly Overlay[],
): Promise<PlacedFinding[]> {
  // without a file the compiler itself complains
  if (overlays.length === 0) return [];
  mkdirSync(join(folder, 'literals'), { recursive: true });
  const work = mkdtempSync(join(folder, 'literals', 'run-'));
  try {
    const sources = overlays.map((overlay) => writeSource(folder, overlay));
    for (const [index, { text }] of sources.entries())
      writeFileSync(join(work, `overlay-${index}.ts`), text);
    writeFileSync(join(work, 'package.json'), '{"type": "module"}');
    writeFileSync(
      join(work, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }),
    );
    const errors = (await compile(work)).map((error) => locate(error, overlays, sources));
    return [...sources.flatMap(({ unknown }) => unknown), ...errors];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Source {
  text: string;
  /** of each line of the text */
  lines: Line[];
  unknown: PlacedFinding[];
}

function writeSource(folder: string, overlay: Overlay): Source {
  const text: string[] = [];
  const lines: Line[] = [];
  const unknown: PlacedFinding[] = [];
  for (const [index, object] of overlay.objects.entries()) {
    const module = moduleOf(folder, object);
    if (module === undefined) {
      unknown.push(noModel(overlay, object));
      continue;
    }
    const { lines: body, paths } = writeLiteral(object);
    text.push(`import type { I${object.kind} as Kind${index} } from '${module}/${object.kind}';`);
    text.push(`export const object${index}: Kind${index} =`, ...body, ';');
    lines.push(...['', '', ...paths, ''].map((path) => ({ object: nameOf(object), path })));
  }
  return { text: text.join('\n'), lines, unknown };
}

function noModel(overlay: Overlay, object: KubeObject): PlacedFinding {
  return {
    overlay: overlay.name,
    policy: MODEL,
    object: nameOf(object),
    where: 'apiVersion',
    what: `no model knows ${object.kind} of ${object.apiVersion}, so nothing checks it`,
    remedy: 'use an API version that deploy/k8s-check/kinds.ts knows, or add its models there',
  };
}

/** The compiler's lines that name a fault; those that continue one are indented. */
async function compile(work: string): Promise<string[]> {
  try {
    // The test runner loads itself into every Node program by NODE_OPTIONS, as late as when it is started.
    await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', TSC, '-p', work, '--pretty', 'false'], {
      maxBuffer: 64 * 1024 ** 2,
    });
    return [];
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const faults = stdout.split('\n').filter((line) => line !== '' && !/^\s/.test(line));
    if (faults.length === 0) throw error;
    return faults;
  }
}

function locate(error: string, overlays: readonly Overlay[], sources: Source[]): PlacedFinding {
  const [, file, line, message] = ERROR.exec(error) ?? [];
  const overlay = overlays[Number(file)];
  const place = sources[Number(file)]?.lines[Number(line) - 1];
  if (!overlay || !place || !message) throw new Error(`the compiler said: ${error}`);
  return {
    overlay: overlay.name,
    policy: TYPES,
    object: place.object,
    where: place.path || 'the object itself',
    what: message,
    remedy: 'write the field as the API reference of this version has it',
  };
}
