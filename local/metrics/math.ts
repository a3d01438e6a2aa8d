import { StartError } from '../errors.ts';

/** The value of one minute; undefined when it is missing. */
export type Value = number | undefined;
type Evaluate = (read: (id: string) => Value) => Value;

const operators: Readonly<Record<string, (left: number, right: number) => Value>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  // CloudWatch has no data point where it would divide by zero.
  '/': (left, right) => (right === 0 ? undefined : left / right),
};

const TOKEN = /\s*(FILL\(\s*(\w+)\s*,\s*(\d+)\s*\)|\d+(?:\.\d+)?|[a-z]\w*|[-+*/()])/y;

/**
 * Compiles a metric math expression: numbers, ids of metrics, `+ - * /`, parentheses and `FILL(id, number)`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
 * @throws StartError for every other expression
 */
export function compile(expression: string, ids: readonly string[]): Evaluate {
  const refused = () =>
    new StartError(`The local cloud does not evaluate the metric math expression ${expression}.`);
  const tokens: RegExpMatchArray[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const token = TOKEN.exec(expression);
    if (!token) throw refused();
    tokens.push(token);
  }
  const next = (): string => tokens[0]?.[1] ?? '';
  const metric = (id: string): Evaluate => {
    if (!ids.includes(id)) throw refused();
    return (read) => read(id);
  };

  function factor(): Evaluate {
    const [, text = '', filled, fill] = tokens.shift() ?? [];
    if (filled !== undefined) {
      const inner = metric(filled);
      return (read) => inner(read) ?? Number(fill);
    }
    if (text === '(') {
      const inner = sum();
      if (tokens.shift()?.[1] !== ')') throw refused();
      return inner;
    }
    return /^\d/.test(text) ? () => Number(text) : metric(text);
  }

  const chain = (operand: () => Evaluate, allowed: readonly string[]) => (): Evaluate => {
    let result = operand();
    while (allowed.includes(next())) {
      const operator = operators[tokens.shift()?.[1] ?? ''] as (left: number, right: number) => Value;
      const [left, right] = [result, operand()];
      result = (read) => {
        const [a, b] = [left(read), right(read)];
        return a === undefined || b === undefined ? undefined : operator(a, b);
      };
    }
    return result;
  };
  const product = chain(factor, ['*', '/']);
  const sum = chain(product, ['+', '-']);

  const result = sum();
  if (tokens.length > 0) throw refused();
  return result;
}
