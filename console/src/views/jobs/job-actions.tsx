/** What can be done with jobs; each leads to a preview that names the targets. */
import { Link } from '../../components/link.tsx';
import type { JobAction } from '../act/plan.ts';
import { actWords } from '../act/words.ts';
import type { Job } from './job-badge.tsx';

const ActionLink = ({
  action,
  query = {},
}: {
  action: JobAction;
  query?: Readonly<Record<string, string>>;
}) => (
  <Link to={`/act/${action}`} query={query} class="button">
    {actWords().titles[action]}
  </Link>
);

export const SelectedJobsActions = () => (
  <>
    <ActionLink action="restart" />
    <ActionLink action="cancel" />
  </>
);

/** An ended job can be run again, a running one be cancelled. */
export const JobActions = ({ job }: { job: Pick<Job, 'groupId' | 'jobId' | 'outcome'> }) => (
  <ActionLink
    action={job.outcome === 'running' ? 'cancel' : 'restart'}
    query={{ domain: job.groupId, jobs: String(job.jobId) }}
  />
);
