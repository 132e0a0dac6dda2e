import { type KubeObject, type LabelSelector, matches, nameOf } from '../kube-object.ts';
import { type Finding, type Overlay, ofKind, podSets, type Policy, workloads } from '../overlay.ts';

const REMEDY = 'let labels and selector agree';

export const selectorsMatch: Policy = {
  name: 'selectors-match',
  reason:
    'A selector that chooses nothing is not an error to Kubernetes: what it is for silently does not happen.',
  find: (overlay) => [
    ...ownPods(overlay),
    ...chosenPods(overlay),
    ...chosenServices(overlay),
    ...scaleTargets(overlay),
  ],
};

/** Deployments choose their own pods; so do their spread constraints. */
function ownPods(overlay: Overlay): Finding[] {
  return workloads(overlay).flatMap(({ object, template, at }) => {
    const labels = template.metadata?.labels;
    const faults: [string, LabelSelector][] = [];
    const { selector } = object.spec;
    if (selector && !matches(selector, labels)) faults.push(['spec.selector', selector]);
    for (const [index, spread] of (template.spec.topologySpreadConstraints ?? []).entries())
      if (!spread.labelSelector || !matches(spread.labelSelector, labels))
        faults.push([
          `${at}.topologySpreadConstraints[${index}].labelSelector`,
          spread.labelSelector ?? {},
        ]);
    return faults.map(([where, chosen]) => ({
      object: nameOf(object),
      where,
      what: `${show(chosen)} does not choose the pods of its own template`,
      remedy: REMEDY,
    }));
  });
}

interface PodChooser {
  selector?: Record<string, string> | LabelSelector;
  podSelector?: LabelSelector;
}

function chosenPods(overlay: Overlay): Finding[] {
  const sets = podSets(overlay);
  const faults = (object: KubeObject, where: string, selector: LabelSelector | undefined) =>
    selector && sets.some(({ labels }) => matches(selector, labels))
      ? []
      : [
          {
            object: nameOf(object),
            where,
            what: selector ? `${show(selector)} chooses no pod` : 'is missing',
            remedy: REMEDY,
          },
        ];
  const services = ofKind<PodChooser>(overlay, 'Service').flatMap((object) =>
    faults(object, 'spec.selector', {
      matchLabels: object.spec.selector as Record<string, string>,
    }),
  );
  const budgets = ['PodDisruptionBudget', 'PodMonitor'].flatMap((kind) =>
    ofKind<PodChooser>(overlay, kind).flatMap((object) =>
      faults(object, 'spec.selector', object.spec.selector as LabelSelector | undefined),
    ),
  );
  const network = ofKind<PodChooser>(overlay, 'NetworkPolicy').flatMap((object) =>
    faults(object, 'spec.podSelector', object.spec.podSelector ?? {}),
  );
  return [...services, ...budgets, ...network];
}

interface MonitorSpec {
  selector: LabelSelector;
  endpoints: { port?: string }[];
}

/** A ServiceMonitor chooses Services by their labels, and their ports by name. */
function chosenServices(overlay: Overlay): Finding[] {
  const services = ofKind<{ ports: { name?: string }[] }>(overlay, 'Service');
  return ofKind<MonitorSpec>(overlay, 'ServiceMonitor').flatMap((object) => {
    const chosen = services.filter(({ metadata }) =>
      matches(object.spec.selector, metadata.labels),
    );
    const finding = (where: string, what: string) => ({
      object: nameOf(object),
      where,
      what,
      remedy: REMEDY,
    });
    if (chosen.length === 0)
      return [finding('spec.selector', `${show(object.spec.selector)} chooses no Service`)];
    return object.spec.endpoints.flatMap(({ port }, index) =>
      chosen
        .filter(({ spec }) => !spec.ports.some(({ name }) => name === port))
        .map((service) =>
          finding(`spec.endpoints[${index}].port`, `${nameOf(service)} has no port named ${port}`),
        ),
    );
  });
}

interface ScalerSpec {
  scaleTargetRef: { apiVersion?: string; kind: string; name: string };
}

function scaleTargets(overlay: Overlay): Finding[] {
  return ofKind<ScalerSpec>(overlay, 'HorizontalPodAutoscaler')
    .filter(
      ({ spec: { scaleTargetRef: target } }) =>
        !overlay.objects.some(
          ({ apiVersion, kind, metadata }) =>
            kind === target.kind &&
            metadata.name === target.name &&
            apiVersion === target.apiVersion,
        ),
    )
    .map((object) => ({
      object: nameOf(object),
      where: 'spec.scaleTargetRef',
      what: `${object.spec.scaleTargetRef.kind}/${object.spec.scaleTargetRef.name} is not there`,
      remedy: 'name the Deployment that is to grow',
    }));
}

function show(selector: LabelSelector): string {
  return JSON.stringify(selector.matchLabels ?? selector);
}
