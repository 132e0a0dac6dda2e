import { type KubeObject, nameOf } from '../kube-object.ts';
import {
  containersOf,
  type Finding,
  type Overlay,
  ofKind,
  type Policy,
  type Workload,
  workloads,
} from '../overlay.ts';
import { environmentReferences, volumeReferences } from '../references.ts';
import { serviceOf } from './environment.ts';

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';
const PHASES = ['PreSync', 'Sync', 'PostSync'];

export const migrationsFirst: Policy = {
  name: 'migrations-first',
  reason:
    'New code on the old schema fails, and a Job that waits for what comes after it never ends.',
  find(overlay) {
    const jobs = workloads(overlay).filter(
      ({ object, template }) =>
        object.kind === 'Job' &&
        template.spec.containers.some(({ image }) => serviceOf(image) === 'migrations'),
    );
    if (jobs.length === 0) {
      const remedy = 'add the Job of k8s/base/migrations';
      return [
        {
          object: 'Job/migrations',
          where: 'the overlay',
          what: 'nothing migrates the database',
          remedy,
        },
      ];
    }
    return jobs.flatMap((job) => [...beforeServices(overlay, job), ...afterNeeded(overlay, job)]);
  },
};

function beforeServices(overlay: Overlay, { object }: Workload): Finding[] {
  return ofKind(overlay, 'Deployment')
    .filter((deployment) => moment(deployment) <= moment(object))
    .map((deployment) => ({
      object: nameOf(object),
      where: 'metadata.annotations',
      what: `runs no earlier than ${nameOf(deployment)}`,
      remedy: `give it a lower ${WAVE}, or ${HOOK}: PreSync`,
    }));
}

/** What the Job needs must be there when it runs, the first time too. */
function afterNeeded(overlay: Overlay, job: Workload): Finding[] {
  return neededBy(overlay, job)
    .filter((needed) => moment(needed) > moment(job.object))
    .map((needed) => ({
      object: nameOf(job.object),
      where: 'metadata.annotations',
      what: `runs before ${nameOf(needed)}, which it needs`,
      remedy: `give ${nameOf(needed)} an earlier ${WAVE} (or hook) than the Job's`,
    }));
}

function neededBy(overlay: Overlay, job: Workload): KubeObject[] {
  const { template, at } = job;
  const names = new Set(
    [
      ...containersOf(job).flatMap(({ container, where }) =>
        environmentReferences(container, where),
      ),
      ...volumeReferences(template.spec, at),
    ].map(({ source, name }) => `${source}/${name}`),
  );
  return overlay.objects.filter((object) => {
    const target = (object.spec as { target?: { name?: string } } | undefined)?.target?.name;
    const { kind, metadata } = object;
    if (kind === 'ExternalSecret') return names.has(`Secret/${target ?? metadata.name}`);
    if (kind === 'ServiceAccount') return metadata.name === template.spec.serviceAccountName;
    return (
      kind === 'Cluster' ||
      kind === 'SecretStore' ||
      kind === 'Namespace' ||
      names.has(nameOf(object))
    );
  });
}

/** When Argo CD applies an object: its phase, then its wave. */
function moment({ metadata: { annotations = {} } }: KubeObject): number {
  const phase = PHASES.indexOf(annotations[HOOK] ?? 'Sync');
  return phase * 1_000_000 + Number(annotations[WAVE] ?? 0);
}
