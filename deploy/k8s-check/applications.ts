import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import type { PlacedFinding } from './check.ts';
import { type KubeObject, nameOf } from './kube-object.ts';
import type { Overlay } from './overlay.ts';
import { parseObjects } from './render.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Element = Readonly<Record<string, string>>;

/** What is read of an ApplicationSet: a matrix of lists, and the template of what it makes. */
export interface ApplicationSetSpec {
  generators: { matrix: { generators: { list: { elements: Element[] } }[] } }[];
  template: Application;
}

/** One cell as Argo CD applies it. */
export interface Application {
  metadata: { name: string };
  spec: { source: { path: string; kustomize: { namespace: string; patches: object[] } } };
}

interface Kustomization {
  resources?: string[];
  transformers?: string[];
}

/** Every Application that the set makes: one for each combination of its lists' elements. */
export function applicationsOf({ generators, template }: ApplicationSetSpec): Application[] {
  return generators.flatMap(({ matrix }) => {
    let combined: Element[] = [{}];
    for (const { list } of matrix.generators)
      combined = combined.flatMap((one) => list.elements.map((other) => ({ ...one, ...other })));
    return combined.map((element) => fill(template, element) as Application);
  });
}

/** Puts an element's values in their places, wherever they stand. */
function fill(template: unknown, element: Element): unknown {
  if (typeof template === 'string')
    return template.replace(/\{\{(.*?)\}\}/g, (whole, name: string) => {
      const value = element[name.trim().replace(/^\./, '')];
      if (value === undefined) throw new Error(`the lists have no ${whole}`);
      return value;
    });
  if (Array.isArray(template)) return template.map((item) => fill(item, element));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fill(value, element)]),
  );
}

/**
 * What an Application renders to. Argo CD adds its namespace and patches to the folder's own kustomization, and so
 * does this, in a copy.
 * @throws Error with what kustomize printed
 */
export async function renderApplication(
  kubectl: string,
  application: Application,
): Promise<Overlay> {
  const { path, kustomize } = application.spec.source;
  const folder = join(ROOT, path);
  const copy = mkdtempSync(join(tmpdir(), 'application-'));
  try {
    const own = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
    const moved = (paths: string[] = []) =>
      paths.map((each) => relative(copy, resolve(folder, each)));
    const whole = {
      ...own,
      resources: moved(own.resources),
      transformers: moved(own.transformers),
      namespace: kustomize.namespace,
      patches: kustomize.patches,
    };
    writeFileSync(join(copy, 'kustomization.yaml'), stringify(whole));
    const options = ['kustomize', '--load-restrictor', 'LoadRestrictionsNone', copy];
    const { stdout } = await promisify(execFile)(kubectl, options, { maxBuffer: 64 * 1024 ** 2 });
    return { name: application.metadata.name, objects: parseObjects(stdout) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What each Application of an ApplicationSet renders to, by the name of the Application. */
export async function renderApplications(kubectl: string, argoCd: Overlay): Promise<Overlay[]> {
  const sets = argoCd.objects.filter(({ kind }) => kind === 'ApplicationSet');
  const applications = sets.flatMap(({ spec }) => applicationsOf(spec as ApplicationSetSpec));
  return Promise.all(applications.map((each) => renderApplication(kubectl, each)));
}

/** What Argo CD would apply is what the overlay of the same name shows. An Application needs no overlay. */
export function compareApplications(
  applications: readonly Overlay[],
  overlays: readonly Overlay[],
): PlacedFinding[] {
  return overlays.flatMap(({ name, objects }) =>
    differences(applications.find((each) => each.name === name)?.objects, objects).map(
      (object) => ({
        overlay: name,
        policy: 'application',
        object,
        where: 'the whole',
        what: 'the ApplicationSet and the overlay make different ones',
        remedy: 'let k8s/argocd/applicationset.yaml and k8s/overlays say the same',
      }),
    ),
  );
}

function differences(applied: readonly KubeObject[] = [], shown: readonly KubeObject[]): string[] {
  const [one, other] = [byName(applied), byName(shown)];
  return [...new Set([...one.keys(), ...other.keys()])].filter(
    (name) => !isDeepStrictEqual(one.get(name), other.get(name)),
  );
}

function byName(objects: readonly KubeObject[]): Map<string, KubeObject> {
  return new Map(objects.map((object) => [nameOf(object), object]));
}
