import { type FaultRule, faultKinds } from '../../local/faults.ts';

const TEXT_KEYS = ['function', 'service', 'action', 'resource', 'when', 'do', 'error'];
const NUMBER_KEYS = ['nth', 'count', 'chance', 'ms'];

/**
 * Parses a `--fault` rule: `function=notify,service=dynamodb,action=PutItem,nth=2,when=after,do=kill`.
 * @throws Error that names the invalid part
 */
export function parseFault(text: string): FaultRule {
  const rule: Record<string, string | number> = {};
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=');
    if (TEXT_KEYS.includes(key) && value) rule[key] = value;
    else if (NUMBER_KEYS.includes(key) && value && Number(value) >= 0) rule[key] = Number(value);
    else throw new Error(`"${part}" is not valid. Valid keys: ${[...TEXT_KEYS, ...NUMBER_KEYS].join(', ')}.`);
  }
  if (!faultKinds.some((kind) => kind === rule['do']))
    throw new Error(`A fault needs do=${faultKinds.join('|')}.`);
  if (!/^(before|after)$/.test(String(rule['when'] ?? 'before'))) throw new Error('Use when=before|after.');
  return rule as unknown as FaultRule;
}
