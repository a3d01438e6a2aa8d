import { StartError } from '../errors.ts';
import { type Physical, resourceType } from './catalogue.ts';
import { physicalName } from './names.ts';
import type { Stack, TemplateResource } from './read.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A resource that exists: its condition, if any, holds. */
export interface Resource {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  /** As written in the template; {@link Resolver.properties} resolves them. */
  readonly raw: Json;
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
  readonly #physical = new Map<Resource, Physical>();
  readonly #addressOf: (resource: Resource) => string;

  constructor(stacks: readonly Stack[], addressOf: (resource: Resource) => string) {
    this.#stacks = stacks;
    this.#addressOf = addressOf;
    for (const stack of stacks) {
      for (const [logicalId, resource] of Object.entries(stack.template.Resources ?? {})) {
        if (this.#exists(stack, resource)) {
          const { Type: type, Properties: raw = {} } = resource;
          this.#byId.set(`${stack.name}/${logicalId}`, { stack, logicalId, type, raw });
        }
      }
    }
    this.resources = [...this.#byId.values()];
  }

  /** All properties of a resource, resolved. */
  properties<T>(resource: Resource): T {
    return this.resolve(resource.stack, resource.raw) as T;
  }

  /** What the resource is called, as `Ref` and `Fn::GetAtt` show it. */
  physical(resource: Resource): Physical {
    let physical = this.#physical.get(resource);
    if (!physical) {
      const { stack, type, logicalId } = resource;
      const { nameProperty } = resourceType(resource);
      const given = nameProperty && this.resolve(stack, resource.raw[nameProperty]);
      const name = given ? String(given) : physicalName(type, stack.name, logicalId);
      const address = () => this.#addressOf(resource);
      const property = (key: string) => String(this.resolve(stack, resource.raw[key]) ?? '');
      physical = { name, region: stack.region, account: stack.account, address, property };
      this.#physical.set(resource, physical);
    }
    return physical;
  }

  ref(resource: Resource): string {
    const { ref } = resourceType(resource);
    const physical = this.physical(resource);
    return ref ? ref(physical) : physical.name;
  }

  attribute(resource: Resource, name: string): string {
    const attribute = resourceType(resource).attributes?.[name];
    if (!attribute)
      throw new StartError(`${resource.logicalId} (${resource.type}) has no attribute ${name}.`);
    return attribute(this.physical(resource));
  }

  /** The outputs of one stack, resolved. */
  outputs(stack: Stack): Record<string, string> {
    const outputs = Object.entries(stack.template.Outputs ?? {}).filter(([, output]) =>
      this.#exists(stack, output),
    );
    return Object.fromEntries(outputs.map(([key, { Value }]) => [key, String(this.resolve(stack, Value))]));
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

  #exists(stack: Stack, item: { readonly Condition?: string } | TemplateResource): boolean {
    return item.Condition === undefined || this.#condition(stack, { Condition: item.Condition });
  }

  #intrinsic(stack: Stack, name: string, argument: unknown): unknown {
    const list = (): unknown[] => this.resolve(stack, argument) as unknown[];
    switch (name) {
      case 'Ref':
        return this.#ref(stack, String(argument));
      case 'Fn::GetAtt': {
        const [id = '', ...path] = Array.isArray(argument) ? argument : String(argument).split('.');
        return this.attribute(this.#find(stack, String(id)), path.join('.'));
      }
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]];
        return parts.join(separator);
      }
      case 'Fn::Sub':
        return this.#sub(stack, argument);
      case 'Fn::Select': {
        const [index, values] = list() as [number | string, unknown[]];
        return values[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string];
        return text.split(separator);
      }
      case 'Fn::If': {
        const [condition, yes, no] = argument as [string, unknown, unknown];
        return this.resolve(stack, this.#condition(stack, { Condition: condition }) ? yes : no);
      }
      case 'Fn::ImportValue':
        return this.#import(String(this.resolve(stack, argument)));
      case 'Fn::Base64':
        return Buffer.from(String(this.resolve(stack, argument))).toString('base64');
      case 'Fn::FindInMap': {
        const [map, first, second] = list() as [string, string, string];
        return stack.template.Mappings?.[map]?.[first]?.[second];
      }
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
      for (const output of Object.values(stack.template.Outputs ?? {})) {
        if (output.Export && this.resolve(stack, output.Export.Name) === name) {
          return this.resolve(stack, output.Value);
        }
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
    const each = (argument as unknown[] | undefined) ?? [];
    switch (name) {
      case 'Condition': {
        const named = stack.template.Conditions?.[String(argument)];
        if (!named) throw new StartError(`Stack ${stack.name} has no condition ${String(argument)}.`);
        return this.#condition(stack, named);
      }
      case 'Fn::Equals':
        return String(this.resolve(stack, each[0])) === String(this.resolve(stack, each[1]));
      case 'Fn::And':
        return each.every((part) => this.#condition(stack, part));
      case 'Fn::Or':
        return each.some((part) => this.#condition(stack, part));
      case 'Fn::Not':
        return !this.#condition(stack, each[0]);
      default:
        throw new StartError(
          `Stack ${stack.name} has a condition with ${name}, which is not evaluated here.`,
        );
    }
  }
}
