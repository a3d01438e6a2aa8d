import { duplicateAnswer, noAnswer, reorder, slowAnswer, strayAnswer } from './answers.ts';
import type { Fault } from './fault.ts';
import {
  emmDown,
  flapping,
  halfOpen,
  reconnectStorm,
  sharedToken,
  truststoreBroken,
  wrongToken,
} from './links.ts';
import { badJson, clockJump, oversize, resendStorm, singleFrame } from './notifications.ts';

interface FaultEntry {
  readonly description: string;
  /** What `name=N` counts, and N without it; absent: it takes none. */
  readonly takes?: readonly [unit: string, byDefault: number];
  make(amount: number): Fault;
}

/** Every fault by its name. */
export const FAULTS: Readonly<Record<string, FaultEntry>> = {
  'half-open': {
    description: 'the first connection goes silent, its socket stays',
    takes: ['seconds', 30],
    make: halfOpen,
  },
  'slow-answer': { description: 'answers to commands come late', takes: ['seconds', 222], make: slowAnswer },
  'no-answer': { description: 'commands run, no answer comes', make: noAnswer },
  'duplicate-answer': { description: 'each answer comes twice', make: duplicateAnswer },
  'stray-answer': { description: 'answers come that nobody asked for', make: strayAnswer },
  reorder: { description: 'of two answers the second comes first', make: reorder },
  'resend-storm': {
    description: 'each notification message comes many times',
    takes: ['times', 20],
    make: resendStorm,
  },
  'single-frame': { description: 'large messages are one frame', make: singleFrame },
  oversize: { description: 'each notification message is padded', takes: ['kilobytes', 200], make: oversize },
  'bad-json': { description: 'text that is no JSON comes before each notification message', make: badJson },
  'wrong-token': { description: 'the token is not the one that was handed over', make: wrongToken },
  'shared-token': { description: 'all domains use the first one’s details', make: sharedToken },
  'clock-jump': {
    description: 'after a minute the primary’s clock jumps',
    takes: ['seconds', -3600],
    make: clockJump,
  },
  flapping: {
    description: 'every connection is cut and made again at once',
    takes: ['seconds', 5],
    make: flapping,
  },
  'reconnect-storm': {
    description: 'all domains reconnect at every full minute, each after a random wait up to N',
    takes: ['seconds', 0],
    make: reconnectStorm,
  },
  'truststore-broken': {
    description: 'NetBackup cannot store or remove certificates (ERR-13)',
    make: truststoreBroken,
  },
  'emm-down': { description: 'NetBackup cannot list or change its endpoints (ERR-14)', make: emmDown },
};

/** Makes a fault from `name` or `name=N`. Throws an Error that says what would do. */
export function toFault(text: string): Fault {
  const [, name = '', amount] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  const entry = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (!entry) throw new Error(`no fault is called "${name}"; there are ${Object.keys(FAULTS).join(', ')}`);
  if (amount === undefined) return entry.make(entry.takes?.[1] ?? 0);
  if (!entry.takes) throw new Error(`the fault ${name} takes no number`);
  const isNumber = /^-?\d+(\.\d+)?$/.test(amount) && (name === 'clock-jump' || Number(amount) >= 0);
  if (!isNumber) throw new Error(`the fault ${name} takes a number of ${entry.takes[0]}, not "${amount}"`);
  return entry.make(Number(amount));
}
