import type { JsonObject } from '#vc/data-model';

interface BodySchema {
  type?: string;
  properties?: object;
  additionalProperties?: unknown;
  unevaluatedProperties?: unknown;
  anyOf?: BodySchema[];
  oneOf?: BodySchema[];
}

/** The JSON body that each route of each service documents. @param services base URLs by name */
export async function documentedBodies(services: Readonly<Record<string, string>>) {
  const all = Object.entries(services).map(async ([service, url]) => {
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { requestBody?: { content: JsonObject } }>>;
    };
    return Object.entries(paths).flatMap(([template, operations]) =>
      Object.entries(operations).flatMap(([method, { requestBody }]) => {
        const media = requestBody?.content['application/json'] as
          | { schema: BodySchema }
          | undefined;
        return media === undefined ? [] : [{ service, template, method, body: media.schema }];
      }),
    );
  });
  return (await Promise.all(all)).flat();
}

/** Whether a body of this schema takes no member that it does not name. */
export function isClosed(schema: BodySchema): boolean {
  if (schema.additionalProperties === false || schema.unevaluatedProperties === false) return true;
  const members = schema.anyOf ?? schema.oneOf ?? [];
  return members.length > 0 && members.every(isClosed);
}
