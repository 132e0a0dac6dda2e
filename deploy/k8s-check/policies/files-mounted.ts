import { nameOf, type Container, type PodSpec } from '../kube-object.ts';
import { environmentOf } from '../environment.ts';
import { containersOf, type Overlay, type Policy, workloads } from '../overlay.ts';
import { hasKey, madeKeys, volumeSources } from '../references.ts';

const NAMES_FILE = /_(FILE|DIR|DIRECTORY)$/;
/** files that the service writes */
const WRITTEN = new Set(['AUDIT_CHECKPOINT_FILE', 'LIST_DIRECTORY']);

export const filesMounted: Policy = {
  name: 'files-mounted',
  reason:
    'A file that a variable names and no volume brings ends the service when it first opens it.',
  find: (overlay) =>
    workloads(overlay).flatMap((workload) =>
      containersOf(workload).flatMap(({ container, where }) => {
        const { values, places } = environmentOf(overlay, container, where);
        return [...values]
          .filter(([name]) => NAMES_FILE.test(name))
          .flatMap(([name, path]) => {
            const what = fault(overlay, workload.template.spec, container, {
              path,
              written: WRITTEN.has(name),
              folder: !name.endsWith('_FILE'),
            });
            const remedy = 'mount the volume, and the key under this name, where the variable says';
            return what
              ? [
                  {
                    object: nameOf(workload.object),
                    where: places.get(name) ?? where,
                    what: `${name}: ${what}`,
                    remedy,
                  },
                ]
              : [];
          });
      }),
    ),
};

interface Demand {
  path: string;
  written: boolean;
  folder: boolean;
}

function fault(
  overlay: Overlay,
  spec: PodSpec,
  { volumeMounts = [] }: Container,
  { path, written, folder }: Demand,
): string | undefined {
  const mount = volumeMounts
    .filter(
      ({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`),
    )
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0];
  if (!mount) return `${path} is in no mount`;
  const volume = spec.volumes?.find(({ name }) => name === mount.name);
  if (!volume) return `the volume ${mount.name} is not there`;
  const sources = volumeSources(volume);
  if (written)
    return sources.length > 0 || mount.readOnly ? `${path} cannot be written to` : undefined;
  if (folder || sources.length === 0) return undefined;
  const file = mount.subPath ?? path.slice(mount.mountPath.length).replace(/^\//, '');
  const made = madeKeys(overlay);
  const brought = sources.some(({ source, name, items }) => {
    if (items) return items.some((item) => item.path === file);
    return hasKey(made.get(`${source}/${name}`) ?? new Set(), file);
  });
  return brought ? undefined : `the volume ${mount.name} has no file ${file}`;
}
