/** An action on jobs, a policy or domains: its preview, then its results. Its targets and its run are in the URL. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { useQuery } from '../../components/filters.tsx';
import { Link } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { TextField } from '../../components/text-field.tsx';
import { readList } from '../../format/lists.ts';
import { shellWords } from '../../shell/words.ts';
import { jobSelection } from '../jobs/job-selection.ts';
import type { ChosenCredential } from './credential-field.tsx';
import {
  type ActionName,
  type BackupForm,
  isAction,
  isJobAction,
  type JobAction,
  type JobTarget,
  type Plan,
  planBackup,
  planJobs,
  planPing,
} from './plan.ts';
import { Preview } from './preview.tsx';
import { Results } from './results.tsx';
import { submitRun } from './runner.ts';
import { actWords } from './words.ts';

interface PartProps {
  readonly start: (plan: Plan, credential: ChosenCredential) => void;
}

const Nothing = () => (
  <p class="empty">
    {actWords().none} <Link to="/jobs">{actWords().toJobs}</Link>
  </p>
);

/** The most jobs that a link may name; each is read, so that the preview shows it. */
const MAX_LINKED = 50;

const loadJobs = (groupId: string, jobIds: readonly number[]): Promise<JobTarget[]> =>
  Promise.all(
    jobIds.map((jobId) =>
      result(api.GET('/v1/groups/{groupId}/jobs/{jobId}', { params: { path: { groupId, jobId } } })),
    ),
  );

const Jobs = ({ action, start }: PartProps & { readonly action: JobAction }) => {
  const [{ domain, jobs = '' }] = useQuery();
  const jobIds = readList(jobs).map(Number).filter(Number.isSafeInteger).slice(0, MAX_LINKED);
  const isLinked = domain !== undefined && jobIds.length > 0;
  const linked = useResource(
    isLinked ? `jobs to ${action} ${domain} ${jobIds.join()}` : undefined,
    () => loadJobs(domain ?? '', jobIds),
    0,
  );
  const preview = (targets: readonly JobTarget[]) => {
    const plan = planJobs(action, targets);
    const confirm = (credential: ChosenCredential): void => {
      start(plan, credential);
      if (!isLinked) jobSelection.clear();
    };
    return <Preview action={action} plan={plan} onConfirm={confirm} />;
  };
  if (isLinked) return <Loaded resource={linked}>{preview}</Loaded>;
  const selected = jobSelection.rows();
  return selected.length === 0 ? <Nothing /> : preview(selected);
};

const Backup = ({ start }: PartProps) => {
  const text = actWords();
  const [{ domain = '', policy = '', client = '' }] = useQuery();
  const [form, setForm] = useState<BackupForm>({ policy, client, schedule: '' });
  const set = (change: Partial<BackupForm>): void => setForm({ ...form, ...change });
  const plan = planBackup(readList(domain), form);
  return (
    <>
      <div class="form">
        <TextField
          title={text.policyField}
          value={form.policy}
          onInput={(value) => set({ policy: value })}
          isRequired
        />
        <TextField
          title={text.clientField}
          hint={text.clientHint}
          value={form.client}
          onInput={(value) => set({ client: value })}
        />
        <TextField
          title={text.scheduleField}
          hint={text.scheduleHint}
          value={form.schedule}
          onInput={(value) => set({ schedule: value })}
        />
      </div>
      <Preview action="backup" plan={plan} onConfirm={(credential) => start(plan, credential)} />
    </>
  );
};

const Ping = ({ start }: PartProps) => {
  const [{ domain = '' }] = useQuery();
  const plan = planPing(readList(domain));
  if (plan.targets.length === 0) return <Nothing />;
  return <Preview action="ping" plan={plan} onConfirm={(credential) => start(plan, credential)} />;
};

const Targets = ({ action, start }: PartProps & { readonly action: ActionName }) => {
  if (isJobAction(action)) return <Jobs action={action} start={start} />;
  return action === 'backup' ? <Backup start={start} /> : <Ping start={start} />;
};

/** A failure to submit is shown by the results: calls that were not submitted wait there. */
const ignore = (): void => undefined;

const ActOn = ({ action }: { action: ActionName }) => {
  const [{ run }, set] = useQuery();
  const start = ({ targets }: Plan, { choice, text }: ChosenCredential): void => {
    const runId = crypto.randomUUID();
    const items = targets.map((target) => ({ target, attempt: 0 }));
    const startedAt = new Date().toISOString();
    submitRun({ runId, action, startedAt, credential: choice, items }, text.trim()).catch(ignore);
    set({ run: runId });
  };
  return (
    <Page title={actWords().titles[action]}>
      {run ? <Results runId={run} /> : <Targets action={action} start={start} />}
    </Page>
  );
};

export const Act = ({ action }: { action: string }) =>
  isAction(action) ? (
    <ActOn action={action} />
  ) : (
    <Page title={shellWords().notFound}>
      <Nothing />
    </Page>
  );
