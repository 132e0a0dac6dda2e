import { nameOf } from '../kube-object.ts';
import { ofKind, type Policy, workloads } from '../overlay.ts';

const LABELS = ['name', 'instance', 'part-of', 'component', 'version'].map(
  (label) => `app.kubernetes.io/${label}`,
);
const CLUSTER_WIDE = new Set(['Namespace']);

export const namesAndLabels: Policy = {
  name: 'names-and-labels',
  reason:
    'One cell is one namespace: an object in another, or without its labels, is nobody’s and outlives the cell.',
  find(overlay) {
    const expected = `staff-passport-${overlay.name.replace(/-[^-]*$/, '')}`;
    const namespaces = new Set(ofKind(overlay, 'Namespace').map(({ metadata }) => metadata.name));
    const astray = overlay.objects
      .filter(({ kind, metadata }) => !CLUSTER_WIDE.has(kind) && metadata.namespace !== expected)
      .map((object) => ({
        object: nameOf(object),
        where: 'metadata.namespace',
        what: `is ${object.metadata.namespace ?? 'missing'}, not ${expected}`,
        remedy: 'let the overlay’s namespace: set it',
      }));
    const unlabelled = workloads(overlay).flatMap(({ object, template }) =>
      LABELS.filter((label) => template.metadata?.labels?.[label] === undefined).map((label) => ({
        object: nameOf(object),
        where: `spec.template.metadata.labels[${label}]`,
        what: 'is missing',
        remedy: 'label the pods as the others are',
      })),
    );
    const made = namespaces.has(expected)
      ? []
      : [
          {
            object: `Namespace/${expected}`,
            where: 'the overlay',
            what: 'is not there',
            remedy: 'add it, with the labels of the restricted profile',
          },
        ];
    return [...made, ...astray, ...unlabelled];
  },
};
