import { type Container, nameOf, type PodSpec, type SecurityContext } from '../kube-object.ts';
import {
  containersOf,
  type Finding,
  type Overlay,
  ofKind,
  type Policy,
  type Workload,
  workloads,
} from '../overlay.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';
const VOLUMES = new Set([
  'name',
  'configMap',
  'secret',
  'projected',
  'emptyDir',
  'persistentVolumeClaim',
]);

export const restrictedPods: Policy = {
  name: 'restricted-pods',
  reason:
    'What takes over a service finds no root, no capability, no writable program and no token of the cluster.',
  find: (overlay) => [
    ...namespaces(overlay),
    ...rights(overlay),
    ...workloads(overlay).flatMap((workload) => [
      ...ofPod(workload),
      ...containersOf(workload).flatMap(({ container, where }) =>
        ofContainer(workload, container, where),
      ),
    ]),
  ],
};

function namespaces(overlay: Overlay): Finding[] {
  return ofKind(overlay, 'Namespace')
    .filter(({ metadata }) => metadata.labels?.[ENFORCE] !== 'restricted')
    .map((object) => ({
      object: nameOf(object),
      where: `metadata.labels[${ENFORCE}]`,
      what: 'is not restricted',
      remedy: 'have the cluster enforce the restricted profile',
    }));
}

/** No service asks anything of the Kubernetes API. */
function rights(overlay: Overlay): Finding[] {
  return overlay.objects
    .filter(({ apiVersion }) => apiVersion.startsWith('rbac.authorization.k8s.io/'))
    .map((object) => ({
      object: nameOf(object),
      where: 'kind',
      what: 'gives rights in the cluster that nothing here uses',
      remedy: 'remove it',
    }));
}

function ofPod({ object, template: { spec }, at }: Workload): Finding[] {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  return [
    ...shared.map((field) => ({
      object: nameOf(object),
      where: `${at}.${field}`,
      what: "shares the node's",
      remedy: 'remove it',
    })),
    ...(spec.automountServiceAccountToken === false
      ? []
      : [
          {
            object: nameOf(object),
            where: `${at}.automountServiceAccountToken`,
            what: 'a token of the cluster is mounted that nothing here uses',
            remedy: 'set it to false',
          },
        ]),
    ...(spec.volumes ?? []).flatMap((volume) =>
      Object.keys(volume)
        .filter((type) => !VOLUMES.has(type))
        .map((type) => ({
          object: nameOf(object),
          where: `${at}.volumes`,
          what: `${volume.name} is a ${type}`,
          remedy: `use one of ${[...VOLUMES].slice(1).join(', ')}`,
        })),
    ),
  ];
}

function ofContainer({ object, template }: Workload, container: Container, at: string): Finding[] {
  return demands(template.spec, container)
    .filter(({ holds }) => !holds)
    .map(({ field, demand }) => ({
      object: nameOf(object),
      where: `${at}.${field}`,
      what: `is not ${demand}`,
      remedy: `set it to ${demand}`,
    }));
}

const field = (name: string) => `securityContext.${name}`;

/** What the restricted profile and we demand; the pod's own context counts where Kubernetes lets it. */
function demands(pod: PodSpec, { securityContext: own = {}, ports = [] }: Container) {
  const both: SecurityContext = { ...pod.securityContext, ...own };
  const { drop = [], add = [] } = own.capabilities ?? {};
  const user = both.runAsUser ?? 0;
  const seccomp = both.seccompProfile?.type ?? '';
  return [
    { field: field('runAsNonRoot'), demand: 'true', holds: both.runAsNonRoot === true },
    { field: field('runAsUser'), demand: 'a number above 0', holds: user > 0 },
    {
      field: field('seccompProfile'),
      demand: 'RuntimeDefault',
      holds: seccomp === 'RuntimeDefault' || seccomp === 'Localhost',
    },
    {
      field: field('allowPrivilegeEscalation'),
      demand: 'false',
      holds: own.allowPrivilegeEscalation === false,
    },
    { field: field('privileged'), demand: 'false', holds: own.privileged !== true },
    {
      field: field('readOnlyRootFilesystem'),
      demand: 'true',
      holds: own.readOnlyRootFilesystem === true,
    },
    {
      field: field('capabilities'),
      demand: 'drop: [ALL] and nothing added',
      holds: drop.includes('ALL') && add.length === 0,
    },
    {
      field: 'ports',
      demand: 'without hostPort',
      holds: ports.every(({ hostPort }) => hostPort === undefined),
    },
  ];
}
