/** Alarms about the sweep and the HTTP API. */
import { type AlarmRow, LASTING, ONCE, REPEATED } from './alarm-row.ts';

export const operation: AlarmRow[] = [
  {
    id: 'SweepMissing',
    signal: { lambda: 'Invocations', of: 'sweep' },
    below: 1,
    ...LASTING,
    missingBreaches: true,
    meaning: 'The sweep does not run: no heartbeats, no deadlines of commands, no alarm about domains.',
  },
  {
    id: 'SweepFailing',
    signal: { logged: ['sweep/sweep-failed', 'sweep/command-not-swept', 'sweep/close-failed'] },
    above: 0,
    ...LASTING,
    meaning: 'The sweep repeatedly fails for some connections or commands.',
  },
  {
    id: 'ProblemsNotEvaluated',
    signal: { logged: ['sweep/problem-not-evaluated', 'project/problems-not-evaluated'] },
    above: 0,
    ...LASTING,
    meaning:
      'What is wrong with backups cannot be evaluated: problems may be missing, or be shown although they ended.',
  },
  {
    id: 'SweepOutOfTime',
    signal: { logged: ['sweep/sweep-out-of-time'] },
    above: 0,
    ...LASTING,
    meaning: 'The sweep does not finish within its time, so connections or commands are checked late.',
  },
  {
    id: 'RequestsFailing',
    // The metric 5xx would also count what NetBackup answered, and requests for a domain that is not connected.
    signal: {
      logged: [
        'api/request-failed',
        'command/request-failed',
        'command/batch-item-failed',
        'command/command-not-dispatched',
      ],
    },
    above: 0,
    ...REPEATED,
    meaning: 'Requests to the HTTP API fail with an internal error.',
  },
  {
    id: 'RequestsRejected',
    signal: { logged: ['api/requests-rejected', 'command/requests-rejected', 'console/requests-rejected'] },
    above: 300,
    ...LASTING,
    meaning:
      'More than 300 requests a minute have no valid key, or come from addresses that are not allowed.',
  },
  {
    id: 'AuditNotStored',
    signal: { logged: ['api/audit-not-stored', 'command/audit-not-stored'] },
    above: 0,
    ...ONCE,
    meaning: 'A change by an administrator could not be recorded. The log has it.',
  },
];
