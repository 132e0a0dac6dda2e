import { nameOf } from '../kube-object.ts';
import { containersOf, type Policy, workloads } from '../overlay.ts';

const NEEDED = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
] as const;

export const resources: Policy = {
  name: 'resources',
  reason:
    'A container without requests is placed anywhere, and one without a memory limit takes its neighbours down.',
  find: (overlay) =>
    workloads(overlay).flatMap((workload) =>
      containersOf(workload).flatMap(({ container, where }) =>
        NEEDED.filter(([part, name]) => container.resources?.[part]?.[name] === undefined).map(
          ([part, name]) => ({
            object: nameOf(workload.object),
            where: `${where}.resources.${part}.${name}`,
            what: 'is missing',
            remedy: 'say how much the container needs and may take',
          }),
        ),
      ),
    ),
};
