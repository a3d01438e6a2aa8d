/** The result of a job in words, with its exit status and the meaning of it. */
import type { Schemas } from '../../api/client.ts';
import { Badge } from '../../components/badge.tsx';
import { textOf } from '../../format/values.ts';
import { omitUndefined } from '../../omit-undefined.ts';
import { resultOf, toneOfResult } from './job-state.ts';
import { jobWords } from './words.ts';

export type Job = Schemas['Job'];

type Judged = Pick<Job, 'outcome'> & { readonly verdict?: Job['verdict']; readonly status?: unknown };

export const JobBadge = ({ job }: { job: Judged }) => {
  const text = jobWords();
  const result = resultOf({ outcome: job.outcome, ...omitUndefined({ verdict: job.verdict }) });
  const name = text.results[result];
  return (
    <Badge tone={toneOfResult(result)}>
      {result === 'running' || result === 'ok' ? name : text.withStatus(name, textOf(job.status))}
    </Badge>
  );
};
