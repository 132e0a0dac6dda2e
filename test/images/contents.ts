import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the npm packages installed in a folder, nested ones too. */
export function packagesIn(folder: string, below = ''): string[] {
  const here = join(below, 'node_modules');
  const names = safeList(join(folder, here)).flatMap((name) =>
    name.startsWith('@')
      ? safeList(join(folder, here, name)).map((each) => `${name}/${each}`)
      : [name],
  );
  return names.flatMap((name) => [join(here, name), ...packagesIn(folder, join(here, name))]);
}

function safeList(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Paths of all files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
