/** Alarms about what notifications become: jobs, images and events. */
import { type AlarmRow, LASTING, ONCE, REPEATED } from './alarm-row.ts';

export const reports: AlarmRow[] = [
  {
    id: 'FailedBatches',
    signal: { stream: 'OnFailureDestinationDeliveredEventCount' },
    above: 0,
    ...ONCE,
    meaning: 'Notifications were stored, but could not be applied for 20 hours. They wait for a redrive.',
  },
  {
    id: 'FailedBatchesLost',
    signal: { stream: 'DroppedEventCount' },
    above: 0,
    ...ONCE,
    meaning:
      'Notifications were stored, but could neither be applied nor kept for a redrive. The journal has them.',
  },
  {
    id: 'MessagesNotApplicable',
    signal: { logged: ['project/message-not-applicable'] },
    above: 0,
    ...ONCE,
    meaning: 'Notifications fail each time that they are applied. They are in the quarantine.',
  },
  {
    id: 'MessagesNotQuarantined',
    signal: { logged: ['project/message-not-quarantined'] },
    above: 0,
    ...LASTING,
    meaning: 'Notifications that cannot be applied cannot be quarantined either. They are tried again.',
  },
  {
    id: 'ProjectionFailing',
    signal: { logged: ['project/projection-failed'] },
    above: 0,
    ...LASTING,
    meaning:
      'Stored notifications cannot be applied to jobs and images, or their events cannot be published.',
  },
  {
    id: 'ProjectionLate',
    signal: { streamAgeOf: 'project' },
    above: 5 * 60_000,
    ...LASTING,
    meaning: 'Jobs and images are more than five minutes behind. The stream keeps its records for a day.',
  },
  {
    id: 'EventsNotPublished',
    signal: {
      logged: [
        'session/event-not-published',
        'respond/event-not-published',
        'sweep/event-not-published',
        'command/event-not-published',
        'api/event-not-published',
      ],
    },
    above: 0,
    ...REPEATED,
    meaning: 'The bus does not accept events about connections, tokens or commands.',
  },
];

/** As long as events wait: a receiver refused them (400 to 499), or did not work for a day. */
export const alerts: AlarmRow[] = [
  {
    id: 'AlertsNotDelivered',
    signal: { deadLetters: 'alerts' },
    above: 0,
    ...ONCE,
    meaning: 'An alert about a problem was not delivered: its receiver refused it, or failed for a day.',
  },
];
