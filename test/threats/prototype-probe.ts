import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/*
 * Loaded into a process before anything else (node --import), with the folder for its report after a `?`. When the
 * process ends it writes down which built-in prototypes are not as they were.
 */
const BUILT_IN = { Object, Array, Function, String, Map, Promise };

function snapshot(): Map<string, string> {
  return new Map(
    Object.entries(BUILT_IN).flatMap(([name, built]) =>
      [built, built.prototype].map((each, at): [string, string] => [
        `${name}${at === 0 ? '' : '.prototype'}`,
        Reflect.ownKeys(each).map(String).toSorted().join(' '),
      ]),
    ),
  );
}

const before = snapshot();
const folder = decodeURIComponent(new URL(import.meta.url).search.slice(1));

if (isMainThread) {
  process.on('exit', () => {
    const changed = [...snapshot()].filter(([name, keys]) => before.get(name) !== keys);
    const [, program = fileURLToPath(import.meta.url)] = process.argv;
    // services/issuer/src/main.ts, deploy/local/start.ts
    const name = program.endsWith('main.ts')
      ? basename(dirname(dirname(program)))
      : basename(program);
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(changed.map(([each]) => each)));
  });
}
