/** Writes client/paths.ts: the types of docs/openapi.json in the shape that openapi-fetch reads. */

export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

const member = (name: string, isRequired: boolean, type: string): string =>
  `${/^\d+$/.test(name) ? name : JSON.stringify(name)}${isRequired ? '' : '?'}: ${type};`;

const objectType = ({ properties = {}, required = [], additionalProperties }: JsonSchema): string => {
  const members = Object.entries(properties).map(([name, schema]) =>
    member(name, required.includes(name), typeOf(schema)),
  );
  const others =
    typeof additionalProperties === 'object' ? `Record<string, ${typeOf(additionalProperties)}>` : '';
  const own = members.length > 0 ? `{ ${members.join(' ')} }` : '';
  return [own, others].filter((part) => part !== '').join(' & ') || 'Record<string, never>';
};

/** @throws Error for what the document of this API does not contain */
export const typeOf = (schema: JsonSchema): string => {
  const { $ref, enum: values, type, items, allOf, anyOf } = schema;
  if ($ref !== undefined) return `Schemas[${JSON.stringify($ref.split('/').at(-1))}]`;
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (allOf) return allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  if (anyOf) return anyOf.map((part) => `(${typeOf(part)})`).join(' | ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ');
  if (type === 'array') return `(${typeOf(items ?? {})})[]`;
  if (type === 'object') return objectType(schema);
  if (type === undefined) return 'unknown';
  const primitive = PRIMITIVES[String(type)];
  if (!primitive) throw new Error(`No type is known for the schema ${JSON.stringify(schema)}.`);
  return primitive;
};

const contentType = (content: Content): string =>
  `{ ${Object.entries(content)
    .map(([type, { schema }]) => member(type, true, typeOf(schema)))
    .join(' ')} }`;

const parametersType = (parameters: readonly Parameter[]): string => {
  const places = ['query', 'header', 'path'].map((place) => {
    const own = parameters.filter((one) => one.in === place);
    if (own.length === 0) return `${place}?: never;`;
    const members = own.map(({ name, required = false, schema }) => member(name, required, typeOf(schema)));
    return member(
      place,
      own.some(({ required }) => required),
      `{ ${members.join(' ')} }`,
    );
  });
  return `{ ${places.join(' ')} cookie?: never; }`;
};

const responseType = ([status, { content }]: [string, { readonly content?: Content }]): string =>
  member(status, true, `{ content: ${content ? contentType(content) : 'never'} }`);

const operationType = ({ parameters = [], requestBody, responses }: Operation): string => {
  const entries = Object.entries(responses);
  const isFailure = ([status, { content = {} }]: (typeof entries)[number]) =>
    /^[45]/.test(status) && 'application/problem+json' in content;
  const failures = entries.filter(isFailure);
  const schema = failures[0]?.[1].content?.['application/problem+json']?.schema ?? {};
  const body = requestBody
    ? member('requestBody', requestBody.required ?? false, `{ content: ${contentType(requestBody.content)} }`)
    : 'requestBody?: never;';
  const answers = entries.filter((one) => !isFailure(one)).map(responseType);
  const statuses = failures.map(([status]) => status).join(' | ');
  return `{ parameters: ${parametersType(parameters)}; ${body} responses: { ${answers.join(' ')} } & Failures<${statuses}, ${typeOf(schema)}>; }`;
};

const HEAD = `/** Generated from docs/openapi.json: UPDATE_DOCS=1 npx jest test/unit/http/client-types.test.ts. Do not edit. */

type Failures<Status extends number, Problem> = {
  [status in Status]: { content: { 'application/problem+json': Problem } };
};
`;

/** The text of the file, before it is formatted. */
export const clientTypes = ({ paths, components }: Document): string => {
  const schemas = Object.entries(components.schemas).map(([name, schema]) =>
    member(name, true, typeOf(schema)),
  );
  const items = Object.entries(paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(
      ([method, operation]) =>
        `/** ${operation.summary}. */\n${member(method, true, operationType(operation))}`,
    );
    return member(path, true, `{ ${operations.join('\n')} }`);
  });
  return `${HEAD}\nexport interface Schemas {\n${schemas.join('\n')}\n}\n\nexport interface Paths {\n${items.join('\n')}\n}\n`;
};
