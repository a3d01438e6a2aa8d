/** What the sweep looks for in groups and API keys. */
import { tooLargeCheck } from '../connections/too-large.ts';
import { expiringTokenCheck } from '../endpoints/expiring-token.ts';
import { disconnectedCheck } from '../groups/disconnected.ts';
import { refusedCredentialCheck } from '../groups/refused-credential.ts';
import type { ReviewSweepContext } from '../groups/review/sweep-reviews.ts';
import type { ExpiringKeysContext } from '../http/keys/expiring-keys.ts';
import { quarantinedCheck } from '../notifications/quarantined.ts';
import { silenceCheck } from '../notifications/silence.ts';
import { requiredNumber } from '../platform/environment.ts';
import type { Log } from '../platform/logger.ts';
import { openSubjects } from '../problems/open-subjects.ts';
import { createReconcile } from '../problems/reconcile.ts';
import { stuckJobsCheck } from '../reports/stuck-jobs.ts';
import {
  backupsStore,
  clock,
  endpointsStore,
  groupsStore,
  jobsStore,
  journalStore,
  keysStore,
  problemsContext,
  quarantineStore,
} from './dependencies.ts';

/** For the function that reviews groups, and looks at API keys and the certificate. */
export const reviewContext = (log: Log): ReviewSweepContext & ExpiringKeysContext => {
  const problems = problemsContext(log);
  const groups = groupsStore();
  const journal = journalStore();
  return {
    reconcile: createReconcile(problems),
    openSubjects: openSubjects(problems.problems),
    checks: [
      disconnectedCheck({ clock, disconnectedMinutes: requiredNumber('DISCONNECTED_MINUTES') }),
      tooLargeCheck({ groups, lastNotification: (groupId) => journal.lastArrival(groupId) }),
      refusedCredentialCheck,
      expiringTokenCheck({
        endpoints: endpointsStore(),
        clock,
        warningDays: requiredNumber('TOKEN_WARNING_DAYS'),
      }),
      quarantinedCheck({
        quarantine: quarantineStore(),
        clock,
        retentionDays: requiredNumber('VIEW_RETENTION_DAYS'),
      }),
      silenceCheck({ journal, clock }),
      stuckJobsCheck({ jobs: jobsStore(), backups: backupsStore(), clock }),
    ],
    groups,
    keys: keysStore(),
    clock,
    log,
  };
};
