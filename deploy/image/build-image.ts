import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { IMAGES } from './assemble.ts';
import { BASE_TOOLS, makeBase } from './base.ts';

const ROOT = resolve(import.meta.dirname, '../..');
// of every file and image: what has not changed is the same layer in the next release, and is not pulled again
const TIME = '0';
const PINNED = /^\S+@sha256:[0-9a-f]{64}$/;

export interface BuiltImage {
  /** `staff-passport/issuer:0.1.0` */
  name: string;
  /** of its manifest */
  digest: string;
  archive: string;
  sbom: string;
  /** of the archive, which is compressed */
  bytes: number;
  seconds: number;
}

export interface BuildOptions {
  services: readonly string[];
  /** where the OCI archives and bills of materials go */
  output: string;
  version: string;
  /** an image with glibc and libstdc++, by digest; left out: one is made of this machine's Debian packages */
  base?: string | undefined;
  log?: (line: string) => void;
}

/** Programs that building takes and that are not here. */
export function missingTools(base?: string): string[] {
  const needed = ['buildah', ...(base === undefined ? BASE_TOOLS : [])];
  return needed.filter((tool) => {
    try {
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
}

/**
 * Builds images without an engine's daemon. The same commit and base give the same digest.
 * @throws Error in plain words
 */
export function buildImages(options: BuildOptions): BuiltImage[] {
  const { services, output, base } = options;
  if (base !== undefined && !PINNED.test(base)) {
    throw new Error(`BASE is to name its digest, as in name@sha256:…; ${base} can change`);
  }
  const unknown = services.filter((service) => !IMAGES.some((name) => name === service));
  if (unknown.length > 0) {
    throw new Error(
      `There is no image ${unknown.join(', ')}: SERVICE is one of ${IMAGES.join(', ')}`,
    );
  }
  const missing = missingTools(base);
  if (missing.length > 0) {
    throw new Error(
      `Missing here: ${missing.join(', ')}. On Debian: apt-get install buildah\n` +
        'Without it any builder of Containerfiles will do: deploy/Containerfile says how.',
    );
  }
  mkdirSync(output, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'staff-passport-image-'));
  try {
    const builder = createBuilder(work);
    const stands = base ?? builder.commitBase();
    return services.map((service) => build(builder, { ...options, service, base: stands }));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

type Builder = ReturnType<typeof createBuilder>;

function createBuilder(work: string) {
  const storage = ['--root', join(work, 'storage'), '--runroot', join(work, 'run')];
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot', TMPDIR: work };
  const buildah = (...args: string[]): string =>
    execFileSync('buildah', [...storage, ...args], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  return {
    buildah,
    commitBase(): string {
      makeBase(work);
      const container = buildah('from', 'scratch');
      buildah('add', '--quiet', container, join(work, 'root'), '/');
      buildah(
        'commit',
        '--quiet',
        '--rm',
        '--timestamp',
        TIME,
        container,
        'localhost/staff-passport-base:debian',
      );
      return 'localhost/staff-passport-base:debian';
    },
  };
}

function build(
  { buildah }: Builder,
  {
    service,
    base,
    version,
    output,
    log = () => {},
  }: BuildOptions & { service: string; base: string },
): BuiltImage {
  const started = performance.now();
  const name = `staff-passport/${service}:${version}`;
  const stem = join(output, `staff-passport-${service}-${version}`);
  const [archive, sbom, digestFile] = [`${stem}.oci.tar`, `${stem}.cdx.json`, `${stem}.digest`];
  const values = {
    BASE: base,
    SERVICE: service,
    VERSION: version,
    REVISION: git('rev-parse', 'HEAD'),
  };
  const args = Object.entries(values).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]);
  buildah(
    'build',
    '--quiet',
    '--layers',
    '--file',
    'deploy/Containerfile',
    '--timestamp',
    TIME,
    ...args,
    '--tag',
    name,
    '.',
  );

  const container = buildah('from', name);
  const read = "process.stdout.write(require('node:fs').readFileSync('/app/sbom.cdx.json'))";
  writeFileSync(sbom, buildah('run', container, '--', 'node', '-e', read));
  buildah('rm', container);

  rmSync(archive, { force: true });
  buildah('push', '--quiet', '--digestfile', digestFile, name, `oci-archive:${archive}:${name}`);
  const digest = readFileSync(digestFile, 'utf8');
  const { size: bytes } = statSync(archive);
  const built = {
    name,
    digest,
    archive,
    sbom,
    bytes,
    seconds: (performance.now() - started) / 1000,
  };
  log(
    `${name}@${digest}: ${Math.round(bytes / 1e6)} MB in ${archive}, ${built.seconds.toFixed(1)} s`,
  );
  return built;
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // an unpacked archive of the source has no history
    return '';
  }
}

if (import.meta.main) {
  const { SERVICE, BASE, VERSION } = process.env;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  try {
    buildImages({
      services: SERVICE ? [SERVICE] : IMAGES,
      output: join(ROOT, 'dist'),
      version: VERSION || version,
      base: BASE || undefined,
      log: console.log,
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    console.error(stderr || message);
    process.exit(1);
  }
}
