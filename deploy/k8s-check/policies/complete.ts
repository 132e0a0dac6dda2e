import { type LabelSelector, matches, nameOf } from '../kube-object.ts';
import { type Finding, type Overlay, ofKind, type Policy, workloads } from '../overlay.ts';
import { SERVICE_NAMES, serviceOf } from './environment.ts';

export const complete: Policy = {
  name: 'complete',
  reason:
    'What is left out breaks no rule about what is there: a cell has each service, reached and watched.',
  find: (overlay) => [
    ...SERVICE_NAMES.flatMap((name) => ofService(overlay, name)),
    ...['Cluster', 'Gateway', 'Certificate', 'Namespace']
      .filter((kind) => ofKind(overlay, kind).length === 0)
      .map((kind) => absent(kind, 'is not there')),
  ],
};

function ofService(overlay: Overlay, name: string): Finding[] {
  const deployment = workloads(overlay).find(
    ({ object, template }) =>
      object.kind === 'Deployment' &&
      template.spec.containers.some(({ image }) => serviceOf(image) === name),
  );
  if (!deployment) return [absent(`Deployment/${name}`, 'no Deployment runs it')];
  const labels = deployment.template.metadata?.labels;
  const services = ofKind<{ selector?: Record<string, string> }>(overlay, 'Service').filter(
    ({ spec }) => spec.selector && matches({ matchLabels: spec.selector }, labels),
  );
  const watched = ofKind<{ selector: LabelSelector }>(overlay, 'ServiceMonitor').some(({ spec }) =>
    services.some(({ metadata }) => matches(spec.selector, metadata.labels)),
  );
  const object = nameOf(deployment.object);
  if (services.length === 0) return [absent(object, 'no Service leads to it')];
  return watched ? [] : [absent(object, 'no ServiceMonitor reads its metrics')];
}

function absent(object: string, what: string): Finding {
  const remedy = 'let the overlay have all of k8s/base';
  return { object, where: 'the overlay', what, remedy };
}
