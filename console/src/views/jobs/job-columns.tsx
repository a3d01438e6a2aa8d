/** The columns of a list of jobs. */
import { Link } from '../../components/link.tsx';
import type { Column } from '../../components/table.tsx';
import { formatDuration, now } from '../../format/times.ts';
import { textOf } from '../../format/values.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import type { Times } from '../domain-zone.ts';
import { clientPath, domainPath, jobPath } from '../paths.ts';
import { type Job, JobBadge } from './job-badge.tsx';
import { secondsOf } from './job-state.ts';
import { jobWords } from './words.ts';

interface Shown {
  /** Shows the domain of each job, for a list of several domains. */
  readonly hasDomains: boolean;
  /** Shows the client and policy of each job. */
  readonly hasClients: boolean;
  readonly times: Times;
}

const timesOf = (job: Job): { outcome: string; startedAt?: string; lastReportedAt: string } => ({
  outcome: job.outcome,
  lastReportedAt: job.lastReportedAt,
  ...omitUndefined({ startedAt: job.startedAt }),
});

const durationOf = (job: Job): string => {
  const seconds = secondsOf(timesOf(job), now.value);
  return seconds === undefined ? '' : formatDuration(seconds);
};

const optional = <T,>(isShown: boolean, column: Column<T>): readonly Column<T>[] => (isShown ? [column] : []);

export const jobColumns = ({ hasDomains, hasClients, times }: Shown): readonly Column<Job>[] => {
  const text = jobWords();
  return [
    {
      name: 'job',
      title: text.job,
      cell: (job) => <Link to={jobPath(job.groupId, job.jobId)}>{job.jobId}</Link>,
    },
    { name: 'result', title: text.result, cell: (job) => <JobBadge job={job} /> },
    ...optional<Job>(hasDomains, {
      name: 'domain',
      title: text.domain,
      cell: ({ groupId }) => <Link to={domainPath(groupId)}>{groupId}</Link>,
    }),
    ...optional<Job>(hasClients, {
      name: 'client',
      title: text.client,
      cell: ({ groupId, clientName }) => {
        const name = textOf(clientName);
        return name && <Link {...clientPath(groupId, name)}>{name}</Link>;
      },
    }),
    {
      name: 'policy',
      title: text.policy,
      width: 'extra',
      cell: ({ policyName }) => textOf(policyName),
    },
    { name: 'type', title: text.type, width: 'extra', cell: ({ jobType }) => textOf(jobType) },
    {
      name: 'started',
      title: times.title(text.started),
      cell: ({ startedAt, firstReportedAt, groupId }) =>
        startedAt === undefined ? (
          <span class="quiet">{times.cell(firstReportedAt, groupId)}</span>
        ) : (
          <time dateTime={startedAt}>{times.cell(startedAt, groupId)}</time>
        ),
    },
    { name: 'duration', title: text.duration, width: 'extra', isNumber: true, cell: durationOf },
    {
      name: 'status',
      title: text.status,
      width: 'wide',
      cell: (job) =>
        job.outcome === 'running' || job.outcome === 'succeeded' ? (
          ''
        ) : (
          <span title={job.statusText}>{job.statusText}</span>
        ),
    },
  ];
};
