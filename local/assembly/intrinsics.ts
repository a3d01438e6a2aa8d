import { createHash } from 'node:crypto';
import { StartError } from '../errors.ts';
import { attributes, nameProperty } from './catalogue.ts';
import type { Stack } from './read.ts';
import { type Secrets, withSecrets } from './secrets.ts';

/** A resource as written in the template. */
export interface Resource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** A resource with its properties resolved; `P` is their shape by the CloudFormation reference. */
export interface Resolved<P> extends Resource {
  /** The value of `Ref`. */
  readonly ref: string;
  readonly name: string;
  /** Empty for a type that has none. */
  readonly arn: string;
  readonly properties: P;
}

type StackOutput = Readonly<Record<'StackName' | 'OutputName', string>>;

export const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/**
 * Resolves CloudFormation's intrinsic functions over all stacks of an assembly
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
 * `addressOf` gives the local URL of an API, which `Fn::GetAtt Api.ApiEndpoint` yields; `secrets` those of dynamic references.
 */
export class Resolver {
  readonly resources: readonly Resource[];
  readonly #stacks: readonly Stack[];
  readonly #addressOf: (resource: Resource) => string;
  readonly #secrets: Secrets;

  constructor(stacks: readonly Stack[], addressOf: (resource: Resource) => string, secrets: Secrets = {}) {
    this.#stacks = stacks;
    this.#addressOf = addressOf;
    this.#secrets = secrets;
    this.resources = stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources ?? {}).map(([logicalId, { Type, Properties = {} }]) => {
        return { stack, logicalId, type: Type, raw: Properties };
      }),
    );
  }

  /** All resources of a type. */
  all<P>(type: string): Resolved<P>[] {
    const ofType = this.resources.filter((resource) => resource.type === type);
    return ofType.map((resource) => ({
      ...resource,
      ref: this.ref(resource),
      name: this.#fill(resource, '{name}'),
      arn: this.#fill(resource, attributes[`${type}.Arn`] ?? ''),
      properties: this.resolve(resource.stack, resource.raw) as P,
    }));
  }

  ref(resource: Resource): string {
    return this.#fill(resource, attributes[`${resource.type}.Ref`] ?? '{name}');
  }

  /** The value of `Fn::GetAtt`. */
  attribute({ stack, logicalId }: Resource, name: string): string {
    return this.#reference(stack, logicalId, name);
  }

  /** A value of a template with its intrinsic functions evaluated. */
  resolve(stack: Stack, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((element) => this.resolve(stack, element));
    if (typeof value === 'string') return withSecrets(value, this.#secrets);
    if (typeof value !== 'object' || value === null) return value;
    const resolved = mapValues({ ...value }, (member: unknown) => this.resolve(stack, member));
    const [[name, argument] = ['', undefined], ...others] = Object.entries(resolved);
    if (others.length > 0 || !/^(Ref$|Fn::)/.test(name)) return resolved;

    const [first, second] = [argument].flat() as [string, string[]?];
    if (name === 'Ref') return this.#reference(stack, first);
    if (name === 'Fn::GetAtt') return this.#reference(stack, first, String(second));
    if (name === 'Fn::Join') return second?.join(first);
    if (name === 'Fn::Select') return second?.[Number(first)];
    if (name === 'Fn::Split') return String(second).split(first);
    if (name === 'Fn::Sub' && second === undefined) return this.#substituted(stack, first);
    if (name === 'Fn::ImportValue') return this.#imported(first);
    if (name === 'Fn::GetAZs') return ['a', 'b', 'c'].map((zone) => `${first || stack.region}${zone}`);
    if (name === 'Fn::GetStackOutput') return this.#outputOf(argument as StackOutput);
    throw new StartError(`Stack ${stack.name} uses ${name}, which the local cloud does not evaluate.`);
  }

  /** The value of a pseudo parameter, a resource, or an attribute of it. */
  #reference(stack: Stack, id: string, attribute?: string): string {
    if (id === 'AWS::Region') return stack.region;
    if (id === 'AWS::AccountId') return stack.account;
    if (id === 'AWS::Partition') return 'aws';
    if (id === 'AWS::URLSuffix') return 'amazonaws.com';
    const resource = this.resources.find((one) => one.stack === stack && one.logicalId === id);
    if (!resource)
      throw new StartError(`Stack ${stack.name} refers to ${id}, which is not one of its resources.`);
    if (attribute === undefined) return this.ref(resource);
    const text = attributes[`${resource.type}.${attribute}`];
    if (text === undefined) throw new StartError(`${id} (${resource.type}) has no attribute ${attribute}.`);
    return this.#fill(resource, text);
  }

  #substituted(stack: Stack, text: string): string {
    const place = /\$\{([^.}]+)(?:\.([^}]+))?\}/g;
    return text.replace(place, (_, id: string, attribute?: string) => this.#reference(stack, id, attribute));
  }

  /** A weak reference to the output itself, not to its export. */
  #outputOf({ StackName, OutputName }: StackOutput): unknown {
    const stack = this.#stacks.find(({ name }) => name === StackName);
    const output = stack?.template.Outputs?.[OutputName];
    if (stack && output) return this.resolve(stack, output.Value);
    throw new StartError(`The stack ${StackName} has no output ${OutputName}.`);
  }

  #imported(name: string): unknown {
    for (const stack of this.#stacks) {
      for (const { Export, Value } of Object.values(stack.template.Outputs ?? {})) {
        if (Export && this.resolve(stack, Export.Name) === name) return this.resolve(stack, Value);
      }
    }
    throw new StartError(`No stack of the assembly exports ${name}.`);
  }

  /** Replaces the catalogue's `{name}`, `{region}` and so on by the values of the resource. */
  #fill(resource: Resource, text: string): string {
    const { stack, type, raw } = resource;
    const bus = this.resolve(stack, raw['EventBusName']);
    const parts: Readonly<Record<string, unknown>> = {
      ...stack,
      name: this.resolve(stack, raw[nameProperty(type)]) ?? generatedName(resource),
      // Only known when all ports are bound.
      ...(text.includes('{address}') && { address: this.#addressOf(resource) }),
      hash: hashOf(resource).slice(0, 17),
      bus: bus ? `${bus}/` : '',
      // The attribute of a Lambda alias.
      function: this.resolve(stack, raw['FunctionName']),
      alias: raw['Name'],
    };
    return text.replace(/\{(\w+)\}/g, (_, part) => String(parts[part]));
  }
}

/**
 * Replaces the name that CloudFormation would generate: the same for a stack and logical id at every start, so that stored
 * data still belongs to its table. APIs and keys have ids of another form.
 */
function generatedName(resource: Resource): string {
  const { type, stack, logicalId } = resource;
  const hash = hashOf(resource);
  if (type.startsWith('AWS::ApiGatewayV2::')) return hash.slice(0, 10);
  if (type === 'AWS::KMS::Key') return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  // 64 characters is the smallest limit (functions, roles, buses).
  const name = `${`${stack.name}-${logicalId}`.slice(0, 50)}-${hash.slice(0, 12).toUpperCase()}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

const hashOf = ({ type, stack, logicalId }: Resource): string =>
  createHash('sha256').update([type, stack.name, logicalId].join('/')).digest('hex');
