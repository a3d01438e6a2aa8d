/** Texts that a component shows and that are written in it, instead of beside their translation. */
import { parseSync } from '@swc/core';

/** Attributes that people read or hear. */
const ATTRIBUTES = new Set([
  'title',
  'label',
  'alt',
  'placeholder',
  'empty',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
]);
/** Functions that show or say their first argument. */
const FUNCTIONS = new Set(['announce', 'alert', 'confirm']);
/** Two letters in a row are a word; signs and units are not. */
const WORD = /\p{L}{2}/u;

interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [name: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The texts that an expression can be: its own, and those of its branches. */
const textsOf = (expression: unknown): string[] => {
  if (!isNode(expression)) return [];
  const { type } = expression;
  if (type === 'StringLiteral' || type === 'JSXText') return [String(expression.value)];
  if (type === 'TemplateLiteral')
    return (expression['quasis'] as Node[]).map((part) => String(part['cooked'] ?? part['raw']));
  if (type === 'ConditionalExpression')
    return [...textsOf(expression['consequent']), ...textsOf(expression['alternate'])];
  if (type === 'BinaryExpression' && ['&&', '||', '??'].includes(String(expression['operator'])))
    return textsOf(expression['right']);
  if (type === 'ParenthesisExpression' || type === 'JSXExpressionContainer')
    return textsOf(expression['expression']);
  return [];
};

const nameOf = (node: unknown): string => {
  if (!isNode(node)) return '';
  if (node.type === 'JSXNamespacedName') return `${nameOf(node['namespace'])}:${nameOf(node['name'])}`;
  return String(node.value ?? '');
};

const ownTexts = (node: Node): string[] => {
  if (node.type === 'JSXElement' || node.type === 'JSXFragment')
    return (node['children'] as unknown[]).flatMap(textsOf);
  if (node.type === 'JSXAttribute') return ATTRIBUTES.has(nameOf(node['name'])) ? textsOf(node.value) : [];
  if (node.type === 'CallExpression' && FUNCTIONS.has(nameOf(node['callee'])))
    return (node['arguments'] as Node[]).slice(0, 1).flatMap((argument) => textsOf(argument['expression']));
  return [];
};

const visit = (node: unknown): string[] => {
  if (Array.isArray(node)) return node.flatMap(visit);
  if (!isNode(node)) return [];
  return [...ownTexts(node), ...Object.values(node).flatMap(visit)];
};

/** @param source of a `.tsx` file */
export const literalTexts = (source: string): string[] =>
  visit(parseSync(source, { syntax: 'typescript', tsx: true }).body)
    .map((text) => text.trim())
    .filter((text) => WORD.test(text));
