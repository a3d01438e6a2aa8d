import { StartError } from '../errors.ts';
import { resourceType } from './catalogue.ts';
import { physicalName } from './names.ts';
import type { Stack } from './read.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A resource that exists (its condition, if any, holds), as written in the template. */
export interface Resource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly raw: Json;
}

/** A resource with its properties resolved; `P` is their shape by the CloudFormation reference. */
export interface Resolved<P> {
  readonly stack: Stack;
  readonly logicalId: string;
  /** What `Ref` yields. */
  readonly ref: string;
  readonly name: string;
  /** Empty for a type that has none. */
  readonly arn: string;
  readonly properties: P;
}

/**
 * Resolves CloudFormation's intrinsic functions over all stacks of an assembly
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
 * `addressOf` gives the local URL of an API, which `Fn::GetAtt Api.ApiEndpoint` yields.
 */
export class Resolver {
  readonly resources: readonly Resource[];
  readonly #stacks: readonly Stack[];
  readonly #byId = new Map<string, Resource>();
  readonly #addressOf: (resource: Resource) => string;

  constructor(stacks: readonly Stack[], addressOf: (resource: Resource) => string) {
    this.#stacks = stacks;
    this.#addressOf = addressOf;
    for (const stack of stacks) {
      for (const [logicalId, resource] of Object.entries(stack.template.Resources ?? {})) {
        if (!this.#exists(stack, resource)) continue;
        const { Type: type, Properties: raw = {} } = resource;
        this.#byId.set(`${stack.name}/${logicalId}`, { stack, logicalId, type, raw });
      }
    }
    this.resources = [...this.#byId.values()];
  }

  /** All resources of these types. */
  all<P>(...types: readonly string[]): Resolved<P>[] {
    return this.resources
      .filter(({ type }) => types.includes(type))
      .map((resource) => ({
        stack: resource.stack,
        logicalId: resource.logicalId,
        ref: this.ref(resource),
        name: this.#fill(resource, '{name}'),
        arn: this.#fill(resource, '{arn}'),
        properties: this.resolve(resource.stack, resource.raw) as P,
      }));
  }

  ref(resource: Resource): string {
    return this.#fill(resource, resourceType(resource).ref ?? '{name}');
  }

  /** The outputs of one stack, resolved. */
  outputs(stack: Stack): [string, string][] {
    return Object.entries(stack.template.Outputs ?? {})
      .filter(([, output]) => this.#exists(stack, output))
      .map(([key, { Value }]) => [key, String(this.resolve(stack, Value))]);
  }

  /** Any template value without its intrinsics; `undefined` stands for AWS::NoValue. */
  resolve(stack: Stack, value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((element) => this.resolve(stack, element)).filter((element) => element !== undefined);
    }
    if (!isObject(value)) return value;
    const keys = Object.keys(value);
    const [key = ''] = keys;
    if (keys.length === 1 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.#intrinsic(stack, key, value[key]);
    }
    const entries = Object.entries(value).map(
      ([name, member]) => [name, this.resolve(stack, member)] as const,
    );
    return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
  }

  /** Fills the catalogue's placeholders. */
  #fill(resource: Resource, text: string): string {
    const { stack, type, logicalId, raw } = resource;
    const { region, account } = stack;
    const { nameProperty, arn } = resourceType(resource);
    const place = arn?.startsWith('iam:') ? `:${account}` : `${region}:${account}`;
    const parts: Record<string, () => unknown> = {
      arn: () => arn && this.#fill(resource, `arn:aws:${arn.replace(':', `:${place}:`)}`),
      name: () =>
        (nameProperty && this.resolve(stack, raw[nameProperty])) || physicalName(type, stack.name, logicalId),
      bus: () => {
        const bus = String(this.resolve(stack, raw['EventBusName']) ?? 'default').replace(
          /^.*event-bus\//,
          '',
        );
        return bus === 'default' ? '' : `${bus}/`;
      },
      region: () => region,
      account: () => account,
      address: () => this.#addressOf(resource),
    };
    return text.replace(/\{(\w+)\}/g, (_, part: string) => String(parts[part]?.() ?? ''));
  }

  #exists(stack: Stack, { Condition }: { readonly Condition?: string }): boolean {
    return Condition === undefined || this.#condition(stack, { Condition });
  }

