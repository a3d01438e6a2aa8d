/** Alarms about the relay. */
import type { RelaySettings } from '../relay-settings.ts';
import { type AlarmRow, LASTING, REPEATED } from './alarm-row.ts';

/** The task reads its certificate once an hour. */
const OF_THREE_READINGS = { of: 180 };

/** Unless TLS ends at the balancer. */
const certificate: readonly AlarmRow[] = [
  {
    id: 'RelayCertificateExpiring',
    // The sweep warns too, but does not see the certificate of a private relay.
    signal: { logged: ['relay/certificate-expiring'] },
    above: 0,
    minutes: 1,
    ...OF_THREE_READINGS,
    meaning: 'The certificate of the relay expires within 14 days. Then no domain can connect to it.',
  },
  {
    id: 'RelayCertificateUnreadable',
    signal: { logged: ['relay/certificate-not-readable'] },
    above: 0,
    minutes: 2,
    ...OF_THREE_READINGS,
    meaning:
      'Tasks of the relay repeatedly cannot read their certificate. They use the one before; a new task has none.',
  },
];

export const relay = ({ tasks, certificate: { balancer } }: RelaySettings): AlarmRow[] => [
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
    meaning: `Tasks of the relay stop repeatedly, or do not start: fewer than ${tasks.min} were healthy.`,
  },
  {
    id: 'RelayMessagesUnanswered',
    signal: { logged: ['relay/message-unanswered'] },
    above: 0,
    ...REPEATED,
    isDown: true,
    meaning:
      'Functions failed for messages of NetBackup, also when the relay invoked them again. NetBackup sends notifications again.',
  },
  {
    id: 'RelayInvocationsFailing',
    // A single one is invoked again, and NetBackup does not notice.
    signal: { logged: ['relay/invocation-failed'] },
    above: 0,
    ...LASTING,
    meaning: 'Functions that the relay invokes fail, are throttled or time out.',
  },
  {
    id: 'RelayCallsFailing',
    signal: { logged: ['relay/management-request-failed', 'relay/task-silent'] },
    above: 0,
    ...LASTING,
    meaning: 'Calls of functions do not reach connections of the relay, so that commands are not sent.',
  },
  {
    id: 'RelayFull',
    signal: { logged: ['relay/connection-refused', 'relay/handshake-refused'] },
    above: 0,
    ...REPEATED,
    meaning: 'A task of the relay has as many connections as its memory allows, and refuses others.',
  },
  {
    id: 'RelayMemoryHigh',
    signal: { relay: 'MemoryUtilization', statistic: 'Maximum' },
    above: 85,
    ...LASTING,
    meaning:
      'A task of the relay uses more than 85 % of its memory. When it has none left, it is stopped with all its connections.',
  },
  ...(balancer === undefined ? certificate : []),
];
