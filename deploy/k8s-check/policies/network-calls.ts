import { nameOf } from '../kube-object.ts';
import { allowedFlows, type Flow, type NetworkPolicySpec } from '../flows.ts';
import { type Finding, type Overlay, ofKind, podSets, type Policy } from '../overlay.ts';
import { CALLS, type Call, PRIVATE_RANGES } from './calls.ts';

export const networkCalls: Policy = {
  name: 'network-calls',
  reason:
    'What no service has to ask of another is closed, so that one that is taken over reaches little.',
  find: (overlay) => [...defaultDeny(overlay), ...tooMuch(overlay), ...tooLittle(overlay)],
};

function defaultDeny(overlay: Overlay): Finding[] {
  const denies = ofKind<NetworkPolicySpec>(overlay, 'NetworkPolicy').some(
    ({ spec: { podSelector = {}, policyTypes = [], ingress = [], egress = [] } }) =>
      Object.keys(podSelector).length === 0 &&
      policyTypes.includes('Ingress') &&
      policyTypes.includes('Egress') &&
      ingress.length + egress.length === 0,
  );
  if (denies) return [];
  const what = 'nothing denies what no other policy allows';
  const remedy = 'add a policy for all pods with both policyTypes and no rule';
  return [{ object: 'NetworkPolicy/default-deny', where: 'the overlay', what, remedy }];
}

/** Every allowed pair is a call that a service has to make. */
function tooMuch(overlay: Overlay): Finding[] {
  return allowedFlows(overlay).flatMap((flow) => {
    const what = fault(flow);
    if (what === undefined) return [];
    const remedy =
      'remove it, or add the call to deploy/k8s-check/policies/calls.ts with its reason';
    return [{ object: nameOf(flow.policy), where: flow.where, what, remedy }];
  });
}

function fault(flow: Flow): string | undefined {
  const { from, to, port, block } = flow;
  const shown = `${from} to ${to} on port ${port || 'any'}`;
  const call = CALLS.find((each) => fits(each, flow));
  if (!call) return `${shown} is no call of the design`;
  if (!block || call.private) return undefined;
  const open = (PRIVATE_RANGES[block.cidr] ?? []).filter((range) => !block.except?.includes(range));
  return open.length > 0 ? `${shown} includes ${open.join(', ')}` : undefined;
}

function fits(call: Call, { from, to, port }: Flow): boolean {
  return call.from === from && call.to === to && call.ports.includes(port);
}

/** Every call that must be possible is allowed at each end that is in the cell. */
function tooLittle(overlay: Overlay): Finding[] {
  const flows = allowedFlows(overlay);
  const here = new Set(podSets(overlay).map(({ name }) => name));
  return CALLS.filter(({ needed }) => needed).flatMap((call) =>
    (['egress', 'ingress'] as const)
      .filter((direction) => here.has(direction === 'egress' ? call.from : call.to))
      .filter(
        (direction) => !flows.some((flow) => flow.direction === direction && fits(call, flow)),
      )
      .map((direction) => ({
        object: `NetworkPolicy/${direction === 'egress' ? call.from : call.to}`,
        where: `spec.${direction}`,
        what: `${call.from} cannot reach ${call.to} on port ${call.ports.join(' or ')} (${call.why})`,
        remedy: 'allow it at both ends',
      })),
  );
}
