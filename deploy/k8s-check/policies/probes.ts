import { type Container, nameOf, type Probe } from '../kube-object.ts';
import { containersOf, type Finding, type Policy, type Workload, workloads } from '../overlay.ts';

const PATHS = { livenessProbe: '/livez', readinessProbe: '/readyz' } as const;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const MANAGEMENT_PORT = 9090;

export const probes: Policy = {
  name: 'probes',
  reason:
    'Alive and ready are different questions: asked as one, a database that is away restarts every service.',
  find: (overlay) =>
    workloads(overlay)
      .filter(({ object }) => object.kind === 'Deployment' || object.kind === 'StatefulSet')
      .flatMap((workload) =>
        containersOf(workload)
          .filter(({ runs }) => runs)
          .flatMap(({ container, where }) => ofContainer(workload, container, where)),
      ),
};

function ofContainer({ object }: Workload, container: Container, at: string): Finding[] {
  const finding = (probe: string, what: string, remedy: string) => ({
    object: nameOf(object),
    where: `${at}.${probe}`,
    what,
    remedy,
  });
  const wrongPaths = Object.entries(PATHS).flatMap(([probe, path]) => {
    const asked = container[probe as keyof typeof PATHS]?.httpGet?.path;
    if (asked === path) return [];
    return [finding(probe, asked ? `asks ${asked}` : 'is missing', `ask ${path} by httpGet`)];
  });
  const wrongPorts = PROBES.flatMap((probe) => {
    const port = container[probe]?.httpGet?.port;
    if (port === undefined || portNumber(container, { port }) === MANAGEMENT_PORT) return [];
    return [
      finding(probe, `port ${port} is not the management port`, 'name the port that is 9090'),
    ];
  });
  return [...wrongPaths, ...wrongPorts];
}

function portNumber(
  { ports = [] }: Container,
  { port }: NonNullable<Probe['httpGet']>,
): number | undefined {
  return ports.find(({ name, containerPort }) => name === port || containerPort === port)
    ?.containerPort;
}
