import t from 'tap';
import {
  applicationsOf,
  type ApplicationSetSpec,
  compareApplications,
  renderApplication,
  renderApplications,
} from '../k8s-check/applications.ts';
import { checkOverlays, checkPolicies, sentence } from '../k8s-check/check.ts';
import { parseObjects, overlayNames, readArgoCd, renderOverlay } from '../k8s-check/render.ts';
import type { Overlay } from '../k8s-check/overlay.ts';
import { POLICIES } from '../k8s-check/policies.ts';
import { installTools } from '../k8s-check/tools.ts';
import { typeCheck } from '../k8s-check/type-check.ts';
import { checkValues } from '../k8s-check/values.ts';
import { set } from './k8s-plant.ts';
import { PLANTS } from './k8s-plants.ts';

t.setTimeout(600_000);

const tools = await installTools();
const cells = await Promise.all(overlayNames().map((name) => renderOverlay(tools.kubectl, name)));
const production = cells.find(({ name }) => name === 'northmoor-production') as Overlay;

t.test(
  'Two integrated care systems, each in development and production, pass every check',
  async (t) => {
    t.strictSame(
      cells.map(({ name }) => name),
      [
        'northmoor-development',
        'northmoor-production',
        'southmere-development',
        'southmere-production',
      ],
    );
    const { findings } = await checkOverlays(tools.folder, cells, [...cells, readArgoCd()]);
    t.strictSame(findings.map(sentence), []);
  },
);

t.test(
  'A finding names the overlay, the object, the policy, the place and what to do',
  async (t) => {
    const objects = structuredClone([...production.objects]);
    PLANTS.find(({ wrong }) => wrong === 'a memory limit is missing')?.make(objects);
    t.strictSame(checkPolicies({ ...production, objects }).map(sentence), [
      'northmoor-production · Deployment/issuer · resources: spec.template.spec.containers[0].resources.limits.memory: ' +
        'is missing; say how much the container needs and may take',
    ]);
  },
);

t.test('Each policy has a fault planted for it', async (t) => {
  const planted = new Set(PLANTS.map(({ policy }) => policy));
  t.strictSame(
    POLICIES.map(({ name }) => name).filter((name) => !planted.has(name)),
    [],
  );
});

for (const { policy, wrong, object, make } of PLANTS)
  t.test(`${policy} says that ${wrong}`, async (t) => {
    t.strictSame(checkPolicies(production), [], 'before');
    const objects = structuredClone([...production.objects]);
    make(objects);
    const findings = checkPolicies({ ...production, objects });
    t.ok(
      findings.some((finding) => finding.policy === policy && finding.object === object),
      findings.map(sentence).join('\n'),
    );
  });

const METADATA = 'metadata: { name: planted }';
const MISSHAPEN: readonly (readonly [wrong: string, where: string, yaml: string])[] = [
  [
    'a field of Kubernetes',
    'spec.replica',
    `{ apiVersion: apps/v1, kind: Deployment, ${METADATA}, spec: { replica: 2,
      selector: { matchLabels: { a: b } },
      template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: a, image: "a:1" }] } } } }`,
  ],
  [
    'a field deep in a container',
    'spec.template.spec.containers[0].ports[0].port',
    `{ apiVersion: apps/v1, kind: Deployment, ${METADATA}, spec: { selector: { matchLabels: { a: b } },
      template: { metadata: { labels: { a: b } },
        spec: { containers: [{ name: a, image: "a:1", ports: [{ containerPort: 80, port: 80 }] }] } } } }`,
  ],
  [
    'a field of the Gateway API',
    'spec.rules[0].backendRef',
    `{ apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, ${METADATA}, spec: { rules: [{ backendRef: [] }] } }`,
  ],
  [
    'a field of cert-manager',
    'spec.dnsName',
    `{ apiVersion: cert-manager.io/v1, kind: Certificate, ${METADATA},
      spec: { secretName: a, issuerRef: { name: a }, dnsName: [a] } }`,
  ],
  [
    'a field of CloudNativePG',
    'spec.postgresql.synchronus',
    `{ apiVersion: postgresql.cnpg.io/v1, kind: Cluster, ${METADATA},
      spec: { instances: 3, postgresql: { synchronus: {} } } }`,
  ],
  [
    'a field of the Prometheus operator',
    'spec.endpoints[0].intervall',
    `{ apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, ${METADATA},
      spec: { selector: {}, endpoints: [{ port: a, intervall: 1s }] } }`,
  ],
  [
    'a field of External Secrets',
    'spec.data[0].remoteref',
    `{ apiVersion: external-secrets.io/v1, kind: ExternalSecret, ${METADATA},
      spec: { data: [{ secretKey: a, remoteRef: { key: a }, remoteref: { key: a } }] } }`,
  ],
  [
    'a field of Argo CD',
    'spec.generators[0].lists',
    `{ apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet, ${METADATA}, spec: { generators: [{ lists: {} }],
      template: { metadata: {}, spec: { destination: {}, project: a } } } }`,
  ],
];

