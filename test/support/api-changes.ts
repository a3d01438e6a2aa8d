/** What a new version of the OpenAPI document breaks for clients of an older one. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}
interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}
type Content = Readonly<Record<string, Media>>;
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    schema?: Schema;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
export interface ApiDocument {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

export const operationsOf = ({ paths }: ApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

interface Member {
  readonly type: string;
  readonly required: boolean;
  readonly values: readonly unknown[];
}
type Members = Map<string, Member>;

/** The members of a schema by their places, such as `.items[].state`, with references and `allOf` resolved. */
const membersOf = (
  document: ApiDocument,
  schema: Schema = {},
  place = '',
  seen: readonly string[] = [],
): Members => {
  const { $ref } = schema;
  if ($ref !== undefined) {
    const name = $ref.split('/').at(-1) ?? '';
    return seen.includes(name)
      ? new Map()
      : membersOf(document, document.components.schemas[name], place, [...seen, name]);
  }
  const inner = (part: Schema, at: string): Members => membersOf(document, part, at, seen);
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])].flatMap((part) => [...inner(part, place)]);
  const items = schema.items ? [...inner(schema.items, `${place}[]`)] : [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, part]): [string, Member][] => {
    const at = `${place}.${name}`;
    const required = schema.required?.includes(name) ?? false;
    const type = [part.type ?? 'any'].flat().join('|');
    return [[at, { type, required, values: part.enum ?? [] }], ...inner(part, at)];
  });
  return new Map([...parts, ...items, ...own]);
};

const contentsOf = (content: Content = {}) =>
  Object.entries(content).map(([type, { schema }]) => [type, schema] as const);

/** Whether each of the types `narrow` is one of `wide`; both such as `string|array`. */
const covers = (wide: Member, narrow: Member): boolean =>
  narrow.type.split('|').every((type) => wide.type.split('|').includes(type));

/** @param direction `response`: what clients read; `request`: what they send. */
const memberChanges = (direction: 'request' | 'response', before: Members, after: Members): string[] => [
  ...[...before].flatMap(([place, old]) => {
    const now = after.get(place);
    if (!now) return [`${direction} ${place} is gone`];
    const isKept = direction === 'request' ? covers(now, old) : covers(old, now);
    if (!isKept) return [`${direction} ${place} is ${now.type}, not ${old.type}`];
    if (direction === 'response')
      return old.required && !now.required ? [`response ${place} can be missing`] : [];
    const lost = old.values.filter((value) => !now.values.includes(value));
    return [
      ...(now.required && !old.required ? [`request ${place} is required`] : []),
      ...(now.values.length > 0
        ? lost.map((value) => `request ${place} cannot be ${JSON.stringify(value)}`)
        : []),
    ];
  }),
  ...(direction === 'request'
    ? [...after].flatMap(([place, { required }]) =>
        required && !before.has(place) ? [`request ${place} is required`] : [],
      )
    : []),
];

const parametersOf = ({ parameters = [] }: Operation): Schema => ({
  properties: Object.fromEntries(parameters.map((one) => [`${one.in}:${one.name}`, one.schema ?? {}])),
  required: parameters.filter(({ required }) => required).map((one) => `${one.in}:${one.name}`),
});

/** Sentences such as `GET /v1/jobs: response .items[].state is gone`. New operations, members and choices break nothing. */
export const breakingChanges = (before: ApiDocument, after: ApiDocument): string[] => {
  const current = new Map(operationsOf(after).map(({ name, operation }) => [name, operation]));
  return operationsOf(before).flatMap(({ name, operation: old }) => {
    const now = current.get(name);
    if (!now) return [`${name}: is gone`];
    const changes = memberChanges(
      'request',
      membersOf(before, parametersOf(old)),
      membersOf(after, parametersOf(now)),
    );
    if (now.operationId !== old.operationId)
      changes.push(`operationId is ${now.operationId}, not ${old.operationId}`);
    if (now.requestBody?.required && !old.requestBody?.required) changes.push('request body is required');
    for (const [type, schema] of contentsOf(old.requestBody?.content))
      changes.push(
        ...memberChanges(
          'request',
          membersOf(before, schema),
          membersOf(after, now.requestBody?.content[type]?.schema),
        ),
      );
    for (const [status, { content }] of Object.entries(old.responses)) {
      // An error that no longer happens breaks nothing.
      if (!now.responses[status] && /^[45]/.test(status)) continue;
      if (!now.responses[status]) changes.push(`response ${status} is gone`);
      for (const [type, schema] of contentsOf(content)) {
        const members = membersOf(after, now.responses[status]?.content?.[type]?.schema);
        changes.push(...memberChanges('response', membersOf(before, schema), members));
      }
    }
    return changes.map((change) => `${name}: ${change}`);
  });
};
