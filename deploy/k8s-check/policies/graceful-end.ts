import { GRACE_MS } from '#kit/shutdown';
import { nameOf } from '../kube-object.ts';
import { containersOf, type Finding, type Policy, type Workload, workloads } from '../overlay.ts';
import { environmentOf } from '../environment.ts';

const DRAIN_SECONDS = GRACE_MS / 1000;

export const gracefulEnd: Policy = {
  name: 'graceful-end',
  reason:
    'A pod that is killed while it drains, or before another is ready, loses requests that it has accepted.',
  find: (overlay) =>
    workloads(overlay)
      .filter(({ object }) => object.kind === 'Deployment')
      .flatMap((workload) => [
        ...ofStrategy(workload),
        ...containersOf(workload)
          .filter(({ runs }) => runs)
          .flatMap(({ container, where }) => {
            const preStop = container.lifecycle?.preStop;
            const sleep =
              preStop?.sleep?.seconds ??
              Number(/\d+/.exec(preStop?.exec?.command.join(' ') ?? '') ?? 0);
            const delayMs = environmentOf(overlay, container, where).values.get('DRAIN_DELAY_MS');
            return ofGrace(workload, sleep + Number(delayMs ?? 0) / 1000, where);
          }),
      ]),
};

function ofStrategy({ object }: Workload): Finding[] {
  const { type = 'RollingUpdate', rollingUpdate } = object.spec.strategy ?? {};
  const none = rollingUpdate?.maxUnavailable === 0 || rollingUpdate?.maxUnavailable === '0%';
  if (type === 'RollingUpdate' && none) return [];
  return [
    {
      object: nameOf(object),
      where: 'spec.strategy',
      what: 'an old pod may end before a new one is ready',
      remedy: 'have rollingUpdate.maxUnavailable 0',
    },
  ];
}

/** @param waitsSeconds before the service begins to drain */
function ofGrace(
  { object, template, at }: Workload,
  waitsSeconds: number,
  where: string,
): Finding[] {
  const findings: Finding[] = [];
  if (waitsSeconds <= 0)
    findings.push({
      object: nameOf(object),
      where: `${where}.lifecycle.preStop`,
      what: 'is missing: requests still arrive when the service has closed',
      remedy:
        'wait with preStop.sleep, or with DRAIN_DELAY_MS, until the endpoint is gone everywhere',
    });
  const grace = template.spec.terminationGracePeriodSeconds ?? 30;
  const needed = waitsSeconds + DRAIN_SECONDS;
  if (grace <= needed)
    findings.push({
      object: nameOf(object),
      where: `${at}.terminationGracePeriodSeconds`,
      what: `${grace} s is not above the wait and the drain, ${needed} s`,
      remedy: `have more than ${needed}`,
    });
  return findings;
}
