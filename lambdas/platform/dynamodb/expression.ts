/**
 * DynamoDB expressions as tagged templates, with placeholders for all attribute names and values: many names are reserved by
 * DynamoDB (state, session, token, …).
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr } from '@aws-sdk/util-dynamodb';
import { omitUndefined } from '../omit-undefined.ts';

/** A document path such as `session.connectionId`. Dots separate names; no attribute name contains one. */
class Path {
  readonly names: readonly string[];
  constructor(path: string) {
    this.names = path.split('.');
  }
}
export const path = (text: string): Path => new Path(text);

/** Part of an expression: text with paths, values and other expressions in between. */
export class Expression {
  readonly texts: readonly string[];
  readonly parts: readonly unknown[];
  /** Inside another expression it is put in parentheses. */
  readonly isCompound: boolean;
  constructor(texts: readonly string[], parts: readonly unknown[], isCompound = false) {
    this.texts = texts;
    this.parts = parts;
    this.isCompound = isCompound;
  }
}

/** `when\`${path('state')} = ${'queued'}\`` */
export const when = (texts: TemplateStringsArray, ...parts: unknown[]): Expression =>
  new Expression(texts, parts);

const inParentheses = ({ texts, parts }: Expression) => new Expression(texts, parts, true);

/** Combines one or more conditions, each in parentheses. DynamoDB rejects redundant parentheses. */
const combined = (operator: 'AND' | 'OR', [first, ...others]: readonly Expression[]): Expression => {
  if (!first) throw new Error('At least one condition is required.');
  if (others.length === 0) return inParentheses(first);
  const operators = others.map(() => ` ${operator} `);
  return new Expression(['', ...operators, ''], [first, ...others].map(inParentheses), true);
};

export const allOf = (...conditions: readonly Expression[]): Expression => combined('AND', conditions);
export const anyOf = (...conditions: readonly Expression[]): Expression => combined('OR', conditions);

const isEmpty = (map: object): boolean => Object.keys(map).length === 0;

/** The condition that the attribute has one of these values, 1 to 100 of them. */
export const oneOf = (attribute: Path, values: readonly unknown[]): Expression =>
  new Expression(['', ' IN (', ...values.slice(1).map(() => ', '), ')'], [attribute, ...values]);

/** Names and values of one request, shared by its expressions. */
export class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};

  render(expression: Expression): string {
    return expression.texts.reduce((text, next, index) => {
      return text + this.#part(expression.parts[index - 1]) + next;
    });
  }

  path(path: Path): string {
    return path.names.map((name) => this.#name(name)).join('.');
  }

  value(value: unknown): string {
    const key = `:v${Object.keys(this.values).length}`;
    this.values[key] = convertToAttr(value, { removeUndefinedValues: true });
    return key;
  }

  /** The two maps for a request; DynamoDB rejects empty ones. */
  attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    return omitUndefined({
      ExpressionAttributeNames: isEmpty(this.names) ? undefined : this.names,
      ExpressionAttributeValues: isEmpty(this.values) ? undefined : this.values,
    });
  }

  #name(name: string): string {
    const known = Object.entries(this.names).find(([, text]) => text === name);
    if (known) return known[0];
    const key = `#n${Object.keys(this.names).length}`;
    this.names[key] = name;
    return key;
  }

  #part(part: unknown): string {
    if (part instanceof Path) return this.path(part);
    if (part instanceof Expression) return part.isCompound ? `(${this.render(part)})` : this.render(part);
    return this.value(part);
  }
}
