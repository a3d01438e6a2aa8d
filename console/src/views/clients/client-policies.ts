/** Clients under their policies: the age of the last good backup, and the target. Pure. */
import type { Tone } from '../../components/tone.ts';
import { HOUR_MS } from '../../format/milliseconds.ts';
import type { History } from './strip.ts';

/** A history as the API has it. */
export interface ClientHistory extends History {
  readonly clientName: string;
  readonly policyName: string;
  readonly successRate?: number;
  readonly longestGapDays: number;
  readonly consecutiveFailures: number;
}
export interface Target {
  readonly clientName: string;
  readonly policyName: string;
  readonly retired?: true;
  readonly targetHours?: number;
  readonly from?: string;
  readonly lastGoodAt?: string;
  readonly dueAt?: string;
}

export interface ClientPolicy {
  readonly groupId: string;
  readonly clientName: string;
  readonly policyName: string;
  readonly history?: ClientHistory;
  /** Undefined: no backups are expected, because the pair is retired. */
  readonly target?: Target;
}

const clientPolicyKey = ({ clientName, policyName }: { clientName: string; policyName: string }): string =>
  JSON.stringify([clientName, policyName]);

export const clientPoliciesOf = (
  groupId: string,
  histories: readonly ClientHistory[],
  targets: readonly Target[],
): readonly ClientPolicy[] => {
  const byKey = new Map<string, ClientPolicy>();
  for (const history of histories) {
    const { clientName, policyName } = history;
    byKey.set(clientPolicyKey(history), { groupId, clientName, policyName, history });
  }
  for (const target of targets) {
    const { clientName, policyName } = target;
    const known = byKey.get(clientPolicyKey(target)) ?? { groupId, clientName, policyName };
    byKey.set(clientPolicyKey(target), { ...known, target });
  }
  return [...byKey.values()];
};

/** `beyond`: no good backup in time. `never`: there never was one. `retired`: none is expected. */
export type State = 'beyond' | 'never' | 'within' | 'retired';

/** @param now epoch milliseconds */
export const stateOf = ({ target }: ClientPolicy, now: number): State => {
  if (target === undefined || target.retired) return 'retired';
  if (target.dueAt !== undefined && Date.parse(target.dueAt) < now) return 'beyond';
  return target.lastGoodAt === undefined ? 'never' : 'within';
};

const TONES: Readonly<Record<State, Tone>> = {
  beyond: 'critical',
  never: 'warning',
  within: 'good',
  retired: 'quiet',
};
export const toneOf = (state: State): Tone => TONES[state];

const ORDER: Readonly<Record<State, number>> = { beyond: 0, never: 1, within: 2, retired: 3 };

/** Clients beyond their target first; then the oldest last good backup first. */
export const oldestFirst = (
  clientPolicies: readonly ClientPolicy[],
  now: number,
): readonly ClientPolicy[] => {
  const keyOf = (one: ClientPolicy) => ({
    one,
    order: ORDER[stateOf(one, now)],
    at: one.target?.lastGoodAt ?? '',
    name: `${one.groupId}/${one.clientName}/${one.policyName}`,
  });
  return clientPolicies
    .map(keyOf)
    .sort((a, b) => a.order - b.order || (a.at < b.at ? -1 : a.at > b.at ? 1 : a.name < b.name ? -1 : 1))
    .map(({ one }) => one);
};

/** Whether a client or policy contains the text, in any letter case. */
export const matches = ({ clientName, policyName }: ClientPolicy, text: string): boolean =>
  `${clientName}\n${policyName}`.toLowerCase().includes(text.toLowerCase());

/** Hours since the last good backup; undefined without one. @param now epoch milliseconds */
export const ageHours = ({ target }: ClientPolicy, now: number): number | undefined =>
  target?.lastGoodAt === undefined ? undefined : Math.max(0, now - Date.parse(target.lastGoodAt)) / HOUR_MS;
