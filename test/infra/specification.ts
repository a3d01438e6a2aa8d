/** Checks templates against the CloudFormation specification that AWS publishes. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, SpecDatabase, Resource as SpecResource } from '@aws-cdk/service-spec-types';
import type { Template } from './templates.ts';

let database: SpecDatabase | undefined;
const specification = (): SpecDatabase => {
  database ??= loadAwsServiceSpecSync();
  return database;
};

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** `{ "Ref": … }` or `{ "Fn::…": … }`: its value is known to CloudFormation only. */
const isIntrinsic = (value: unknown): value is Json =>
  isObject(value) && Object.keys(value).length === 1 && /^(Ref$|Fn::)/.test(Object.keys(value)[0] ?? '');

/** What the specification says about a type; undefined if it does not know it. */
export const specificationOf = (type: string): SpecResource | undefined =>
  specification().lookup('resource', 'cloudFormationType', 'equals', type)[0];

/** A member that CloudFormation would convert: `"5"` is accepted for a number. */
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  'date-time': (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

type Members = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;

/** What of a value does not match its type, as `path: problem`. */
function typeProblems(value: unknown, type: PropertyType, path: string): string[] {
  if (isIntrinsic(value)) return [];
  const scalar = SCALARS[type.type];
  if (scalar) return scalar(value) ? [] : [`${path}: not of type ${type.type}`];
  switch (type.type) {
    case 'json':
    case 'null':
      return [];
    case 'array':
      if (!Array.isArray(value)) return [`${path}: not an array`];
      return value.flatMap((element, at) => typeProblems(element, type.element, `${path}[${at}]`));
    case 'map':
      if (!isObject(value)) return [`${path}: not a map`];
      return Object.entries(value).flatMap(([key, one]) => typeProblems(one, type.element, `${path}.${key}`));
    case 'union': {
      // "Any JSON" beside an exact structure would accept everything. Beside a string it means a policy document.
      const structures = type.types.filter((one) => ['array', 'ref', 'map'].includes(one.type));
      const all = (structures.length > 0 ? structures : type.types).map((one) =>
        typeProblems(value, one, path),
      );
      return all.find((problems) => problems.length === 0) ?? all[0] ?? [];
    }
    case 'ref': {
      const { properties } = specification().get('typeDefinition', type.reference.$ref);
      return isObject(value) ? memberProblems(value, properties, path) : [`${path}: not an object`];
    }
    default:
      return [];
  }
}

function memberProblems(value: Json, members: Members, path: string): string[] {
  const missing = Object.entries(members)
    .filter(([name, { required }]) => required === true && !(name in value))
    .map(([name]) => `${path}.${name}: missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const known = members[name];
    return known ? typeProblems(member, known.type, `${path}.${name}`) : [`${path}.${name}: unknown`];
  });
  return [...missing, ...wrong];
}

/** Every `Fn::GetAtt` in a value. */
function attributesIn(value: unknown): [id: string, attribute: string][] {
  if (Array.isArray(value)) return value.flatMap(attributesIn);
  if (!isObject(value)) return [];
  const { 'Fn::GetAtt': found, ...others } = value;
  return [
    ...(Array.isArray(found) ? [found as [string, string]] : []),
    ...Object.values(others).flatMap(attributesIn),
  ];
}

/** What of a template CloudFormation does not know, as `logical id.property: problem`. */
export function specificationProblems(template: Template): string[] {
  const resources = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type === 'AWS::CDK::Metadata') return [];
    const known = specificationOf(Type);
    return known ? memberProblems(Properties, known.properties, id) : [`${id}: unknown type ${Type}`];
  });
  const attributes = attributesIn(template).flatMap(([id, attribute]) => {
    const known = specificationOf(template.Resources[id]?.Type ?? '');
    return known && !(attribute in known.attributes) ? [`${id} has no attribute ${attribute}`] : [];
  });
  return [...resources, ...attributes];
}
