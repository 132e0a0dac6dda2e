import type { Container, KeyItems, PodSpec, Volume } from './kube-object.ts';
import { type Overlay, ofKind } from './overlay.ts';

export type Source = 'ConfigMap' | 'Secret';

/** A ConfigMap or Secret that something names, and which of its keys. */
export interface Reference {
  source: Source;
  name: string;
  /** undefined: all of it */
  key: string | undefined;
  where: string;
}

const ANY = '*';
/** What the database's operator makes for each cluster, with the keys that are documented. */
const CNPG_SECRETS: Readonly<Record<string, string[]>> = {
  app: ['username', 'password', 'dbname', 'host', 'port', 'uri', 'jdbc-uri', 'pgpass', 'user'],
  superuser: [
    'username',
    'password',
    'dbname',
    'host',
    'port',
    'uri',
    'jdbc-uri',
    'pgpass',
    'user',
  ],
  ca: ['ca.crt', 'ca.key'],
  server: ['tls.crt', 'tls.key'],
  replication: ['tls.crt', 'tls.key'],
};

interface ExternalSecretSpec {
  target?: { name?: string; template?: { data?: Record<string, string>; mergePolicy?: string } };
  data?: { secretKey: string }[];
  dataFrom?: unknown[];
}

/** The keys of every ConfigMap and Secret that an overlay makes, or has made: `Secret/name` to its keys. */
export function madeKeys(overlay: Overlay): Map<string, Set<string>> {
  const made = new Map<string, Set<string>>();
  for (const kind of ['ConfigMap', 'Secret'] as const)
    for (const { metadata, data = {}, stringData = {} } of ofKind(overlay, kind))
      made.set(`${kind}/${metadata.name}`, new Set(Object.keys({ ...data, ...stringData })));
  for (const { metadata, spec } of ofKind<ExternalSecretSpec>(overlay, 'ExternalSecret')) {
    const { target = {}, data = [], dataFrom = [] } = spec;
    const templated = Object.keys(target.template?.data ?? {});
    const fetched = [...data.map(({ secretKey }) => secretKey), ...dataFrom.map(() => ANY)];
    // a template replaces what was fetched unless it is told to merge
    const merged = target.template?.data && target.template.mergePolicy !== 'Merge';
    made.set(
      `Secret/${target.name ?? metadata.name}`,
      new Set(merged ? templated : [...templated, ...fetched]),
    );
  }
  for (const { spec } of ofKind<{ secretName: string }>(overlay, 'Certificate'))
    made.set(`Secret/${spec.secretName}`, new Set(['tls.crt', 'tls.key', 'ca.crt']));
  for (const { metadata } of ofKind(overlay, 'Cluster'))
    for (const [suffix, keys] of Object.entries(CNPG_SECRETS))
      made.set(`Secret/${metadata.name}-${suffix}`, new Set(keys));
  return made;
}

/** What a container's environment names. */
export function environmentReferences(container: Container, at: string): Reference[] {
  const each = (container.env ?? []).flatMap(({ valueFrom = {} }, index) => {
    const where = `${at}.env[${index}].valueFrom`;
    const { configMapKeyRef: fromMap, secretKeyRef: fromSecret } = valueFrom;
    return [
      ...reference('ConfigMap', fromMap?.name, fromMap?.key, `${where}.configMapKeyRef`),
      ...reference('Secret', fromSecret?.name, fromSecret?.key, `${where}.secretKeyRef`),
    ];
  });
  const whole = (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, index) => [
    ...reference('ConfigMap', configMapRef?.name, undefined, `${at}.envFrom[${index}]`),
    ...reference('Secret', secretRef?.name, undefined, `${at}.envFrom[${index}]`),
  ]);
  return [...each, ...whole];
}

/** What a pod's volumes name. */
export function volumeReferences(spec: PodSpec, at: string): Reference[] {
  return (spec.volumes ?? []).flatMap((volume, index) =>
    volumeSources(volume).flatMap(({ source, name, items }): Reference[] => {
      const where = `${at}.volumes[${index}]`;
      if (!items) return [{ source, name, key: undefined, where }];
      return items.map(({ key }) => ({ source, name, key, where }));
    }),
  );
}

/** The ConfigMaps and Secrets that a volume is made of. */
export function volumeSources(
  volume: Volume,
): { source: Source; name: string; items: KeyItems['items'] | undefined }[] {
  const parts = [
    { configMap: volume.configMap, secret: undefined },
    {
      secret: volume.secret && { ...volume.secret, name: volume.secret.secretName },
      configMap: undefined,
    },
    ...(volume.projected?.sources ?? []),
  ];
  return parts.flatMap(({ configMap, secret }) => [
    ...(configMap
      ? [{ source: 'ConfigMap' as const, name: configMap.name, items: configMap.items }]
      : []),
    ...(secret ? [{ source: 'Secret' as const, name: secret.name, items: secret.items }] : []),
  ]);
}

/** Whether a made ConfigMap or Secret has the key; what an ExternalSecret fetches whole has keys that nobody knows. */
export function hasKey(keys: ReadonlySet<string>, key: string | undefined): boolean {
  return key === undefined || keys.has(key) || keys.has(ANY);
}

function reference(
  source: Source,
  name: string | undefined,
  key: string | undefined,
  where: string,
): Reference[] {
  return name === undefined ? [] : [{ source, name, key, where }];
}
