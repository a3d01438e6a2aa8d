/** The jobs that a person has selected, in any list of jobs. */
import { type Selection, selectionOf } from '../../components/selection.tsx';
import { textOf } from '../../format/values.ts';

/** The members of a job that a bulk action and its preview need. */
export interface SelectedJob {
  readonly groupId: string;
  readonly jobId: number;
  readonly clientName?: unknown;
  readonly policyName?: unknown;
  readonly outcome: string;
}

export const jobSelection: Selection<SelectedJob> = selectionOf(
  'jobs',
  ({ groupId, jobId }) => `${groupId}/${jobId}`,
  ({ groupId, jobId, clientName, policyName, outcome }) => ({
    groupId,
    jobId,
    clientName: textOf(clientName),
    policyName: textOf(policyName),
    outcome,
  }),
);
