/** Actions on jobs; each leads to a preview that names the targets. */
import { Link } from '../../components/link.tsx';
import { textOf } from '../../format/values.ts';
import type { ActionName } from '../act/plan.ts';
import { actWords } from '../act/words.ts';
import type { Job } from './job-badge.tsx';

const ActionLink = ({
  action,
  query = {},
}: {
  action: ActionName;
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

interface JobActionsProps {
  readonly job: Pick<Job, 'groupId' | 'jobId' | 'outcome'> & { readonly [name: string]: unknown };
}

/** An ended job can be run again, a running job can be cancelled. Its policy can be run for its client. */
export const JobActions = ({ job }: JobActionsProps) => {
  const domain = job.groupId;
  const [policy, client] = [textOf(job['policyName']), textOf(job['clientName'])];
  return (
    <>
      <ActionLink
        action={job.outcome === 'running' ? 'cancel' : 'restart'}
        query={{ domain, jobs: String(job.jobId) }}
      />
      {policy !== '' && <ActionLink action="backup" query={{ domain, policy, client }} />}
    </>
  );
};
