import type {
  Container,
  KubeObject,
  Labels,
  PodSpec,
  PodTemplate,
  WorkloadSpec,
} from './kube-object.ts';

/** What one folder of k8s/overlays renders to. */
export interface Overlay {
  name: string;
  objects: readonly KubeObject[];
}

/** What a policy has found; the runner adds the overlay and the policy's name. */
export interface Finding {
  /** kind/name */
  object: string;
  /** path of the field */
  where: string;
  what: string;
  /** what to do */
  remedy: string;
}

/** One rule over a rendered overlay. */
export interface Policy {
  name: string;
  /** one sentence: why the rule stands */
  reason: string;
  find(overlay: Overlay): Finding[];
}

/** An object that makes pods, with the template of them. */
export interface Workload {
  object: KubeObject<WorkloadSpec>;
  template: PodTemplate;
  /** path of the template's spec */
  at: string;
}

/** A container with the path at which it stands. */
export interface PlacedContainer {
  container: Container;
  where: string;
  /** false of what ends before the pod is ready */
  runs: boolean;
}

/** Pods that a selector can choose: of a workload, or those that an operator makes of a database cluster. */
export interface PodSet {
  /** the `app.kubernetes.io/name` of the pods, or the object's name */
  name: string;
  object: KubeObject;
  labels: Labels;
  ports: readonly { name?: string; containerPort: number }[];
}

const CNPG_PORTS = [
  { name: 'postgresql', containerPort: 5432 },
  { name: 'metrics', containerPort: 9187 },
  { name: 'status', containerPort: 8000 },
];
interface ClusterSpec {
  inheritedMetadata?: { labels?: Labels };
}

const POD_MAKERS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

/** The objects of one kind, with the part of their spec that is read. */
export function ofKind<Spec>(overlay: Overlay, kind: string): KubeObject<Spec>[] {
  return overlay.objects.filter((object) => object.kind === kind) as KubeObject<Spec>[];
}

export function workloads(overlay: Overlay): Workload[] {
  const plain = POD_MAKERS.flatMap((kind) => ofKind<WorkloadSpec>(overlay, kind)).map((object) => ({
    object,
    template: object.spec.template,
    at: 'spec.template.spec',
  }));
  const timed = ofKind<{ jobTemplate: { spec: WorkloadSpec } }>(overlay, 'CronJob').map(
    (object) => ({
      object: { ...object, spec: object.spec.jobTemplate.spec },
      template: object.spec.jobTemplate.spec.template,
      at: 'spec.jobTemplate.spec.template.spec',
    }),
  );
  return [...plain, ...timed];
}

export function containersOf({ template, at }: Workload): PlacedContainer[] {
  const place = (list: 'containers' | 'initContainers') =>
    (template.spec[list] ?? []).map((container, index) => ({
      container,
      where: `${at}.${list}[${index}]`,
      runs: list === 'containers',
    }));
  return [...place('initContainers'), ...place('containers')];
}

export function podSets(overlay: Overlay): PodSet[] {
  const made = workloads(overlay).map(({ object, template }) => ({
    name: template.metadata?.labels?.['app.kubernetes.io/name'] ?? object.metadata.name,
    object,
    labels: template.metadata?.labels ?? {},
    ports: portsOf(template.spec),
  }));
  const databases = ofKind<ClusterSpec>(overlay, 'Cluster').map((object) => ({
    name: 'postgres',
    object,
    labels: {
      ...object.spec.inheritedMetadata?.labels,
      'cnpg.io/cluster': object.metadata.name,
      'cnpg.io/podRole': 'instance',
    },
    ports: CNPG_PORTS,
  }));
  return [...made, ...databases];
}

function portsOf(spec: PodSpec) {
  return spec.containers.flatMap(({ ports = [] }) => ports);
}
