import { nameOf } from '../kube-object.ts';
import {
  containersOf,
  type Finding,
  type Overlay,
  ofKind,
  type Policy,
  workloads,
} from '../overlay.ts';

/** What secrets look like: a PEM key, a private JWK, a password in a URL, a cloud's access key. */
const SECRET_VALUES: readonly (readonly [looks: RegExp, what: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/"(d|secretAccessKey|client_secret)"\s*:\s*"/, 'a private JWK or an access key'],
  [/\b[a-z][a-z0-9+]*:\/\/[^\s:/@]+:[^\s/@]+@/i, 'a URL with a password'],
  [/\bAKIA[0-9A-Z]{16}\b/, 'an access key'],
  [/^[A-Za-z0-9+/]{43}=$/, '32 bytes of base64'],
];
const SECRET_NAME = /(PASSWORD|SECRET|TOKEN|CREDENTIAL|PRIVATE|_KEY|PASSPHRASE)/;
/** kept beside a secret, and no secret itself */
const IDENTIFIER = /_ID$/;
const PATH_NAME = /_(FILE|DIR|PATH|URL)$/;
const REMEDY = 'have an ExternalSecret fetch it, mount it, and name the file';

export const noSecretData: Policy = {
  name: 'no-secret-data',
  reason:
    'What stands in git or in a process environment is read by more people and programs than a secret bears.',
  find: (overlay) => [...secrets(overlay), ...configMaps(overlay), ...environments(overlay)],
};

function secrets(overlay: Overlay): Finding[] {
  return ofKind(overlay, 'Secret').map((object) => ({
    object: nameOf(object),
    where: object.stringData ? 'stringData' : 'data',
    what: 'a Secret is written down',
    remedy: REMEDY,
  }));
}

function configMaps(overlay: Overlay): Finding[] {
  return ofKind(overlay, 'ConfigMap').flatMap((object) =>
    Object.entries(object.data ?? {}).flatMap(([key, value]) => {
      const what = looksLike(key, value);
      return what ? [{ object: nameOf(object), where: `data.${key}`, what, remedy: REMEDY }] : [];
    }),
  );
}

function environments(overlay: Overlay): Finding[] {
  return workloads(overlay).flatMap((workload) =>
    containersOf(workload).flatMap(({ container, where }) => {
      const finding = (at: string, what: string) => ({
        object: nameOf(workload.object),
        where: `${where}.${at}`,
        what,
        remedy: REMEDY,
      });
      const values = (container.env ?? []).flatMap(({ name, value, valueFrom }, index) => {
        const at = `env[${index}]`;
        if (valueFrom?.secretKeyRef && !IDENTIFIER.test(name))
          return [finding(at, `${name} is a secret in the environment`)];
        const what = value === undefined ? undefined : looksLike(name, value);
        return what ? [finding(at, `${name} is ${what}`)] : [];
      });
      const whole = (container.envFrom ?? []).flatMap(({ secretRef }, index) =>
        secretRef ? [finding(`envFrom[${index}]`, 'a whole Secret is in the environment')] : [],
      );
      return [...values, ...whole];
    }),
  );
}

function looksLike(name: string, value: string): string | undefined {
  const found = SECRET_VALUES.find(([looks]) => looks.test(value));
  if (found) return found[1];
  const named = SECRET_NAME.test(name) && !PATH_NAME.test(name) && value !== '';
  return named ? 'what its name says is secret' : undefined;
}
