import { type KubeObject, type LabelSelector, matches } from './kube-object.ts';
import { type Overlay, ofKind, podSets } from './overlay.ts';

interface Peer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  ports?: { port?: number | string; endPort?: number; protocol?: string }[];
}

export interface NetworkPolicySpec {
  podSelector?: LabelSelector;
  policyTypes?: string[];
  ingress?: (Rule & { from?: Peer[] })[];
  egress?: (Rule & { to?: Peer[] })[];
}

export type Direction = 'ingress' | 'egress';

/** One pair that a NetworkPolicy allows on one port. */
export interface Flow {
  policy: KubeObject;
  direction: Direction;
  where: string;
  /** `issuer`, `namespace:monitoring`, `outside`, `anything` */
  from: string;
  to: string;
  /** 0: any */
  port: number;
  /** of an outside end */
  block?: NonNullable<Peer['ipBlock']>;
}

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';
const NAMED_PORTS: Readonly<Record<string, number>> = {
  http: 8080,
  metrics: 9090,
  management: 9090,
  postgresql: 5432,
};

/** Everything that the network policies of an overlay allow. */
export function allowedFlows(overlay: Overlay): Flow[] {
  return ofKind<NetworkPolicySpec>(overlay, 'NetworkPolicy').flatMap((policy) => [
    ...flowsOf(overlay, policy, 'ingress'),
    ...flowsOf(overlay, policy, 'egress'),
  ]);
}

function flowsOf(
  overlay: Overlay,
  policy: KubeObject<NetworkPolicySpec>,
  direction: Direction,
): Flow[] {
  const subjects = chosen(overlay, policy.spec.podSelector);
  const rules: (Rule & { from?: Peer[]; to?: Peer[] })[] = policy.spec[direction] ?? [];
  return rules.flatMap((rule, index) => {
    const listed = direction === 'ingress' ? rule.from : rule.to;
    const peers = listed?.length
      ? listed.flatMap((peer) => ends(overlay, peer))
      : [{ name: 'anything' }];
    const ports = rule.ports?.length ? rule.ports.map(numberOf) : [0];
    const where = `spec.${direction}[${index}]`;
    return subjects.flatMap((subject) =>
      peers.flatMap(({ name, ...block }) =>
        ports.map((port) =>
          direction === 'ingress'
            ? { policy, direction, where, from: name, to: subject, port, ...block }
            : { policy, direction, where, from: subject, to: name, port, ...block },
        ),
      ),
    );
  });
}

function ends(overlay: Overlay, peer: Peer): ({ name: string } & Pick<Flow, 'block'>)[] {
  if (peer.ipBlock) return [{ name: 'outside', block: peer.ipBlock }];
  if (peer.namespaceSelector) return [{ name: `namespace:${namespaceOf(peer.namespaceSelector)}` }];
  return chosen(overlay, peer.podSelector).map((name) => ({ name }));
}

/** The names of the pods that a selector chooses, each once. */
function chosen(overlay: Overlay, selector: LabelSelector | undefined): string[] {
  const names = podSets(overlay)
    .filter(({ labels }) => matches(selector, labels))
    .map(({ name }) => name);
  return [...new Set(names)];
}

function namespaceOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const [expression] = matchExpressions;
  return (
    matchLabels[NAMESPACE_LABEL] ??
    (expression?.key === NAMESPACE_LABEL ? (expression.values ?? []).join('|') : undefined) ??
    JSON.stringify(matchLabels)
  );
}

function numberOf({ port = 0, endPort }: NonNullable<Rule['ports']>[number]): number {
  if (endPort !== undefined) return 0;
  return typeof port === 'number' ? port : (NAMED_PORTS[port] ?? 0);
}
