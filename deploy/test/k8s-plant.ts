import type { KubeObject } from '../k8s-check/kube-object.ts';

/** One thing made wrong in a rendered cell, and the policy that has to say so. */
export interface Plant {
  policy: string;
  /** what is wrong, as a sentence's end */
  wrong: string;
  /** kind/name of what the finding names */
  object: string;
  make: Change;
}

/** Changes the objects of a cell in place. */
export type Change = (objects: KubeObject[]) => void;

/** @param change what is wrong, or new values of fields, by path, of the very object that the finding names */
export function plant(
  policy: string,
  wrong: string,
  object: string,
  change: Change | Record<string, unknown>,
): Plant {
  if (typeof change === 'function') return { policy, wrong, object, make: change };
  const changes = Object.entries(change).map(([path, value]) => set(object, path, value));
  return { policy, wrong, object, make: (objects) => changes.forEach((each) => each(objects)) };
}

/**
 * Sets the field at a path of one object, such as `spec.ports.0.port`; `-` is a new item at a list's end.
 * @param value undefined takes the field away
 */
export function set(object: string, path: string, value?: unknown): Change {
  return (objects) => assign(find(objects, object), path.split('.'), value);
}

/** Takes an object away. */
export function remove(object: string): Change {
  return (objects) => void objects.splice(objects.indexOf(find(objects, object)), 1);
}

/** Puts an object into the cell's namespace. */
export function add(object: object): Change {
  return (objects) => {
    const namespace = objects.find(({ kind }) => kind === 'Namespace')?.metadata.name ?? '';
    const { metadata } = object as KubeObject;
    objects.push({ ...(object as KubeObject), metadata: { ...metadata, namespace } });
  };
}

function find(objects: readonly KubeObject[], wanted: string): KubeObject {
  const found = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === wanted);
  if (!found) throw new Error(`the cell has no ${wanted}`);
  return found;
}

function assign(target: unknown, [key = '', ...rest]: string[], value: unknown): void {
  const fields = target as Record<string, unknown>;
  if (rest.length === 0) {
    if (Array.isArray(target) && key === '-') target.push(value);
    else if (value !== undefined) fields[key] = value;
    else if (Array.isArray(target)) target.splice(Number(key), 1);
    else delete fields[key];
    return;
  }
  if (fields[key] === undefined) fields[key] = rest[0] === '-' ? [] : {};
  assign(fields[key], rest, value);
}
