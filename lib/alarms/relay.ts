/** Alarms about the relay. */
import type { RelaySettings } from '../relay-settings.ts';
import { LASTING, type Part, REPEATED } from './part.ts';

export const relay = ({ tasks }: RelaySettings): Part[] => [
  {
    id: 'RelayDown',
    signal: { relay: 'HealthyHostCount', statistic: 'Maximum' },
    below: 1,
    ...REPEATED,
    missingBreaches: true,
    isDown: true,
    meaning: 'The relay has no healthy task: no domain can connect to it.',
  },
  {
    id: 'RelayTasksStopping',
    // A deployment starts a task before it stops one, so that the number does not fall.
    signal: { relay: 'HealthyHostCount', statistic: 'Minimum' },
    below: tasks.min,
    minutes: 3,
    of: 30,
    meaning:
      'Tasks of the relay stop repeatedly, or do not start: there were fewer healthy ones than `tasks.min`.',
  },
  {
    id: 'RelayMemoryHigh',
    signal: { relay: 'MemoryUtilization', statistic: 'Maximum' },
    above: 85,
    ...LASTING,
    meaning:
      'A task of the relay uses more than 85 % of its memory. Without any it is stopped, with its connections.',
  },
  {
    id: 'RelayMessagesUnanswered',
    signal: { logged: ['relay/message-unanswered'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning:
      'The functions answered messages of NetBackup neither at once nor when they were invoked again. NetBackup sends notifications again.',
  },
  {
    id: 'RelayInvocationsFailing',
    // One that succeeds when it is tried again is harmless.
    signal: { logged: ['relay/invocation-failed'] },
    above: 0,
    ...LASTING,
    meaning: 'Invocations of functions by the relay fail repeatedly: errors, throttles or time-outs.',
  },
];
