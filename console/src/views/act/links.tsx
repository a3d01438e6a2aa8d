/** Links to actions, where their targets are shown. What the session may not do is not offered. */
import { can } from '../../api/session.ts';
import { Link } from '../../components/link.tsx';
import type { JobAction, JobTarget } from './plan.ts';
import { actWords } from './words.ts';

/** For the jobs that are selected in a list. */
export const ActOnSelected = () => (
  <>
    {(['restart', 'cancel', 'suspend', 'resume'] as const satisfies readonly JobAction[]).map((action) => (
      <Link key={action} to={`/act/${action}`}>
        {actWords().links[action]}
      </Link>
    ))}
  </>
);

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** For one job: what its state allows, and a backup of its policy. */
export const ActOnJob = ({ job }: { job: JobTarget }) => {
  const { groupId, jobId, outcome } = job;
  const [policy, client] = [text(job.policyName), text(job.clientName)];
  const query = { domain: groupId, jobs: jobId };
  if (!can('command')) return null;
  const actions = outcome === 'running' ? (['cancel', 'suspend', 'resume'] as const) : (['restart'] as const);
  return (
    <>
      {actions.map((action) => (
        <Link key={action} to={`/act/${action}`} query={query}>
          {actWords().links[action]}
        </Link>
      ))}
      {policy && (
        <Link to="/act/backup" query={{ domain: groupId, policy, client }}>
          {actWords().links.backup}
        </Link>
      )}
    </>
  );
};

export const PingDomain = ({ groupId }: { groupId: string }) =>
  can('command') ? (
    <Link to="/act/ping" query={{ domain: groupId }}>
      {actWords().titles.ping}
    </Link>
  ) : null;
