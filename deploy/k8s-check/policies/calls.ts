/** One pair of the design that the network lets through. */
export interface Call {
  /** a service, `postgres`, `migrations`, `namespace:<name>`, `outside` */
  from: string;
  to: string;
  ports: readonly number[];
  why: string;
  /** the cell does not work without it */
  needed?: boolean;
  /** private addresses may be meant */
  private?: boolean;
}

const API = [8080];
const MANAGEMENT = [9090];
const POSTGRES = [5432];
const HTTPS = [443];
const GATEWAY = 'namespace:gateway';
const PROMETHEUS = 'namespace:monitoring';
const DATABASE_OPERATOR = 'namespace:cnpg-system';
const NAME_SERVER = 'namespace:kube-system';
const SERVICES = ['issuer', 'verifier', 'trust-registry', 'status-list', 'authorization'];

/** What may not be meant by "outside" where only the internet is. */
export const PRIVATE_RANGES: Readonly<Record<string, readonly string[]>> = {
  '0.0.0.0/0': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
  '::/0': ['fc00::/7', 'fe80::/10'],
};

/** Who calls whom: the table of services in the design, and what each of them stands on. */
export const CALLS: readonly Call[] = [
  ...calls('issuer', {
    'status-list': 'leases and status changes',
    'trust-registry': 'entitlement and keys',
    authorization: 'tokens and their keys',
  }),
  ...calls('status-list', {
    issuer: 'a list is signed',
    authorization: 'tokens and their keys',
  }),
  ...calls('verifier', {
    'trust-registry': 'snapshot and feed',
    'status-list': 'lists of its own cell',
    authorization: "tokens' keys",
  }),
  ...calls('trust-registry', { authorization: "tokens' keys" }),
  ...SERVICES.flatMap((service): Call[] => [
    { from: service, to: 'postgres', ports: POSTGRES, why: 'its schema', needed: true },
    { from: GATEWAY, to: service, ports: API, why: 'the gateway', needed: true },
    { from: PROMETHEUS, to: service, ports: MANAGEMENT, why: 'Prometheus', needed: true },
    {
      from: service,
      to: 'namespace:observability',
      ports: [4317, 4318],
      why: 'traces, where they are on',
    },
  ]),
  ...[...SERVICES, 'migrations', 'postgres'].map(
    (from): Call => ({
      from,
      to: NAME_SERVER,
      ports: [53],
      why: 'names',
      needed: true,
    }),
  ),
  { from: 'migrations', to: 'postgres', ports: POSTGRES, why: 'the schema', needed: true },
  { from: 'verifier', to: 'outside', ports: HTTPS, why: 'other cells', needed: true },
  { from: 'status-list', to: 'outside', ports: HTTPS, why: 'the bucket of lists', private: true },
  { from: 'postgres', to: 'postgres', ports: [5432, 8000], why: 'replication', needed: true },
  {
    from: 'postgres',
    to: 'outside',
    ports: [443, 6443],
    why: 'backups and the API server',
    private: true,
  },
  { from: DATABASE_OPERATOR, to: 'postgres', ports: [5432, 8000], why: 'its operator' },
  { from: PROMETHEUS, to: 'postgres', ports: [9187], why: 'Prometheus' },
];

function calls(from: string, to: Record<string, string>): Call[] {
  return Object.entries(to).map(([callee, why]) => ({
    from,
    to: callee,
    ports: API,
    why,
    needed: true,
  }));
}
