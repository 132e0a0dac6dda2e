import { nameOf } from '../kube-object.ts';
import { type Policy, workloads } from '../overlay.ts';
import { leastReplicas } from './disruption-budgets.ts';

const DOMAINS = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];

export const topologySpread: Policy = {
  name: 'topology-spread',
  reason: 'Replicas on one machine or in one zone fail together.',
  find: (overlay) =>
    workloads(overlay)
      .filter((workload) => workload.object.kind === 'Deployment')
      .filter((workload) => leastReplicas(overlay, workload) > 1)
      .flatMap(({ object, template, at }) => {
        const spread = template.spec.topologySpreadConstraints ?? [];
        return DOMAINS.filter((domain) => !spread.some((each) => each.topologyKey === domain)).map(
          (domain) => ({
            object: nameOf(object),
            where: `${at}.topologySpreadConstraints`,
            what: `nothing spreads the replicas by ${domain}`,
            remedy: 'add a constraint with this topologyKey',
          }),
        );
      }),
};
