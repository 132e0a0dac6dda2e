import { type LabelSelector, matches, nameOf } from '../kube-object.ts';
import { type Overlay, ofKind, type Policy, type Workload, workloads } from '../overlay.ts';

interface BudgetSpec {
  selector: LabelSelector;
  minAvailable?: number | string;
  maxUnavailable?: number | string;
}

export const disruptionBudgets: Policy = {
  name: 'disruption-budgets',
  reason:
    'Without a budget a node drain takes every replica at once; with one that allows nothing it never ends.',
  find: (overlay) =>
    workloads(overlay)
      .filter(({ object }) => object.kind === 'Deployment')
      .map((workload) => ({ workload, replicas: leastReplicas(overlay, workload) }))
      .filter(({ replicas }) => replicas > 1)
      .flatMap(({ workload: { object, template }, replicas }) => {
        const budgets = ofKind<BudgetSpec>(overlay, 'PodDisruptionBudget').filter(({ spec }) =>
          matches(spec.selector, template.metadata?.labels),
        );
        const [budget] = budgets;
        if (!budget)
          return [
            {
              object: nameOf(object),
              where: 'spec.replicas',
              what: `${replicas} replicas and no PodDisruptionBudget`,
              remedy: 'add one that lets a single pod go',
            },
          ];
        return allowsOne(budget.spec, replicas)
          ? []
          : [
              {
                object: nameOf(budget),
                where: 'spec',
                what: `lets none of ${replicas} pods go`,
                remedy: 'have maxUnavailable 1',
              },
            ];
      }),
};

/** How few replicas there may be: the autoscaler's least, when there is one. */
export function leastReplicas(overlay: Overlay, { object }: Workload): number {
  const scaler = ofKind<{ scaleTargetRef: { name: string }; minReplicas?: number }>(
    overlay,
    'HorizontalPodAutoscaler',
  ).find(({ spec }) => spec.scaleTargetRef.name === object.metadata.name);
  return scaler ? (scaler.spec.minReplicas ?? 1) : (object.spec.replicas ?? 1);
}

function allowsOne({ minAvailable, maxUnavailable }: BudgetSpec, replicas: number): boolean {
  if (maxUnavailable !== undefined) return share(maxUnavailable, replicas) >= 1;
  return minAvailable === undefined || replicas - share(minAvailable, replicas) >= 1;
}

/** Kubernetes rounds percentages up, of both. */
function share(amount: number | string, replicas: number): number {
  return typeof amount === 'number'
    ? amount
    : Math.ceil((Number.parseFloat(amount) / 100) * replicas);
}
