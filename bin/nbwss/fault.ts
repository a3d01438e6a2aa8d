import { type FaultRule, faultKinds } from '../../local/faults.ts';

const WORDS = ['function', 'service', 'action', 'resource', 'when', 'do', 'error'];
const NUMBERS = ['nth', 'count', 'chance', 'ms'];

/**
 * Reads a fault as `--fault` takes it: `function=notify,service=dynamodb,action=PutItem,nth=2,when=after,do=kill`.
 * @throws Error that names what is wrong.
 */
export function parseFault(text: string): FaultRule {
  const rule: Record<string, string | number> = {};
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=');
    if (WORDS.includes(key) && value) rule[key] = value;
    else if (NUMBERS.includes(key) && value && Number(value) >= 0) rule[key] = Number(value);
    else
      throw new Error(`"${part}" is not a part of a fault; parts are ${[...WORDS, ...NUMBERS].join(', ')}.`);
  }
  if (!faultKinds.some((kind) => kind === rule['do']))
    throw new Error(`A fault says do=${faultKinds.join('|')}.`);
  if (!/^(before|after)$/.test(String(rule['when'] ?? 'before'))) throw new Error('when is before or after.');
  return rule as unknown as FaultRule;
}
