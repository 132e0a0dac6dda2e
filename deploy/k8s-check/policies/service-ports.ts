import { matches, nameOf } from '../kube-object.ts';
import { ofKind, podSets, type Policy } from '../overlay.ts';

interface ServiceSpec {
  selector?: Record<string, string>;
  ports: { name?: string; port: number; targetPort?: number | string }[];
}

export const servicePorts: Policy = {
  name: 'service-ports',
  reason: 'A Service whose target port no container has answers nobody, and nothing says why.',
  find(overlay) {
    const sets = podSets(overlay);
    return ofKind<ServiceSpec>(overlay, 'Service').flatMap((object) => {
      const chosen = sets.filter(({ labels }) =>
        matches({ matchLabels: object.spec.selector ?? {} }, labels),
      );
      return object.spec.ports.flatMap(({ port, targetPort = port }, index) =>
        chosen
          .filter(
            ({ ports }) =>
              !ports.some(
                ({ name, containerPort }) => name === targetPort || containerPort === targetPort,
              ),
          )
          .map((set) => ({
            object: nameOf(object),
            where: `spec.ports[${index}].targetPort`,
            what: `${nameOf(set.object)} has no port ${targetPort}`,
            remedy: 'name a port of the container',
          })),
      );
    });
  },
};
