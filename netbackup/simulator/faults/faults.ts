import { duplicateAnswer, noAnswer, reorder, slowAnswer, strayAnswer } from './answers.ts';
import type { Fault } from './fault.ts';
import {
  emmDown,
  flapping,
  halfOpen,
  nbac,
  reconnectStorm,
  sharedToken,
  truststoreBroken,
  wrongToken,
} from './links.ts';
import { badJson, clockJump, late, oversize, resendStorm, shuffled, singleFrame } from './notifications.ts';

interface FaultEntry {
  readonly description: string;
  /** The unit and the default of N in `name=N`; absent for a fault without a number. */
  readonly amount?: readonly [unit: string, defaultAmount: number];
  make(amount: number): Fault;
}

/** Every fault by its name. */
export const FAULTS: Readonly<Record<string, FaultEntry>> = {
  'half-open': {
    description: 'the first connection stops responding, its socket stays open',
    amount: ['seconds', 30],
    make: halfOpen,
  },
  'slow-answer': {
    description: 'responses to commands are late',
    amount: ['seconds', 222],
    make: slowAnswer,
  },
  'no-answer': { description: 'commands run, but get no response', make: noAnswer },
  'duplicate-answer': { description: 'each response is sent twice', make: duplicateAnswer },
  'stray-answer': { description: 'sends additional responses without a request', make: strayAnswer },
  reorder: { description: 'of two responses the second is sent first', make: reorder },
  'resend-storm': {
    description: 'each notification message is sent many times',
    amount: ['times', 20],
    make: resendStorm,
  },
  late: {
    description: 'notifications are held back, and arrive together every N',
    amount: ['seconds', 60],
    make: late,
  },
  shuffled: {
    description: 'notifications are held back up to N, arrive in another order, and half of them twice',
    amount: ['seconds', 60],
    make: shuffled,
  },
  'single-frame': { description: 'large messages are one frame', make: singleFrame },
  oversize: {
    description: 'each notification message is padded',
    amount: ['kilobytes', 200],
    make: oversize,
  },
  'bad-json': { description: 'sends invalid JSON before each notification message', make: badJson },
  'wrong-token': { description: 'sends another token than that of the details', make: wrongToken },
  'shared-token': { description: 'all domains use the first one’s details', make: sharedToken },
  'clock-jump': {
    description: 'after a minute the primary’s clock jumps',
    amount: ['seconds', -3600],
    make: clockJump,
  },
  flapping: {
    description: 'every connection is cut and opened again immediately',
    amount: ['seconds', 5],
    make: flapping,
  },
  'reconnect-storm': {
    description: 'all domains reconnect at every full minute, each after a random wait up to N',
    amount: ['seconds', 0],
    make: reconnectStorm,
  },
  'truststore-broken': {
    description: 'NetBackup cannot store or remove certificates (ERR-13)',
    make: truststoreBroken,
  },
  'emm-down': {
    description: 'NetBackup cannot change (ERR-14) or list (ERR-15) its endpoints',
    make: emmDown,
  },
  nbac: { description: 'NetBackup cannot list its endpoints, because NBAC is on (ERR-16)', make: nbac },
};

/** Creates a fault from `name` or `name=N`. Throws an Error with the valid values. */
export function toFault(text: string): Fault {
  const [, name = '', number] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  const entry = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (!entry) throw new Error(`unknown fault "${name}"; expected one of ${Object.keys(FAULTS).join(', ')}`);
  if (number === undefined) return entry.make(entry.amount?.[1] ?? 0);
  if (!entry.amount) throw new Error(`the fault ${name} has no number`);
  const isNumber = /^-?\d+(\.\d+)?$/.test(number) && (name === 'clock-jump' || Number(number) >= 0);
  if (!isNumber) throw new Error(`the fault ${name} needs a number of ${entry.amount[0]}, not "${number}"`);
  return entry.make(Number(number));
}