t.test(
  'A field that does not exist, in an object of each API, is named with its path',
  async (t) => {
    const planted = MISSHAPEN.map(([name, , yaml]) => ({ name, objects: parseObjects(yaml) }));
    const findings = await typeCheck(tools.folder, [production, ...planted]);
    t.strictSame(
      findings.map(({ overlay, policy, where }) => [overlay, policy, where]),
      MISSHAPEN.map(([name, where]) => [name, 'type', where]),
    );
  },
);

t.test('A kind that no model knows is a finding, not passed over', async (t) => {
  const objects = parseObjects(`{ apiVersion: example.com/v1, kind: Unknown, ${METADATA} }`);
  const [finding] = await typeCheck(tools.folder, [{ name: 'planted', objects }]);
  t.match(finding, { policy: 'model', object: 'Unknown/planted' });
});

t.test('A value that is no quantity is found, where the type is only a string', async (t) => {
  const objects = structuredClone([...production.objects]);
  const quota = { requests: { cpu: '1' }, limits: { memory: '1 GB' } };
  set('Job/migrations', 'spec.template.spec.containers.0.resources', quota)(objects);
  t.strictSame(await typeCheck(tools.folder, [{ name: 'planted', objects }]), []);
  const [finding] = await checkValues(tools.folder, [{ name: 'planted', objects }]);
  t.match(finding, {
    policy: 'value',
    object: 'Job/migrations',
    where: 'spec.template.spec.containers[0].resources.limits.memory',
  });
});

t.test('What Argo CD applies is what the overlays show', async (t) => {
  const applications = await renderApplications(tools.kubectl, readArgoCd());
  t.strictSame(compareApplications(applications, cells).map(sentence), []);
  const fewer = applications.filter(({ name }) => name !== production.name);
  const missing = compareApplications(fewer, cells);
  t.equal(missing.length, production.objects.length);
  t.match(missing[0], { policy: 'application', overlay: 'northmoor-production' });
});

t.test(
  'One more entry of the ApplicationSet makes a further cell that passes every check',
  async (t) => {
    const sets = readArgoCd().objects.find(({ kind }) => kind === 'ApplicationSet');
    const spec = sets?.spec as ApplicationSetSpec;
    spec.generators[0]?.matrix.generators[0]?.list.elements.push({
      ics: 'eastvale',
      odsCode: 'QZE',
    });
    const added = applicationsOf(spec).filter(({ metadata }) =>
      metadata.name.startsWith('eastvale'),
    );
    const further = await Promise.all(added.map((each) => renderApplication(tools.kubectl, each)));
    t.strictSame(
      further.map(({ name }) => name),
      ['eastvale-development', 'eastvale-production'],
    );
    const { findings } = await checkOverlays(tools.folder, further, further);
    t.strictSame(findings.map(sentence), []);
    t.notMatch(JSON.stringify(further), /northmoor|southmere|passport\.cell\.example/);
  },
);
