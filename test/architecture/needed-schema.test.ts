import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { SERVICES } from '../../migrations/migrate-all.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

for (const [service, schema] of Object.entries(SERVICES)) {
  t.test(`${service} waits at its start for the newest of its migrations`, async (t) => {
    const newest = readdirSync(join(ROOT, 'migrations', service))
      .toSorted()
      .at(-1);
    const { SCHEMA } = (await import(join(ROOT, 'services', service, 'src/schema.ts'))) as {
      SCHEMA: unknown;
    };
    t.same(SCHEMA, { schema, migration: newest?.replace(/\.ts$/, '') });
  });
}
