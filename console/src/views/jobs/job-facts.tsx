/** The data that NetBackup has reported about a job, and how its times were corrected. */

import type { Domain } from '../../api/domains.ts';
import { Facts } from '../../components/facts.tsx';
import { Link } from '../../components/link.tsx';
import { formatAge, formatDuration, formatTime, now } from '../../format/times.ts';
import { textOf } from '../../format/values.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { clientPath, domainPath, jobPath } from '../paths.ts';
import type { Job } from './job-badge.tsx';
import { secondsOf } from './job-state.ts';
import { oneJobWords } from './job-words.ts';
import { jobWords } from './words.ts';

/** Such as "−5 hr": what is added to NetBackup's clock value. */
const correctionOf = (seconds: number): string =>
  `${seconds > 0 ? '−' : '+'}${formatDuration(Math.abs(seconds))}`;

const Start = ({ job, domain }: { job: Job; domain: Domain | undefined }) => {
  const text = oneJobWords();
  const offset = domain?.utcOffset.seconds;
  if (job.startedAt === undefined) return <span>{text.noStart}</span>;
  return (
    <>
      <time dateTime={job.startedAt}>{formatTime(job.startedAt, domain)}</time>
      <span class="quiet"> {formatAge(job.startedAt)}</span>
      {offset !== undefined && offset !== 0 && (
        <p class="quiet fact-note">{text.corrected(correctionOf(offset))}</p>
      )}
      {job.estimated && <p class="quiet fact-note">{text.estimated}</p>}
      {job.ambiguous && <p class="quiet fact-note">{text.ambiguous}</p>}
    </>
  );
};

const Client = ({ job: { groupId, clientName } }: { job: Job }) => {
  const name = textOf(clientName);
  return <Link {...clientPath(groupId, name)}>{name}</Link>;
};

export const JobFacts = ({ job, domain }: { job: Job; domain: Domain | undefined }) => {
  const text = jobWords();
  const more = oneJobWords();
  const {
    groupId,
    startedAt,
    clientName,
    policyName,
    parentJobId,
    state,
    jobType,
    policyType,
    scheduleType,
  } = job;
  const seconds = secondsOf({ ...job, ...omitUndefined({ startedAt }) }, now.value);
  const policy = textOf(policyName);
  const parent = textOf(parentJobId);
  return (
    <Facts
      facts={[
        [more.statusMeaning, job.outcome === 'running' ? '' : job.statusText],
        [text.state, (text.states as Readonly<Record<string, string>>)[textOf(state)] ?? textOf(state)],
        [text.type, textOf(jobType)],
        [text.client, textOf(clientName) && <Client job={job} />],
        [
          text.policy,
          policy && (
            <Link to={domainPath(groupId, '/jobs')} query={{ policyName: policy }}>
              {policy}
            </Link>
          ),
        ],
        [text.policyType, textOf(policyType)],
        [text.schedule, textOf(scheduleType)],
        [
          text.parent,
          parent !== String(job.jobId) && parent && (
            <Link to={jobPath(groupId, Number(parent))}>{parent}</Link>
          ),
        ],
        [text.started, <Start key="start" job={job} domain={domain} />],
        [text.duration, seconds !== undefined && formatDuration(seconds)],
        [
          more.reported,
          more.reportedBetween(
            formatTime(job.firstReportedAt, domain),
            formatTime(job.lastReportedAt, domain),
          ),
        ],
      ]}
    />
  );
};
