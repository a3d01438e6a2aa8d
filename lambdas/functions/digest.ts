/** The function that sends the daily digests. Schedules start it, each with the settings of its digest. */
import { DIGEST_HOURS } from '../digest/digest.ts';
import { DigestsStore } from '../digest/digests-store.ts';
import { type DigestContext, sendDigest } from '../digest/send-digest.ts';
import type { DigestEvent } from '../digest/settings.ts';
import type { VerdictRule } from '../groups/backup-rules.ts';
import { optionalJson, required, requiredNumber } from '../platform/environment.ts';
import { createLog } from '../platform/logger.ts';
import { ses } from '../platform/mailer.ts';
import { readSummary } from '../reports/summary/summary-reader.ts';
import {
  backupsStore,
  clock,
  dynamodb,
  groupsStore,
  jobsStore,
  journalStore,
  muteRulesStore,
  problemsStore,
} from './dependencies.ts';

const log = createLog('digest');
const reports = {
  jobs: jobsStore(),
  backups: backupsStore(),
  journal: journalStore(),
  verdicts: optionalJson<readonly VerdictRule[]>('VERDICTS') ?? [],
  clock,
};
const context: DigestContext = {
  groups: groupsStore(),
  readSummary: (group) => readSummary(reports, group, DIGEST_HOURS),
  digests: new DigestsStore(dynamodb, required('OVERVIEWS_TABLE'), clock),
  mailer: ses(),
  disconnectedMinutes: requiredNumber('DISCONNECTED_MINUTES'),
  problems: problemsStore(),
  muteRules: muteRulesStore(),
  clock,
  log,
};

/** Lambda repeats an invocation that fails, twice; then it goes to the queue of unsent digests. */
export const handler = async (event: DigestEvent): Promise<void> => {
  try {
    await sendDigest(context, event);
  } catch (error) {
    log.error('digest-not-sent', error, { digest: event.name, scheduledTime: event.scheduledTime });
    throw error;
  }
};
