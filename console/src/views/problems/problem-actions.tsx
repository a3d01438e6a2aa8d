/** Acknowledge, mute and reopen a problem. */
import { useState } from 'preact/hooks';
import { api, result } from '../../api/client.ts';
import { can } from '../../api/session.ts';
import { Action } from '../../components/action.tsx';
import { actionWords } from './action-words.ts';
import { EndingDialog } from './ending-dialog.tsx';
import type { Problem } from './problem-facts.ts';

interface ProblemActionsProps {
  readonly problem: Problem;
  readonly onChange: () => void;
}

export const ProblemActions = ({ problem, onChange }: ProblemActionsProps) => {
  const [chosen, choose] = useState<'acknowledge' | 'mute'>();
  const text = actionWords();
  const path = { problemId: problem.problemId };
  if (!can('command') || problem.state === 'recovered') return null;
  return (
    <>
      {problem.acknowledged || problem.muted ? (
        <Action
          title={text.reopen}
          done={text.reopened}
          run={() => result(api.POST('/v1/problems/{problemId}/reopen', { params: { path } }))}
          onDone={onChange}
        />
      ) : null}
      <button type="button" onClick={() => choose('acknowledge')}>
        {text.acknowledge}
      </button>
      <button type="button" onClick={() => choose('mute')}>
        {text.mute}
      </button>
      {chosen && (
        <EndingDialog
          title={text[chosen]}
          effect={text.effects[chosen]}
          done={text.dones[chosen]}
          submit={(body) =>
            result(api.POST(`/v1/problems/{problemId}/${chosen}`, { params: { path }, body }))
          }
          onDone={onChange}
          onClose={() => choose(undefined)}
        />
      )}
    </>
  );
};
