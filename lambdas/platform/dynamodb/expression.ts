/**
 * DynamoDB expressions as tagged templates: attribute paths and values stand where they are used, and names that DynamoDB
 * reserves (state, session, token, …) can never break one.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr } from '@aws-sdk/util-dynamodb';

/** A document path such as `session.connectionId`. Dots separate names; no attribute of ours holds one. */
export class Path {
  readonly names: readonly string[];
  constructor(path: string) {
    this.names = path.split('.');
  }
}
export const path = (text: string): Path => new Path(text);

/** A piece of an expression: text with paths, values or further pieces in between. */
export class Expression {
  readonly texts: readonly string[];
  readonly parts: readonly unknown[];
  /** Inside another expression it stands in parentheses. */
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

/** Joins pieces, at least one, with a word in between, each in parentheses. DynamoDB refuses redundant ones. */
export const joined = (word: 'AND' | 'OR', [first, ...others]: readonly Expression[]): Expression => {
  if (!first) throw new Error('There is nothing to join.');
  if (others.length === 0) return inParentheses(first);
  const words = others.map(() => ` ${word} `);
  return new Expression(['', ...words, ''], [first, ...others].map(inParentheses), true);
};

/** The attribute has one of these values, 1 to 100 of them. */
export const oneOf = (attribute: Path, values: readonly unknown[]): Expression =>
  new Expression(['', ' IN (', ...values.slice(1).map(() => ', '), ')'], [attribute, ...values]);

/** Names and values of one request; several expressions of a request share it. */
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

  /** The two maps as a request takes them; DynamoDB refuses empty ones. */
  attributes(): {
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    return {
      ...(Object.keys(this.names).length > 0 ? { ExpressionAttributeNames: this.names } : {}),
      ...(Object.keys(this.values).length > 0 ? { ExpressionAttributeValues: this.values } : {}),
    };
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
