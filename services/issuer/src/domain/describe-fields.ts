import type { CredentialTypeEntry } from '#catalogue/catalogue';
import { codesOf, describeCode } from '#catalogue/render';
import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';

export type FieldDescription = ReturnType<typeof describeFields>[number];

/** The claims of a type as people see them, each with the codes it may have and what is inside of it. */
export function describeFields({ schema, fields, alwaysDisclosed }: CredentialTypeEntry) {
  const open = new Set(alwaysDisclosed);
  return propertiesOf(schema).map(({ property, ...described }) => ({
    ...described,
    sensitivity: fields[described.name]?.sensitivity ?? null,
    alwaysDisclosed: open.has(described.name),
    inside: propertiesOf(insideOf(property)).map(({ property: _property, ...inner }) => inner),
  }));
}

function propertiesOf(schema: JsonObject) {
  const { properties, required } = schema;
  const always = namesIn(required);
  const sometimes = conditionallyRequired(schema);
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([name, value]) => {
    const property = isJsonObject(value) ? value : {};
    return {
      name,
      label: textOf(property['title']),
      description: textOf(property['description']),
      required: always.has(name),
      requiredAtTimes: !always.has(name) && sometimes.has(name),
      codes: codesOf(property).map((code) => ({ code, label: describeCode(code) })),
      property,
    };
  });
}

/** What an object has, or each object of a list. */
function insideOf(property: JsonObject): JsonObject {
  return isJsonObject(property['items']) ? property['items'] : property;
}

/** Names that a `then` or `else` demands, beside what is always demanded. */
function conditionallyRequired({ then, else: otherwise, allOf }: JsonObject): Set<string> {
  const branches = [then, otherwise].filter((branch) => isJsonObject(branch));
  const parts = (Array.isArray(allOf) ? allOf : []).filter((part) => isJsonObject(part));
  return new Set([
    ...branches.flatMap(({ required }) => [...namesIn(required)]),
    ...parts.flatMap((part) => [...conditionallyRequired(part)]),
  ]);
}

/** What holds between fields, in the sentences that the schema's conditions bring along. */
export function describeRules({ properties: _fields, ...conditions }: JsonObject): string[] {
  return sentencesIn(Object.values(conditions));
}

function sentencesIn(values: (JsonValue | undefined)[]): string[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return sentencesIn(value);
    if (!isJsonObject(value)) return [];
    const { description, ...rest } = value;
    const sentence = textOf(description);
    return [...(sentence === '' ? [] : [sentence]), ...sentencesIn(Object.values(rest))];
  });
}

function namesIn(required: JsonValue | undefined): Set<string> {
  const names = Array.isArray(required) ? required : [];
  return new Set(names.filter((name) => typeof name === 'string'));
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
