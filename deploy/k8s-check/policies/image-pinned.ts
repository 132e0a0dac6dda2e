import { nameOf, type KubeObject } from '../kube-object.ts';
import { containersOf, ofKind, type Policy, workloads } from '../overlay.ts';

/** registry/name:tag@digest: both tell which image it is; a registry's port is not a tag */
const PINNED = /^[^@\s]+?(:(?<tag>[\w][\w.-]*))?(@sha256:[0-9a-f]{64})?$/;

interface Image {
  object: KubeObject;
  where: string;
  image: string | undefined;
}

interface ClusterSpec {
  imageName?: string;
  imageCatalogRef?: object;
}

export const imagePinned: Policy = {
  name: 'image-pinned',
  reason: 'An image that is not named by its version or digest is another one tomorrow.',
  find(overlay) {
    const ofPods = workloads(overlay).flatMap((workload) =>
      containersOf(workload).map(
        ({ container, where }): Image => ({
          object: workload.object,
          where: `${where}.image`,
          image: container.image,
        }),
      ),
    );
    // a catalogue of the platform names the image otherwise
    const ofDatabases = ofKind<ClusterSpec>(overlay, 'Cluster')
      .filter(({ spec }) => spec.imageCatalogRef === undefined)
      .map((object): Image => ({ object, where: 'spec.imageName', image: object.spec.imageName }));
    return [...ofPods, ...ofDatabases].flatMap(({ object, where, image }) => {
      const what = fault(image);
      if (what === undefined) return [];
      const remedy =
        'name the version, and the digest of what was tested, under images: of the overlay';
      return [{ object: nameOf(object), where, what, remedy }];
    });
  },
};

function fault(image: string | undefined): string | undefined {
  if (image === undefined) return 'no image is named';
  const match = PINNED.exec(image);
  if (!match) return `${image} is not an image's name`;
  if (match.groups?.['tag'] === 'latest') return `${image} is whatever was pushed last`;
  const named = /:[\w.-]+$/.test(image) && !image.endsWith('/');
  return named || image.includes('@sha256:') ? undefined : `${image} has neither tag nor digest`;
}
