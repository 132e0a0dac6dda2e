import { type KubeObject, nameOf } from '../kube-object.ts';
import {
  containersOf,
  type Finding,
  type Overlay,
  ofKind,
  type Policy,
  workloads,
} from '../overlay.ts';
import {
  environmentReferences,
  hasKey,
  madeKeys,
  type Reference,
  volumeReferences,
} from '../references.ts';

/** What is made outside of an overlay, once for a Kubernetes cluster. */
const OUTSIDE = new Set(['ClusterSecretStore', 'ClusterIssuer', 'GatewayClass', 'StorageClass']);

export const referencesExist: Policy = {
  name: 'references-exist',
  reason: 'A pod whose ConfigMap, Secret or key is not there waits for it for ever.',
  find: (overlay) => [...ofPods(overlay), ...ofObjects(overlay)],
};

function ofPods(overlay: Overlay): Finding[] {
  const made = madeKeys(overlay);
  return workloads(overlay).flatMap((workload) => {
    const { object, template, at } = workload;
    const named = [
      ...containersOf(workload).flatMap(({ container, where }) =>
        environmentReferences(container, where),
      ),
      ...volumeReferences(template.spec, at),
    ];
    return [
      ...named.flatMap((reference) => dangling(object, reference, made)),
      ...(template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }, index) =>
        claim
          ? missing(overlay, object, `${at}.volumes[${index}]`, {
              kind: 'PersistentVolumeClaim',
              name: claim.claimName,
            })
          : [],
      ),
      ...missing(overlay, object, `${at}.serviceAccountName`, {
        kind: 'ServiceAccount',
        name: template.spec.serviceAccountName ?? 'default',
      }),
    ];
  });
}

function dangling(
  object: KubeObject,
  { source, name, key, where }: Reference,
  made: ReadonlyMap<string, Set<string>>,
): Finding[] {
  const keys = made.get(`${source}/${name}`);
  if (keys && hasKey(keys, key)) return [];
  const what = keys
    ? `${source}/${name} has no key ${key}`
    : `${source}/${name} is made by nothing here`;
  const remedy =
    source === 'Secret'
      ? 'fetch it with an ExternalSecret (target.name, data[].secretKey)'
      : 'add it to the configMapGenerator';
  return [{ object: nameOf(object), where, what, remedy }];
}

/** Secrets and stores that operators read, each as {name, key?} or {kind?, name}. */
const READ_BY_OPERATORS: readonly (readonly [kind: string, field: string, target: string])[] = [
  ['ExternalSecret', 'secretStoreRef', 'SecretStore'],
  ['Certificate', 'issuerRef', 'Issuer'],
  ['ScheduledBackup', 'cluster', 'Cluster'],
  ['Cluster', 'superuserSecret', 'Secret'],
  ['Cluster', 'accessKeyId', 'Secret'],
  ['Cluster', 'secretAccessKey', 'Secret'],
  ['Cluster', 'passwordSecret', 'Secret'],
  ['Cluster', 'endpointCA', 'Secret'],
  ['Gateway', 'certificateRefs', 'Secret'],
  ['HTTPRoute', 'parentRefs', 'Gateway'],
  ['Service', 'serviceAccountName', 'ServiceAccount'],
];

interface Named {
  kind?: string;
  name: string;
  key?: string;
}

function ofObjects(overlay: Overlay): Finding[] {
  const made = madeKeys(overlay);
  return READ_BY_OPERATORS.flatMap(([kind, field, target]) =>
    ofKind(overlay, kind).flatMap((object) =>
      fieldsNamed(object.spec, field, 'spec').flatMap(({ value, where }) => {
        const named = { ...(value as Named), kind: (value as Named).kind ?? target };
        if (named.kind !== 'Secret') return missing(overlay, object, where, named);
        const { name, key } = named;
        return dangling(object, { source: 'Secret', name, key, where }, made);
      }),
    ),
  );
}

function missing(overlay: Overlay, object: KubeObject, where: string, named: Named): Finding[] {
  const kind = named.kind ?? '';
  if (OUTSIDE.has(kind)) return [];
  if (overlay.objects.some((other) => other.kind === kind && other.metadata.name === named.name))
    return [];
  const what = `${kind}/${named.name} is not there`;
  return [
    { object: nameOf(object), where, what, remedy: `add the ${kind}, or name one that is there` },
  ];
}

/** Every value of a field of that name, wherever it stands below. */
function fieldsNamed(
  value: unknown,
  field: string,
  at: string,
): { value: unknown; where: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const where = Array.isArray(value) ? `${at}[${key}]` : `${at}.${key}`;
    if (key !== field || Array.isArray(value)) return fieldsNamed(below, field, where);
    if (!Array.isArray(below)) return [{ value: below as unknown, where }];
    return below.map((item: unknown, index) => ({ value: item, where: `${where}[${index}]` }));
  });
}
