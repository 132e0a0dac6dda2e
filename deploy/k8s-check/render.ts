import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from './kube-object.ts';
import type { Overlay } from './overlay.ts';

const K8S = fileURLToPath(new URL('../../k8s/', import.meta.url));

/** The names of k8s/overlays. */
export function overlayNames(): string[] {
  return readdirSync(join(K8S, 'overlays'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/**
 * What an overlay renders to.
 * @throws Error with what kustomize printed
 */
export async function renderOverlay(kubectl: string, name: string): Promise<Overlay> {
  const { stdout } = await promisify(execFile)(
    kubectl,
    ['kustomize', join(K8S, 'overlays', name)],
    { maxBuffer: 64 * 1024 ** 2 },
  );
  return { name, objects: parseObjects(stdout) };
}

/** What Argo CD itself is given, which no overlay renders. */
export function readArgoCd(): Overlay {
  const folder = join(K8S, 'argocd');
  const files = readdirSync(folder).filter(
    (file) => /\.ya?ml$/.test(file) && !/kustomization/.test(file),
  );
  return {
    name: 'argocd',
    objects: files.flatMap((file) => parseObjects(readFileSync(join(folder, file), 'utf8'))),
  };
}

/** @throws Error when the text is not YAML */
export function parseObjects(text: string): KubeObject[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [fault] = document.errors;
    if (fault) throw fault;
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}
