import { type Container, nameOf } from './kube-object.ts';
import { type Overlay, ofKind } from './overlay.ts';

/** What a container's process finds in its environment. */
export interface Environment {
  values: Map<string, string>;
  /** of each name, where it stands */
  places: Map<string, string>;
  /** names whose value is not known before the pod runs: secrets, fields of the pod */
  unknown: Set<string>;
}

/** Later ones win, as in Kubernetes: envFrom in its order, then env. What is named and not there is left out. */
export function environmentOf(overlay: Overlay, container: Container, at: string): Environment {
  const values = new Map<string, string>();
  const places = new Map<string, string>();
  const unknown = new Set<string>();
  const maps = new Map(ofKind(overlay, 'ConfigMap').map((map) => [map.metadata.name, map]));
  for (const [index, { prefix = '', configMapRef }] of (container.envFrom ?? []).entries()) {
    const map = configMapRef && maps.get(configMapRef.name);
    for (const [key, value] of Object.entries(map?.data ?? {})) {
      values.set(`${prefix}${key}`, value);
      places.set(`${prefix}${key}`, `${at}.envFrom[${index}] (${map ? nameOf(map) : ''})`);
    }
  }
  for (const [index, { name, value, valueFrom }] of (container.env ?? []).entries()) {
    const key = valueFrom?.configMapKeyRef;
    const known = valueFrom ? key && maps.get(key.name)?.data?.[key.key] : (value ?? '');
    places.set(name, `${at}.env[${index}]`);
    values.set(name, known ?? '');
    if (known === undefined) unknown.add(name);
    else unknown.delete(name);
  }
  return { values, places, unknown };
}
