import type { Traced } from './trace.ts';

/** What is taken over of the project's own package.json. */
export interface ProjectManifest {
  name: string;
  version: string;
  license: string;
  imports: Record<string, string>;
  dependencies: Record<string, string>;
}

export const ENTRIES = {
  './client': 'libs/client/client',
  './offline': 'services/verifier/src/offline',
} as const;

/** The oldest that the packaged code runs on; the services want the project's own. */
const NODE = '>=20.19';

/**
 * The package.json of the tarball: the two entries, and exactly the packages that what is shipped imports.
 * @throws Error for a package that the project does not pin
 */
export function packageManifest(project: ProjectManifest, { files, packages }: Traced) {
  const { name, version, license } = project;
  const dependencies = [...packages].toSorted().map((dependency) => {
    const pinned = project.dependencies[dependency];
    if (pinned === undefined) throw new Error(`${dependency} is imported and not pinned`);
    return [dependency, pinned] as const;
  });
  return {
    name,
    version,
    description: 'Client and offline verifier for the open digital staff passport',
    license,
    type: 'module',
    engines: { node: NODE },
    imports: Object.fromEntries(
      Object.entries(project.imports)
        .map(([alias, path]) => [alias, path.replace(/\.ts$/, '.js')] as const)
        .filter(([, path]) => [...files].some((file) => `./${file}`.startsWith(folderOf(path)))),
    ),
    exports: Object.fromEntries(
      Object.entries(ENTRIES).map(([entry, path]) => [
        entry,
        { types: `./${path}.d.ts`, default: `./${path}.js` },
      ]),
    ),
    dependencies: Object.fromEntries(dependencies),
  };
}

/** Up to the `*`. */
function folderOf(path: string): string {
  return path.slice(0, path.indexOf('*'));
}
