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
  constructor(texts: readonly string[], parts: readonly unknown[]) {
    this.texts = texts;
    this.parts = parts;
  }
}

/** `when\`${path('state')} = ${'queued'}\`` */
export const when = (texts: TemplateStringsArray, ...parts: unknown[]): Expression =>
  new Expression(texts, parts);

/** Joins pieces, at least one, with a word in between, each and all in parentheses. */
export const joined = (word: 'AND' | 'OR', pieces: readonly Expression[]): Expression =>
  pieces.length === 1
    ? // DynamoDB refuses redundant parentheses.
      new Expression(['(', ')'], pieces)
    : new Expression(['((', ...pieces.slice(1).map(() => `) ${word} (`), '))'], pieces);

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
    if (part instanceof Expression) return this.render(part);
    return this.value(part);
  }
}
