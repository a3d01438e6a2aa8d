/** Writes docs/api.md: docs/openapi.json for people. */

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}
type Content = Readonly<Record<string, { readonly example?: unknown; readonly examples?: object }>>;
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}
export interface ApiPageDocument {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const oneLine = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');

const typeOf = ({ type, enum: values, minimum, maximum }: Schema): string => {
  if (values) return values.map((value) => `\`${String(value)}\``).join(', ');
  const range = minimum !== undefined && maximum !== undefined ? `, ${minimum} to ${maximum}` : '';
  return `${[type ?? 'any'].flat().join(' or ')}${range}`;
};

const parameterRow = ({ name, in: place, required, description, schema }: Parameter): string => {
  const facts = [
    description ?? schema.description,
    schema.default === undefined ? undefined : `Default: \`${String(schema.default)}\`.`,
  ].filter((fact) => fact !== undefined);
  return `| \`${name}\` | ${place}${required ? ', required' : ''} | ${typeOf(schema)} | ${oneLine(facts.join(' '))} |`;
};

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;
const jsonBlock = (value: unknown): string => block('json', JSON.stringify(value, undefined, 2));

const exampleOf = (content: Content | undefined): string | undefined => {
  const json = content?.['application/json'];
  if (json) return jsonBlock(json.example);
  const text = content?.['text/plain']?.example;
  return text === undefined ? undefined : block('text', String(text).trim());
};

/** An API key and an access token need the same scope. */
const scopeOf = ({ security }: Operation): string => {
  const scopes = new Set(security.flatMap((one) => Object.values(one).flat()));
  return scopes.size === 0
    ? 'No API key.'
    : `Scope: ${[...scopes].map((scope) => `\`${scope}\``).join(' or ')}.`;
};

const errorsOf = ({ responses }: Operation): string => {
  const rows = Object.entries(responses).flatMap(([status, { content }]) => {
    const examples = content?.['application/problem+json']?.examples;
    return examples
      ? [
          `${status} ${Object.keys(examples)
            .map((code) => `\`${code}\``)
            .join(', ')}`,
        ]
      : [];
  });
  return `Errors: ${rows.join('; ')}.`;
};

const operationText = (method: string, path: string, operation: Operation): string => {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses)
    .filter(([status]) => !/^[45]/.test(status))
    .flatMap(([status, response]) => {
      const types = Object.keys(response.content ?? {}).filter((type) => type !== 'application/json');
      const others = types.length > 0 ? ` Also as ${types.map((type) => `\`${type}\``).join(', ')}.` : '';
      return [`**${status}** ${response.description}${others}`, exampleOf(response.content)];
    });
  return [
    `### ${summary}`,
    `\`${method.toUpperCase()} ${path}\` (\`${operationId}\`). ${scopeOf(operation)}`,
    description,
    parameters.length === 0
      ? undefined
      : ['| parameter | in | type | meaning |', '|---|---|---|---|', ...parameters.map(parameterRow)].join(
          '\n',
        ),
    ...(requestBody ? ['Body:', exampleOf(requestBody.content)] : []),
    ...answers,
    errorsOf(operation),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
};

/** Operations by tag, in the order of the document. */
export const apiPage = ({ info, tags, paths }: ApiPageDocument): string => {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  const sections = tags.map(({ name, description }) =>
    [
      `## ${name}`,
      description,
      ...operations
        .filter(({ operation }) => operation.tags[0] === name)
        .map(({ method, path, operation }) => operationText(method, path, operation)),
    ].join('\n\n'),
  );
  return `<!-- Generated from openapi.json: UPDATE_DOCS=1 npx jest test/unit/http/api-page.test.ts -->
<!-- markdownlint-disable line-length no-duplicate-heading -->
# The HTTP API

${info.description}

[openapi.json](openapi.json) has the same for programs, with the schemas; a deployment serves it as \`GET /v1/openapi.json\`.

${sections.join('\n\n')}
`;
};
