import { type KubeObject, nameOf } from '../kube-object.ts';
import { type Finding, type Overlay, ofKind, type Policy } from '../overlay.ts';

const MANAGEMENT_PORT = 9090;
const INTERNAL = '/internal';

interface RouteRule {
  matches?: { path?: { type?: string; value?: string } }[];
  backendRefs?: { kind?: string; name: string; port?: number }[];
  filters?: { type: string; urlRewrite?: unknown }[];
}

interface ServiceSpec {
  type?: string;
  ports: { port: number; targetPort?: number | string; name?: string }[];
}

/** Other ways in than the routes that are looked at here. */
const OTHER_WAYS = new Set(['Ingress', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute']);

export const routes: Policy = {
  name: 'routes',
  reason:
    'What services ask of each other, and their management ports, are not for the world outside.',
  find: (overlay) => [
    ...otherWays(overlay),
    ...ofKind<{ rules?: RouteRule[] }>(overlay, 'HTTPRoute').flatMap((object) =>
      (object.spec.rules ?? []).flatMap((rule, index) => ofRule(overlay, object, rule, index)),
    ),
  ],
};

function otherWays(overlay: Overlay): Finding[] {
  const remedy = 'lead through an HTTPRoute of the cell’s Gateway';
  const kinds = overlay.objects
    .filter(({ kind }) => OTHER_WAYS.has(kind))
    .map((object) => ({
      object: nameOf(object),
      where: 'kind',
      what: 'is a way in past the routes',
      remedy,
    }));
  const services = ofKind<ServiceSpec>(overlay, 'Service')
    .filter(({ spec: { type = 'ClusterIP' } }) => type !== 'ClusterIP')
    .map((object) => ({
      object: nameOf(object),
      where: 'spec.type',
      what: `${object.spec.type} is a way in past the routes`,
      remedy,
    }));
  return [...kinds, ...services];
}

function ofRule(overlay: Overlay, object: KubeObject, rule: RouteRule, index: number): Finding[] {
  const at = `spec.rules[${index}]`;
  const finding = (where: string, what: string, remedy: string) => ({
    object: nameOf(object),
    where: `${at}.${where}`,
    what,
    remedy,
  });
  const leadsAway = rule.filters?.some(({ type }) => type === 'RequestRedirect') ?? false;
  if (leadsAway && !rule.backendRefs?.length) return [];
  const rewrites = (rule.filters ?? [])
    .filter(({ type }) => type === 'URLRewrite')
    .map(() => finding('filters', 'the path is rewritten', 'lead each path on as it is'));
  const paths = rule.matches?.length ? rule.matches : [{}];
  const exposed = paths.flatMap(({ path = {} }, number) => {
    const { type = 'PathPrefix', value = '/' } = path;
    if (!reachesInternal(type, value)) return [];
    return [
      finding(
        `matches[${number}].path`,
        `${type} ${value} reaches ${INTERNAL}`,
        'name the paths that are public, each by Exact or PathPrefix',
      ),
    ];
  });
  const backends = (rule.backendRefs ?? []).flatMap((backend, number) => {
    const what = wrongBackend(overlay, backend);
    return what
      ? [finding(`backendRefs[${number}]`, what, "lead to a Service's port of the API")]
      : [];
  });
  return [...rewrites, ...exposed, ...backends];
}

function reachesInternal(type: string, value: string): boolean {
  if (type === 'RegularExpression') return true;
  const within = value === INTERNAL || value.startsWith(`${INTERNAL}/`);
  return within || (type === 'PathPrefix' && value === '/');
}

function wrongBackend(
  overlay: Overlay,
  { kind = 'Service', name, port }: NonNullable<RouteRule['backendRefs']>[number],
): string | undefined {
  const service = ofKind<ServiceSpec>(overlay, 'Service').find(
    ({ metadata }) => metadata.name === name,
  );
  if (kind !== 'Service' || !service) return `${kind}/${name} is not there`;
  const found = service.spec.ports.find((each) => each.port === port);
  if (!found) return `Service/${name} has no port ${port}`;
  const target = found.targetPort ?? found.port;
  const management = target === MANAGEMENT_PORT || target === 'metrics' || target === 'management';
  return management ? `port ${port} of Service/${name} is the management port` : undefined;
}
