import { add, type Plant, plant, remove, set } from './k8s-plant.ts';

const CONTAINER = 'spec.template.spec.containers.0';
const ISSUER = 'Deployment/issuer';
const NAME = 'app.kubernetes.io/name';

/** A further variable of the issuer. */
const variable = (entry: { name: string; value?: string; valueFrom?: unknown }) =>
  set(ISSUER, `${CONTAINER}.env.-`, entry);

/** What more a service would be let through to. */
const egress = (rule: object) => set('NetworkPolicy/issuer', 'spec.egress.-', rule);

const route = (path: object) => set('HTTPRoute/issuer', 'spec.rules.0.matches.-', { path });

/** Faults of a cell, one a line. */
export const PLANTS: readonly Plant[] = [
  plant('complete', 'a service is left out', 'Deployment/verifier', remove('Deployment/verifier')),
  plant('complete', 'nobody reads the metrics', ISSUER, remove('ServiceMonitor/services')),
  plant('complete', 'there is no database', 'Cluster', remove('Cluster/database')),
  plant('image-pinned', 'an image is latest', ISSUER, {
    [`${CONTAINER}.image`]: 'registry.example/staff-passport/issuer:latest',
  }),
  plant('image-pinned', 'an image has no tag', ISSUER, {
    [`${CONTAINER}.image`]: 'registry.example:5000/staff-passport/issuer',
  }),
  plant('selectors-match', 'a Deployment does not choose its own pods', ISSUER, {
    'spec.selector.matchLabels': { [NAME]: 'issuers' },
  }),
  plant('selectors-match', 'a Service chooses no pod', 'Service/issuer', {
    'spec.selector': { [NAME]: 'issuers' },
  }),
  plant('selectors-match', 'a budget chooses no pod', 'PodDisruptionBudget/verifier', {
    'spec.selector.matchLabels': { [NAME]: 'verifiers' },
  }),
  plant('selectors-match', 'an autoscaler has no target', 'HorizontalPodAutoscaler/issuer', {
    'spec.scaleTargetRef.name': 'issuers',
  }),
  plant('selectors-match', 'a network policy chooses no pod', 'NetworkPolicy/issuer', {
    'spec.podSelector.matchLabels': { [NAME]: 'issuers' },
  }),
  plant(
    'selectors-match',
    'a monitor names a port that no Service has',
    'ServiceMonitor/services',
    {
      'spec.endpoints.0.port': 'metric',
    },
  ),
  plant('selectors-match', 'spread counts other pods', ISSUER, {
    'spec.template.spec.topologySpreadConstraints.0.labelSelector.matchLabels': {
      [NAME]: 'verifier',
    },
  }),
  plant('service-ports', 'a target port is none of the container', 'Service/issuer', {
    'spec.ports.0.targetPort': 'https',
  }),
  plant('references-exist', 'a Secret is fetched by nobody', ISSUER, {
    'spec.template.spec.volumes.-': { name: 'more', secret: { secretName: 'issuer-more' } },
  }),
  plant(
    'references-exist',
    'an ExternalSecret no longer fetches a key',
    ISSUER,
    set('ExternalSecret/issuer', 'spec.data.0'),
  ),
  plant('references-exist', 'a ConfigMap is not there', ISSUER, {
    [`${CONTAINER}.envFrom.0.configMapRef.name`]: 'services',
  }),
  plant('references-exist', 'a service account is not there', ISSUER, {
    'spec.template.spec.serviceAccountName': 'issuers',
  }),
  plant('references-exist', "a backup's key is not there", 'Cluster/database', {
    'spec.backup.barmanObjectStore.s3Credentials.accessKeyId.key': 'access-key',
  }),
  plant('references-exist', 'a certificate is not there', 'Gateway/cell', {
    'spec.listeners.0.tls.certificateRefs.0.name': 'tls',
  }),
  plant('files-mounted', 'a secret file is not mounted', ISSUER, {
    [`${CONTAINER}.volumeMounts.0`]: undefined,
  }),
  plant(
    'files-mounted',
    'a mounted Secret has no such file',
    ISSUER,
    variable({ name: 'CLIENT_KEY_FILE', value: '/run/secrets/service/client.jwk' }),
  ),
  plant(
    'environment',
    'a variable is misspelt',
    ISSUER,
    variable({ name: 'LIST_TTL', value: '15000' }),
  ),
  plant(
    'environment',
    'a variable is no number',
    ISSUER,
    variable({ name: 'LIST_TTL_MS', value: '15s' }),
  ),
  plant('environment', 'a needed variable is missing', ISSUER, {
    [`${CONTAINER}.envFrom.0`]: undefined,
  }),
  plant(
    'internal-urls',
    'a URL names a port that the Service has not',
    ISSUER,
    variable({ name: 'STATUS_LIST_URL', value: 'http://status-list:4004' }),
  ),
  plant(
    'no-secret-data',
    'a Secret is written down',
    'Secret/plain',
    add({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'plain' },
      data: { password: 'c2VjcmV0' },
    }),
  ),
  plant(
    'no-secret-data',
    'a variable has a password in its URL',
    ISSUER,
    variable({ name: 'DATABASE_URL', value: 'postgres://issuer_login:pw@database-rw/x' }),
  ),
  plant(
    'no-secret-data',
    'a variable is taken from a Secret',
    ISSUER,
    variable({
      name: 'DATABASE_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'issuer', key: 'database-password' } },
    }),
  ),
  plant(
    'no-secret-data',
    'a ConfigMap holds a private key',
    'ConfigMap/keys',
    add({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'keys' },
      data: { 'audit.jwk': '{"kty":"OKP","crv":"Ed25519","d":"AAAA"}' },
    }),
  ),
  plant('probes', 'alive is asked as ready', ISSUER, {
    [`${CONTAINER}.livenessProbe.httpGet.path`]: '/readyz',
  }),
  plant('probes', 'readiness is not asked', ISSUER, { [`${CONTAINER}.readinessProbe`]: undefined }),
  plant('probes', 'the port of a probe is not the management port', ISSUER, {
    [`${CONTAINER}.readinessProbe.httpGet.port`]: 'http',
  }),
  plant('resources', 'a memory limit is missing', ISSUER, {
    [`${CONTAINER}.resources.limits.memory`]: undefined,
  }),
  plant('resources', 'a request is missing', 'Job/migrations', {
    [`${CONTAINER}.resources.requests`]: undefined,
  }),
  plant('restricted-pods', 'seccomp is not set', ISSUER, {
    'spec.template.spec.securityContext.seccompProfile': undefined,
  }),
  plant('restricted-pods', 'it runs as root', ISSUER, {
    'spec.template.spec.securityContext.runAsUser': 0,
  }),
  plant('restricted-pods', 'the root file system can be written to', ISSUER, {
    [`${CONTAINER}.securityContext.readOnlyRootFilesystem`]: false,
  }),
  plant('restricted-pods', 'capabilities are kept', ISSUER, {
    [`${CONTAINER}.securityContext.capabilities`]: undefined,
  }),
  plant('restricted-pods', "a folder of the node's is mounted", ISSUER, {
    'spec.template.spec.volumes.-': { name: 'node', hostPath: { path: '/' } },
  }),
  plant('restricted-pods', 'a token of the cluster is mounted', ISSUER, {
    'spec.template.spec.automountServiceAccountToken': undefined,
  }),
  plant('restricted-pods', 'the namespace takes any pod', 'Namespace/staff-passport-northmoor', {
    'metadata.labels': {},
  }),
  plant(
    'restricted-pods',
    'somebody has rights in the cluster',
    'RoleBinding/planted',
    add({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'planted' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' },
    }),
  ),
  plant('graceful-end', 'it is killed while it drains', ISSUER, {
    'spec.template.spec.terminationGracePeriodSeconds': 20,
  }),
  plant('graceful-end', 'it closes while requests still arrive', ISSUER, {
    [`${CONTAINER}.lifecycle`]: undefined,
    [`${CONTAINER}.env.-`]: { name: 'DRAIN_DELAY_MS', value: '0' },
  }),
  plant('graceful-end', 'an old pod goes before a new one is ready', ISSUER, {
    'spec.strategy.rollingUpdate.maxUnavailable': 1,
  }),
  plant('topology-spread', 'replicas may share a zone', ISSUER, {
    'spec.template.spec.topologySpreadConstraints': [],
  }),
  plant('disruption-budgets', 'no budget is there', ISSUER, remove('PodDisruptionBudget/issuer')),
  plant('disruption-budgets', 'a budget lets no pod go', 'PodDisruptionBudget/issuer', {
    'spec.maxUnavailable': 0,
  }),
  plant('autoscaling', 'the publisher is scaled', 'HorizontalPodAutoscaler/issuer', {
    'spec.scaleTargetRef.name': 'status-list',
  }),
  plant(
    'autoscaling',
    'two set the number of replicas',
    'HorizontalPodAutoscaler/issuer',
    set(ISSUER, 'spec.replicas', 3),
  ),
  plant('migrations-first', 'nothing migrates', 'Job/migrations', remove('Job/migrations')),
  plant('migrations-first', 'services do not wait for it', 'Job/migrations', {
    'metadata.annotations': {},
  }),
  plant('migrations-first', 'it runs before the database is made', 'Job/migrations', {
    'metadata.annotations': { 'argocd.argoproj.io/hook': 'PreSync' },
  }),
  plant('database', 'no standby has what was acknowledged', 'Cluster/database', {
    'spec.postgresql.synchronous': undefined,
  }),
  plant('database', 'two instances', 'Cluster/database', { 'spec.instances': 2 }),
  plant('database', 'nobody backs it up', 'Cluster/database', remove('ScheduledBackup/nightly')),
  plant(
    'routes',
    'a route leads to /internal',
    'HTTPRoute/issuer',
    route({ type: 'PathPrefix', value: '/internal/leases' }),
  ),
  plant(
    'routes',
    'a route leads everything on',
    'HTTPRoute/issuer',
    route({ type: 'PathPrefix', value: '/' }),
  ),
  plant('routes', 'a Service is open on every node', 'Service/issuer', {
    'spec.type': 'NodePort',
  }),
  plant('routes', 'a route leads to the management port', 'HTTPRoute/issuer', {
    'spec.rules.0.backendRefs.0.port': 9090,
  }),
  plant('routes', 'a route leads nowhere', 'HTTPRoute/issuer', {
    'spec.rules.0.backendRefs.0.name': 'issuers',
  }),
  plant(
    'network-calls',
    'nothing is denied',
    'NetworkPolicy/default-deny',
    remove('NetworkPolicy/default-deny'),
  ),
  plant(
    'network-calls',
    'the issuer may ask the verifier',
    'NetworkPolicy/issuer',
    egress({
      to: [{ podSelector: { matchLabels: { [NAME]: 'verifier' } } }],
      ports: [{ port: 8080 }],
    }),
  ),
  plant('network-calls', 'the issuer may ask anything', 'NetworkPolicy/issuer', egress({})),
  plant(
    'network-calls',
    'private addresses are outside',
    'NetworkPolicy/verifier',
    set('NetworkPolicy/verifier', 'spec.egress.-', {
      to: [{ ipBlock: { cidr: '0.0.0.0/0' } }],
      ports: [{ port: 443 }],
    }),
  ),
  plant(
    'network-calls',
    'any namespace may ask the management port',
    'NetworkPolicy/metrics',
    set('NetworkPolicy/metrics', 'spec.ingress.0.from.-', { namespaceSelector: {} }),
  ),
  plant('network-calls', 'a call of the design is closed', 'NetworkPolicy/status-list', {
    'spec.ingress': [],
  }),
  plant('names-and-labels', 'an object is in another namespace', ISSUER, {
    'metadata.namespace': 'default',
  }),
];