  #intrinsic(stack: Stack, name: string, argument: unknown): unknown {
    const list = <T extends unknown[]>(): T => this.resolve(stack, argument) as T;
    switch (name) {
      case 'Ref':
        return this.#ref(stack, String(argument));
      case 'Fn::GetAtt': {
        const [id = '', ...path] = Array.isArray(argument) ? argument : String(argument).split('.');
        const resource = this.#find(stack, String(id));
        const known = { Arn: '{arn}', ...resourceType(resource).attributes }[path.join('.')];
        if (!known) throw new StartError(`${id} (${resource.type}) has no attribute ${path.join('.')}.`);
        return this.#fill(resource, known);
      }
      case 'Fn::Join': {
        const [separator, parts] = list<[string, unknown[]]>();
        return parts.join(separator);
      }
      case 'Fn::Sub':
        return this.#sub(stack, argument);
      case 'Fn::Select': {
        const [index, values] = list<[number | string, unknown[]]>();
        return values[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list<[string, string]>();
        return text.split(separator);
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, unknown, unknown];
        return this.resolve(stack, this.#condition(stack, { Condition: condition }) ? yes : no);
      }
      case 'Fn::ImportValue':
        return this.#import(String(this.resolve(stack, argument)));
      default:
        throw new StartError(`Stack ${stack.name} uses ${name}, which the local cloud does not evaluate.`);
    }
  }

  #ref(stack: Stack, id: string): unknown {
    const pseudo: Record<string, string | undefined> = {
      'AWS::Region': stack.region,
      'AWS::AccountId': stack.account,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/local`,
      'AWS::NoValue': undefined,
    };
    if (id in pseudo) return pseudo[id];
    const parameter = stack.template.Parameters?.[id];
    if (!parameter) return this.ref(this.#find(stack, id));
    if (parameter.Default === undefined || parameter.Type.startsWith('AWS::SSM::')) {
      throw new StartError(`Parameter ${id} of stack ${stack.name} has no value that is known here.`);
    }
    return parameter.Type === 'CommaDelimitedList' ? String(parameter.Default).split(',') : parameter.Default;
  }

  #sub(stack: Stack, argument: unknown): string {
    const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Json];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in variables) return String(this.resolve(stack, variables[name]));
      return String(this.#intrinsic(stack, name.includes('.') ? 'Fn::GetAtt' : 'Ref', name));
    });
  }

  #import(name: string): unknown {
    for (const stack of this.#stacks) {
      for (const { Export, Value } of Object.values(stack.template.Outputs ?? {})) {
        if (Export && this.resolve(stack, Export.Name) === name) return this.resolve(stack, Value);
      }
    }
    throw new StartError(`No stack of the assembly exports ${name}.`);
  }

  #find(stack: Stack, logicalId: string): Resource {
    const resource = this.#byId.get(`${stack.name}/${logicalId}`);
    if (!resource)
      throw new StartError(`Stack ${stack.name} refers to ${logicalId}, which it does not define.`);
    return resource;
  }

  #condition(stack: Stack, condition: unknown): boolean {
    const [name = '', argument] = Object.entries(condition as Json)[0] ?? [];
    const each = [argument].flat();
    const holds = (part: unknown) => this.#condition(stack, part);
    if (name === 'Condition') return holds(stack.template.Conditions?.[String(argument)] ?? {});
    if (name === 'Fn::Equals')
      return String(this.resolve(stack, each[0])) === String(this.resolve(stack, each[1]));
    if (name === 'Fn::And') return each.every(holds);
    if (name === 'Fn::Or') return each.some(holds);
    if (name === 'Fn::Not') return !holds(each[0]);
    throw new StartError(`Stack ${stack.name} has a condition "${name}", which is not evaluated here.`);
  }
}
