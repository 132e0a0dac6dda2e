import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { MUTATIONS } from './conformance-mutations.ts';

/*
 * Loaded before a test (`node --import`): the source of one module is read with one check switched off. What runs in
 * production has no such switch.
 */
const root = new URL('../../', import.meta.url);
const name = process.env['CONFORMANCE_MUTATION'] ?? '';
const mutation = MUTATIONS[name];
if (mutation === undefined) throw new Error(`There is no mutation ${JSON.stringify(name)}`);
const target = new URL(mutation.file, root).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target) return loaded;
    const { source = '' } = loaded;
    const text =
      typeof source === 'string' ? source : new TextDecoder().decode(source ?? undefined);
    const parts = text.split(mutation.find);
    if (parts.length !== 2)
      throw new Error(`${fileURLToPath(url)} has not the text of ${name} once`);
    return { ...loaded, source: parts.join(mutation.replace) };
  },
});
