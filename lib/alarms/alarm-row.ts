/** What the files of the table have in common. */
import type { AlarmFact } from '../alarm-fact.ts';

export const ONCE = { minutes: 1, of: 1 };
export const REPEATED = { minutes: 2, of: 5 };
export const LASTING = { minutes: 3, of: 5 };

/** An alarm whose section of the runbook has its name. */
export type AlarmRow = Omit<AlarmFact, 'group' | 'section'>;

const kebab = (id: string): string => id.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
export const grouped = (group: AlarmFact['group'], rows: readonly AlarmRow[]): AlarmFact[] =>
  rows.map((row) => ({ ...row, group, section: kebab(row.id) }));

export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
