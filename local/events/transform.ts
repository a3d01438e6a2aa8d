import { StartError } from '../errors.ts';

/** The input transformer of a target, by the CloudFormation reference. */
export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

const PATH = /^\$(\.[A-Za-z0-9_/-]+)*$/;
const VARIABLE = /^<([A-Za-z0-9_.-]+)>/;

/** @throws StartError for paths other than `$.a.b`, and for variables that have no path */
export function checkTransformer(logicalId: string, { InputPathsMap = {}, InputTemplate }: InputTransformer) {
  const path = Object.values(InputPathsMap).find((one) => !PATH.test(one));
  const variable = [...InputTemplate.matchAll(/<([^<>]*)>/g)].find(
    ([, name = '']) => !(name in InputPathsMap),
  );
  const unknown = path ?? variable?.[0];
  if (unknown !== undefined)
    throw new StartError(
      `${logicalId} transforms its input by ${unknown}, which the local cloud does not support.`,
    );
}

/** The value at a path such as `$.detail.text`. */
export const valueAt = (event: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);

/** Replaces a variable: inside a text by a text without its quotation marks, elsewhere by the JSON of the value. */
const insideText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return JSON.stringify(text).slice(1, -1);
};

/**
 * The input of the target: an object or lines of text
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html). A variable whose path is not in the
 * event is left out. EventBridge does not say how it escapes values inside of texts: here they stay JSON.
 * @returns undefined if the result should be an object, and is not JSON
 */
export function transform(
  { InputPathsMap = {}, InputTemplate }: InputTransformer,
  event: unknown,
): string | undefined {
  let result = '';
  let isText = false;
  for (let at = 0; at < InputTemplate.length; ) {
    const [variable, name = ''] = VARIABLE.exec(InputTemplate.slice(at)) ?? [];
    const char = InputTemplate.charAt(at);
    if (variable !== undefined) {
      const value = valueAt(event, InputPathsMap[name] ?? '$');
      result += isText ? insideText(value) : (JSON.stringify(value) ?? '');
      at += variable.length;
    } else if (char === '\\') {
      result += InputTemplate.slice(at, at + 2);
      at += 2;
    } else {
      if (char === '"') isText = !isText;
      result += char;
      at += 1;
    }
  }
  return !InputTemplate.startsWith('{') || isJson(result) ? result : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
