import { nameOf } from '../kube-object.ts';
import { ofKind, type Policy, workloads } from '../overlay.ts';

/** One replica publishes at a time, whatever their number (services/status-list/README.md). */
const PUBLISHER = 'status-list';

interface ScalerSpec {
  scaleTargetRef: { name: string };
  minReplicas?: number;
  maxReplicas: number;
}

export const autoscaling: Policy = {
  name: 'autoscaling',
  reason:
    'More publishers publish nothing sooner, and a number of replicas beside an autoscaler is undone at each sync.',
  find: (overlay) =>
    ofKind<ScalerSpec>(overlay, 'HorizontalPodAutoscaler').flatMap((object) => {
      const { scaleTargetRef, minReplicas = 1, maxReplicas } = object.spec;
      const target = workloads(overlay).find(
        (workload) => workload.object.metadata.name === scaleTargetRef.name,
      );
      const role = target?.template.metadata?.labels?.['app.kubernetes.io/name'];
      const publisher = scaleTargetRef.name === PUBLISHER || role === PUBLISHER;
      const finding = (where: string, what: string, remedy: string) => ({
        object: nameOf(object),
        where,
        what,
        remedy,
      });
      return [
        ...(publisher
          ? [finding('spec.scaleTargetRef', 'scales the publisher', 'give it a fixed number')]
          : []),
        ...(minReplicas > maxReplicas
          ? [finding('spec.minReplicas', `is above maxReplicas ${maxReplicas}`, 'lower it')]
          : []),
        ...(target?.object.spec.replicas === undefined
          ? []
          : [
              finding(
                'spec.scaleTargetRef',
                `${nameOf(target.object)} has a number of replicas of its own`,
                'leave spec.replicas out of what is scaled',
              ),
            ]),
      ];
    }),
};
