import { nameOf } from '../kube-object.ts';
import { environmentOf } from '../environment.ts';
import { containersOf, type Overlay, ofKind, type Policy, workloads } from '../overlay.ts';

const CLEAR_URL = /\b(?:http|postgres|postgresql):\/\/(?:[^\s/@"]*@)?([\w.-]+)(?::(\d+))?/g;
const PORTS: Readonly<Record<string, number>> = { http: 80, postgres: 5432, postgresql: 5432 };

export const internalUrls: Policy = {
  name: 'internal-urls',
  reason: 'A service that is looked for under a name or port that no Service has is never found.',
  find(overlay) {
    const served = servedPorts(overlay);
    return workloads(overlay).flatMap((workload) =>
      containersOf(workload).flatMap(({ container, where }) => {
        const { values, places } = environmentOf(overlay, container, where);
        return [...values].flatMap(([name, value]) =>
          [...value.matchAll(CLEAR_URL)].flatMap(([url, host = '', port]) => {
            const scheme = url.slice(0, url.indexOf(':'));
            const number = Number(port ?? PORTS[scheme]);
            if (outside(overlay, host) || served.get(inCell(host))?.has(number)) return [];
            return [
              {
                object: nameOf(workload.object),
                where: places.get(name) ?? where,
                what: `${name} names ${url}, and no Service ${inCell(host)} has port ${number}`,
                remedy: 'name a Service of this namespace and one of its ports',
              },
            ];
          }),
        );
      }),
    );
  },
};

/** `issuer.staff-passport-x.svc.cluster.local` is `issuer`. */
function inCell(host: string): string {
  return host.replace(/\..*/, '');
}

/** What another namespace serves is not ours to know. */
function outside(overlay: Overlay, host: string): boolean {
  const [, namespace] = host.split('.');
  return (
    namespace !== undefined &&
    !overlay.objects.some(({ metadata }) => metadata.namespace === namespace)
  );
}

function servedPorts(overlay: Overlay): Map<string, Set<number>> {
  const ours = ofKind<{ ports: { port: number }[] }>(overlay, 'Service').map(
    ({ metadata, spec }) => [metadata.name, new Set(spec.ports.map(({ port }) => port))] as const,
  );
  const databases = ofKind(overlay, 'Cluster').flatMap(({ metadata }) =>
    ['rw', 'ro', 'r'].map((end) => [`${metadata.name}-${end}`, new Set([5432])] as const),
  );
  return new Map([...ours, ...databases]);
}
