import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PlacedFinding } from './check.ts';
import { moduleOf } from './kinds.ts';
import { type KubeObject, nameOf } from './kube-object.ts';
import type { Overlay } from './overlay.ts';

/** What a model's own validator says; it looks at values (quantities, patterns, bounds) and not for unknown fields. */
interface SchemaFault {
  instancePath: string;
  message: string;
}

type Model = new (data: KubeObject) => { validate(): void };

/**
 * What a type cannot say of a value: `5 GB` is a string and no quantity.
 * @param folder whose node_modules has the models
 */
export async function checkValues(
  folder: string,
  overlays: readonly Overlay[],
): Promise<PlacedFinding[]> {
  const findings: PlacedFinding[] = [];
  for (const overlay of overlays)
    for (const object of overlay.objects)
      for (const { instancePath, message } of await faultsOf(folder, object))
        findings.push({
          overlay: overlay.name,
          policy: 'value',
          object: nameOf(object),
          where: fieldPath(instancePath),
          what: message,
          remedy: 'write the value as the API reference of this version has it',
        });
  return findings;
}

/** One fault a field: of a choice each alternative complains. */
async function faultsOf(folder: string, object: KubeObject): Promise<SchemaFault[]> {
  const module = moduleOf(folder, object);
  if (module === undefined) return [];
  const file = join(folder, 'node_modules', module, `${object.kind}.js`);
  const models = (await import(pathToFileURL(file).href)) as Record<string, Model>;
  const Kind = models[object.kind];
  if (!Kind) throw new Error(`${file} has no ${object.kind}`);
  try {
    new Kind(object).validate();
    return [];
  } catch (error) {
    const { errors } = error as { errors?: SchemaFault[] };
    if (!errors?.length) throw error;
    return [...Map.groupBy(errors, ({ instancePath }) => instancePath).values()].map(
      (faults) => faults.at(-1) as SchemaFault,
    );
  }
}

/** `/spec/rules/0` is `spec.rules[0]`. */
function fieldPath(pointer: string): string {
  return (
    pointer
      .slice(1)
      .replace(/\/(\d+)/g, '[$1]')
      .replaceAll('/', '.') || 'the object itself'
  );
}
